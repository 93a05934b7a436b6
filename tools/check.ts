import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './setup.mjs';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const bin = (name: string): string => path.join(root, 'node_modules/.bin', name);
const tsc = (layer: string): readonly string[] => [
  process.execPath,
  path.join(root, 'node_modules/@typescript/native/bin/tsc'),
  '-p',
  `tsconfig.${layer}.json`,
];

/** Types, lint, format, dead code, architecture and unit tests: what must hold before every commit. */
const checks: readonly Check[] = [
  { name: 'types (pure)', command: tsc('pure') },
  { name: 'types (server)', command: tsc('server') },
  { name: 'types (portal)', command: tsc('portal') },
  { name: 'lint', command: [bin('oxlint'), '--quiet'] },
  { name: 'format', command: [bin('oxfmt'), '--check'] },
  { name: 'dead code', command: [bin('knip'), '--strict', '--no-progress'] },
  { name: 'architecture and unit tests', command: [bin('vitest'), 'run', '--project', 'unit'] },
];

function run({ name, command: [file = '', ...args] }: Check): Promise<boolean> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(file, args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}` },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk));
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output.trimEnd());
      resolve(code === 0);
    });
  });
}

const wanted = process.argv.slice(2);
const results: boolean[] = [];
for (const check of checks.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word))))
  results.push(await run(check));
const failed = results.filter((ok) => !ok).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
