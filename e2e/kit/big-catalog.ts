import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const TEAMS = 120;
const SYSTEMS = 300;
const TYPES = ['service', 'website', 'library', 'worker', 'job'];
const TAGS = ['java', 'go', 'node', 'python', 'rust', 'payments', 'search', 'internal', 'public', 'batch'];

/** Small, fast and the same every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 4294967296;
  };
}

/** A folder with a catalog of so many entities: six in ten components, two APIs, one resource, the rest teams and systems. */
export function bigCatalog(count: number): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-big-'));
  const next = random(7);
  const one = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const document = (kind: string, name: string, spec: Record<string, string>, more = ''): string =>
    `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${more}spec:\n${Object.entries(spec)
      .map(([key, value]) => `  ${key}: ${value}\n`)
      .join('')}`;
  const documents: string[] = [];
  for (let i = 0; i < TEAMS; i++) documents.push(document('Group', `crew-${i}`, { type: 'team', children: '[]' }));
  for (let i = 0; i < SYSTEMS; i++) documents.push(document('System', `plant-${i}`, { owner: `crew-${i % TEAMS}` }));
  for (let i = documents.length; i < count; i++) {
    const owner = `crew-${Math.floor(next() * TEAMS)}`;
    const system = `plant-${Math.floor(next() * SYSTEMS)}`;
    const name = `part-${String(i).padStart(6, '0')}`;
    const dice = next();
    const lifecycle = dice < 0.05 ? 'deprecated' : dice < 0.15 ? 'experimental' : 'production';
    const more = `  description: Part ${i} of ${system}, kept by ${owner}\n  tags: [${one(TAGS)}, ${one(TAGS)}-${Math.floor(next() * 5)}]\n  annotations:\n    acme.com/tier: "${1 + Math.floor(next() * 3)}"\n`;
    const kind = next();
    if (kind < 0.667) documents.push(document('Component', name, { type: one(TYPES), lifecycle, owner, system }, more));
    else if (kind < 0.889)
      documents.push(document('API', name, { type: 'openapi', lifecycle, owner, system, definition: '"openapi: 3.1.0"' }, more));
    else documents.push(document('Resource', name, { type: 'database', owner, system }, more));
  }
  const files: string[] = [];
  for (let at = 0; at < documents.length; at += 2000) {
    const file = `part-${String(at / 2000).padStart(3, '0')}.yaml`;
    writeFileSync(path.join(folder, file), documents.slice(at, at + 2000).join('---\n'));
    files.push(`./${file}`);
  }
  writeFileSync(
    path.join(folder, 'catalog-info.yaml'),
    `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: big\nspec:\n  type: file\n  targets:\n${files.map((file) => `    - ${file}\n`).join('')}`,
  );
  return folder;
}
