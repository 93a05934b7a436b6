// Writes the golden paths' package-lock.json files from the platform's own lock: a golden path installs only versions that
// the platform itself installed, so that `npm ci --offline` works from the npm cache filled at set-up.
//   node examples/acme/lock-from-platform.mjs [--check]
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const acme = dirname(fileURLToPath(import.meta.url));
const platform = JSON.parse(await readFile(join(acme, '../../package-lock.json'), 'utf8'));

/** The folder in the platform's tree where `name` is found from `from`, as Node looks it up. */
function find(name, from) {
  for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (platform.packages[candidate]) return candidate;
    if (folder === '') return undefined;
  }
}

/** Everything that `dependencies` need, at the same places of the tree as in the platform. */
function closure(dependencies, file) {
  const found = new Map();
  const queue = Object.keys(dependencies).map((name) => ({ name, from: '', optional: false }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const place = find(next.name, next.from);
    if (!place) {
      if (next.optional) continue;
      throw new Error(`${file} needs ${next.name}, which the platform does not install.`);
    }
    const known = found.get(place);
    if (known) {
      if (known.optional && !next.optional) delete known.optional;
      continue;
    }
    const entry = platform.packages[place];
    if (next.from === '' && dependencies[next.name] && dependencies[next.name] !== entry.version) {
      throw new Error(`${file} pins ${next.name} ${dependencies[next.name]}; the platform installs ${entry.version}.`);
    }
    const {
      version,
      integrity,
      license,
      dependencies: needs,
      optionalDependencies,
      peerDependencies,
      peerDependenciesMeta,
      engines,
      bin,
      funding,
    } = entry;
    const resolved = `https://registry.npmjs.org/${next.name}/-/${next.name.replace(/^@[^/]+\//, '')}-${version}.tgz`;
    found.set(place, {
      version,
      resolved,
      integrity,
      ...(license && { license }),
      ...(next.optional && { optional: true }),
      ...(needs && { dependencies: needs }),
      ...(bin && { bin }),
      ...(engines && { engines }),
      ...(funding && { funding }),
      ...(optionalDependencies && { optionalDependencies }),
      ...(peerDependencies && { peerDependencies }),
      ...(peerDependenciesMeta && { peerDependenciesMeta }),
    });
    for (const name of Object.keys(needs ?? {})) queue.push({ name, from: place, optional: next.optional });
    for (const name of Object.keys(optionalDependencies ?? {})) queue.push({ name, from: place, optional: true });
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const check = process.argv.includes('--check');
for (const file of (await readdir(join(acme, 'templates'), { recursive: true })).filter((path) => path.endsWith('package.json')).sort()) {
  // Placeholders stand inside JSON strings, except the description, which is written by a filter.
  const text = await readFile(join(acme, 'templates', file), 'utf8');
  const manifest = JSON.parse(text.replace(/: \$\{\{[^}]*\}\}/g, ': ""'));
  const { name, version, license, dependencies, engines } = manifest;
  const root = { name, version, license, ...(dependencies && { dependencies }), engines };
  const lock = { name, version, lockfileVersion: 3, requires: true, packages: { '': root, ...closure(dependencies ?? {}, file) } };
  const target = join(acme, 'templates', dirname(file), 'package-lock.json');
  const wanted = `${JSON.stringify(lock, null, 2)}\n`;
  if ((await readFile(target, 'utf8').catch(() => '')) === wanted) continue;
  if (check) throw new Error(`${target} is stale: run node examples/acme/lock-from-platform.mjs`);
  await writeFile(target, wanted);
  console.log(`wrote ${target}`);
}
