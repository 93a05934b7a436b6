import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Benchmark } from './benchmark.ts';

const folder = path.dirname(fileURLToPath(import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .sort();
const load = async (name: string): Promise<Benchmark> =>
  ((await import(pathToFileURL(path.join(folder, `${name}.bench.ts`)).href)) as { benchmark: Benchmark }).benchmark;

const args = process.argv.slice(2).filter((arg) => arg !== '--');
const json = args.includes('--json');
const [name] = args.filter((arg) => !arg.startsWith('--'));
if (name === undefined) {
  for (const each of names) console.log(`${each.padEnd(10)} ${(await load(each)).description}`);
  console.log('\nRun one with: npm run bench -- NAME --json');
  process.exit(0);
}
if (!names.includes(name)) {
  console.error(`There is no benchmark "${name}". Benchmarks: ${names.join(', ')}.`);
  process.exit(2);
}
const benchmark = await load(name);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const figures = await benchmark.run(
  say,
  args.filter((arg) => arg !== name && arg !== '--json'),
);
if (!json) for (const [key, value] of Object.entries(figures)) console.log(`${key.padEnd(28)} ${value}`);
// The last line is one JSON object of figures, for scripts.
console.log(JSON.stringify(figures));
process.exit(0);
