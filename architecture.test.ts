import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

interface Manifest {
  name: string;
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
}

const layers = ['packages', 'capabilities', 'drivers', 'apps'] as const;
const folders = layers
  .flatMap((layer) => readdirSync(layer).map((unit) => `${layer}/${unit}`))
  .filter((folder) => existsSync(path.join(folder, 'package.json')));
const manifests = new Map(
  folders.map((folder) => [folder, JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest]),
);
const folderOf = new Map([...manifests].map(([folder, manifest]) => [manifest.name, folder]));

const needs = (folder: string): string[] =>
  Object.keys(manifests.get(folder)?.dependencies ?? {}).flatMap((name) => {
    const target = folderOf.get(name);
    return target === undefined ? [] : [target];
  });

/** The first circle among dependencies, as a path; undefined when there is none. */
export function findCycle(nodes: readonly string[], edges: (node: string) => readonly string[]): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of edges(node)) {
      const cycle = visit(next, [...trail, node]);
      if (cycle !== undefined) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of nodes) {
    const cycle = visit(node, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

test('packages depend downwards only', () => {
  const rank = (folder: string): number =>
    folder === 'packages/kernel' ? -1 : layers.indexOf(folder.split('/')[0] as (typeof layers)[number]);
  const upward = folders
    .filter((f) => f !== 'packages/testing')
    .flatMap((folder) =>
      needs(folder)
        .filter((target) => rank(target) > rank(folder))
        .map((target) => `${folder} → ${target}`),
    );
  expect(upward).toEqual([]);
});

test('packages depend without circles', () => {
  expect(findCycle(folders, needs)).toBeUndefined();
});

test('the circle finder finds circles', () => {
  const edges: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['a'] };
  expect(findCycle(['a', 'b', 'c'], (node) => edges[node] ?? [])).toEqual(['a', 'b', 'c', 'a']);
});

test('every capability has a contract, a page about itself, and exports what exists', () => {
  for (const [folder, manifest] of manifests) {
    if (!folder.startsWith('capabilities/')) continue;
    expect(existsSync(path.join(folder, 'README.md')), `${folder}/README.md`).toBe(true);
    expect(manifest.exports?.['.'], folder).toBe('./index.ts');
    for (const [entry, target] of Object.entries(manifest.exports ?? {}))
      expect(existsSync(path.join(folder, target)), `${manifest.name}${entry.slice(1)} → ${target}`).toBe(true);
    for (const side of ['server', 'portal', 'cli'])
      expect(existsSync(path.join(folder, side)), `${folder}/${side}`).toBe(manifest.exports?.[`./${side}`] !== undefined);
  }
});

test('every version is pinned exactly', () => {
  const loose = [...manifests, ['.', JSON.parse(readFileSync('package.json', 'utf8')) as Manifest] as const].flatMap(([folder, manifest]) =>
    Object.entries({
      ...manifest.dependencies,
      ...(manifest as { devDependencies?: object }).devDependencies,
      ...(manifest as { optionalDependencies?: object }).optionalDependencies,
    })
      .filter(([, version]) => !/^(npm:[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))
      .map(([name, version]) => `${folder}: ${name} ${String(version)}`),
  );
  expect(loose).toEqual([]);
});

test('only known file names: nothing called utils, helpers, types or misc', () => {
  const wrong: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'dist') continue;
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) walk(full);
      else if (/^(utils?|helpers?|types|misc|common)\.(ts|tsx)$/.test(entry.name)) wrong.push(full);
    }
  };
  for (const layer of layers) walk(layer);
  expect(wrong).toEqual([]);
});
