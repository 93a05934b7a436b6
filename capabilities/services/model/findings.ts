import { parseAllDocuments } from 'yaml';
import { formatRef, parseRef } from '@paved/kernel';
import { readDockerfile, type DockerfileFacts } from './dockerfile.ts';

/** Files that are read, when they are there. */
export const READ = ['package.json', 'Procfile', 'Dockerfile', 'catalog-info.yaml'] as const;

/** Files of which it is enough to know that they are there. */
const MARKS = [
  'score.yaml',
  'mkdocs.yml',
  'docs/index.md',
  'docs/README.md',
  'package-lock.json',
  'index.html',
  'public/index.html',
  'dist/index.html',
  'server.js',
  'index.js',
  'requirements.txt',
  'pyproject.toml',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
  'Gemfile',
  'composer.json',
] as const;

/** What of package.json matters. */
export interface Manifest {
  readonly name?: string;
  readonly description?: string;
  readonly main?: string;
  readonly start?: string;
  /** Names of all dependencies. */
  readonly packages: readonly string[];
}

/** The component that an existing catalog-info.yaml describes. */
export interface Described {
  readonly ref: string;
  readonly owner?: string;
}

/** What a repository was found to hold: small, and plain JSON. */
export interface Findings {
  /** Paths among those looked for. */
  readonly files: readonly string[];
  readonly manifest?: Manifest;
  /** The `web` line of a Procfile, else its first. */
  readonly procfile?: string;
  readonly dockerfile?: DockerfileFacts;
  /** `none` when there is a catalog file without a Component. */
  readonly described?: Described | 'none';
}

/** Sorts out what is there. `texts` holds the files of `READ` that exist; broken ones count as there, but say nothing. */
export function findingsOf(paths: readonly string[], texts: Readonly<Record<string, string | undefined>>): Findings {
  const there = new Set(paths);
  const manifest = manifestOf(texts['package.json']);
  const procfile = procfileOf(texts['Procfile']);
  const wanted = [...READ, ...MARKS, ...(manifest?.main === undefined ? [] : [manifest.main])];
  return {
    files: [...new Set(wanted)].filter((path) => there.has(path)),
    ...(manifest === undefined ? {} : { manifest }),
    ...(procfile === undefined ? {} : { procfile }),
    ...(texts['Dockerfile'] === undefined ? {} : { dockerfile: readDockerfile(texts['Dockerfile']) }),
    ...(texts['catalog-info.yaml'] === undefined ? {} : { described: describedBy(texts['catalog-info.yaml']) ?? 'none' }),
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined);

function manifestOf(text: string | undefined): Manifest | undefined {
  const value = text === undefined ? undefined : jsonObject(text);
  if (value === undefined) return undefined;
  const scripts = (value['scripts'] ?? {}) as Record<string, unknown>;
  const [name, description, start] = [textOf(value['name']), textOf(value['description']), textOf(scripts['start'])];
  const main = textOf(value['main'])?.replace(/^\.\//, '');
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(main === undefined ? {} : { main }),
    ...(start === undefined ? {} : { start }),
    packages: [...keysOf(value['dependencies']), ...keysOf(value['devDependencies'])].slice(0, 500),
  };
}

const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function procfileOf(text: string | undefined): string | undefined {
  const lines = (text ?? '').split(/\r?\n/).flatMap((line) => {
    const [, name, command] = /^\s*([A-Za-z0-9_-]+)\s*:\s*(\S.*)$/.exec(line) ?? [];
    return name === undefined || command === undefined ? [] : [{ name, command: command.trim() }];
  });
  return (lines.find(({ name }) => name === 'web') ?? lines[0])?.command;
}

/** The first Component of a catalog file. */
function describedBy(text: string): Described | undefined {
  for (const document of parseAllDocuments(text)) {
    if (!('errors' in document) || document.errors.length > 0) continue;
    const value = document.toJS({ maxAliasCount: 100 }) as {
      kind?: unknown;
      metadata?: { name?: unknown; namespace?: unknown };
      spec?: { owner?: unknown };
    } | null;
    const name = textOf(value?.metadata?.name);
    if (value?.kind !== 'Component' || name === undefined) continue;
    const owner = ownerOf(textOf(value.spec?.owner));
    return {
      ref: formatRef({ kind: 'component', namespace: textOf(value.metadata?.namespace) ?? 'default', name }),
      ...(owner === undefined ? {} : { owner }),
    };
  }
  return undefined;
}

function ownerOf(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : formatRef(parseRef(text, { kind: 'group' }));
  } catch {
    // Not a reference; the catalog says so when it reads the file.
    return undefined;
  }
}
