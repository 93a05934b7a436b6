import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Files of a made-up company's catalog, and what can be asked of it. */
export interface Corpus {
  /** A Location document that names every file. */
  readonly target: string;
  /** Entities in the files, without the Location. */
  readonly size: number;
  readonly components: number;
  /** Answers a reference `kind:default/name` of the corpus for a number between 0 and 1. */
  readonly refAt: (part: number) => string;
  readonly groups: readonly string[];
  readonly systems: readonly string[];
  /** Words that stand in titles and descriptions. */
  readonly words: readonly string[];
}

const PER_FILE = 100;
const syllables = 'ka ro mi ten sol var bel nor tis lum gan per dor fi zu mar el qui sta vo'.split(' ');
const types = ['service', 'website', 'library', 'job'];
const apiTypes = ['openapi', 'asyncapi', 'graphql', 'grpc'];
const resourceTypes = ['database', 'bucket', 'queue', 'cache'];
const lifecycles = ['production', 'production', 'production', 'experimental', 'deprecated'];
const languages = ['java', 'go', 'typescript', 'python', 'kotlin', 'rust'];

/** mulberry32: the same numbers for the same seed, everywhere. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Writes a catalog of `size` entities: 60 % Components, 20 % APIs, 10 % Resources, the rest Users, Groups, Systems and
 * Domains, a hundred in a file, mixed, so that references point forwards and backwards over files.
 */
export function writeCorpus(folder: string, size: number, seed = 42): Corpus {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const words = Array.from({ length: 400 }, () => Array.from({ length: 2 + below(2) }, () => pick(syllables)).join(''));
  const share = (part: number): number => Math.max(1, Math.round(size * part));
  const count = {
    api: share(0.2),
    resource: share(0.1),
    user: share(0.05),
    group: share(0.025),
    system: share(0.02),
    domain: share(0.005),
  };
  const components = size - Object.values(count).reduce((sum, n) => sum + n, 0);
  const name = (kind: string, i: number): string => `${kind}-${i}`;
  const sentence = (length: number): string => Array.from({ length }, () => pick(words)).join(' ');
  const title = (): string => sentence(2 + below(2)).replace(/(^|\s)\S/g, (letter) => letter.toUpperCase());
  const metadata = (kind: string, i: number): string =>
    `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name(kind.toLowerCase(), i)}\n  title: ${title()}\n  description: ${sentence(8 + below(10))}\n`;
  const work = (kind: string, i: number): string =>
    `${metadata(kind, i)}  labels:\n    example.com/tier: tier-${1 + below(3)}\n  annotations:\n    github.com/project-slug: acme/${name(kind.toLowerCase(), i)}\n    backstage.io/techdocs-ref: dir:.\n    pagerduty.com/service-id: P${below(1_000_000)}\n    example.com/cost-center: cc-${below(50)}\n  tags:\n    - ${pick(languages)}\n    - ${pick(words)}\n  links:\n    - url: https://dash.example.com/d/${kind.toLowerCase()}/${i}\n      title: Dashboard\n      icon: dashboard\nspec:\n`;
  const owner = (): string => `  owner: ${name('group', below(count.group))}\n`;
  const system = (): string => `  system: ${name('system', below(count.system))}\n`;
  const list = (field: string, max: number, entry: () => string): string => {
    const entries = [...new Set(Array.from({ length: below(max + 1) }, entry))];
    return entries.length === 0 ? '' : `  ${field}:\n${entries.map((e) => `    - ${e}\n`).join('')}`;
  };
  const write: Record<string, (i: number) => string> = {
    component: (i) =>
      `${work('Component', i)}  type: ${pick(types)}\n  lifecycle: ${pick(lifecycles)}\n${owner()}${system()}${list('providesApis', 1, () => name('api', below(count.api)))}${list('consumesApis', 2, () => name('api', below(count.api)))}${list('dependsOn', 2, () => (next() < 0.5 ? `component:${name('component', below(components))}` : `resource:${name('resource', below(count.resource))}`))}`,
    api: (i) =>
      `${work('API', i)}  type: ${pick(apiTypes)}\n  lifecycle: ${pick(lifecycles)}\n${owner()}${system()}  definition: |\n    openapi: "3.0.0"\n    info:\n      title: ${title()}\n      version: 1.${below(20)}.0\n    paths: {}\n`,
    resource: (i) => `${work('Resource', i)}  type: ${pick(resourceTypes)}\n${owner()}${system()}`,
    user: (i) =>
      `${metadata('User', i)}spec:\n  profile:\n    displayName: ${title()}\n    email: user-${i}@example.com\n  memberOf:\n    - ${name('group', below(count.group))}\n`,
    group: (i) =>
      `${metadata('Group', i)}spec:\n  type: team\n${i === 0 ? '' : `  parent: ${name('group', Math.floor((i - 1) / 5))}\n`}  children: []\n`,
    system: (i) => `${metadata('System', i)}spec:\n${owner()}  domain: ${name('domain', below(count.domain))}\n`,
    domain: (i) => `${metadata('Domain', i)}spec:\n${owner()}`,
  };
  // Kinds are dealt out evenly over the files: entity j of a kind with n members gets the place j/n.
  const places = Object.entries({ component: components, ...count }).flatMap(([kind, n]) =>
    Array.from({ length: n }, (_, i) => ({ kind, i, at: (i + 0.5) / n })),
  );
  places.sort((a, b) => a.at - b.at);
  const files: string[] = [];
  mkdirSync(path.join(folder, 'entities'), { recursive: true });
  for (let from = 0; from < places.length; from += PER_FILE) {
    const file = `./entities/${String(from / PER_FILE).padStart(6, '0')}.yaml`;
    const documents = places.slice(from, from + PER_FILE).map(({ kind, i }) => write[kind]?.(i) ?? '');
    writeFileSync(path.join(folder, file), documents.join('---\n'));
    files.push(file);
  }
  const target = path.join(folder, 'catalog-info.yaml');
  writeFileSync(
    target,
    `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: corpus\nspec:\n  targets:\n${files.map((file) => `    - ${file}\n`).join('')}`,
  );
  const ref = (kind: string, i: number): string => `${kind}:default/${name(kind, i)}`;
  return {
    target,
    size: places.length,
    components,
    refAt: (part) => {
      const place = places[Math.floor(part * places.length)] as { kind: string; i: number };
      return ref(place.kind, place.i);
    },
    groups: Array.from({ length: count.group }, (_, i) => ref('group', i)),
    systems: Array.from({ length: count.system }, (_, i) => ref('system', i)),
    words,
  };
}
