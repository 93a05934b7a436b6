import { parse as parseToml } from 'smol-toml';
import { dotnetProject } from './manifests/dotnet.ts';
import { gradleBuild, gradleSettings, pom } from './manifests/jvm.ts';
import { gemfile, gemspec } from './manifests/ruby.ts';

/** What a package's own file says of it. */
export interface Manifest {
  readonly file: string;
  readonly language: string;
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  /** What it is built on, by name. */
  readonly dependencies: readonly string[];
  /** It is meant to be started. */
  readonly runs?: boolean;
  /** It holds other packages together and is none itself. */
  readonly workspace?: boolean;
  /** It only tests another one. */
  readonly isTest?: boolean;
}

/** What a reader finds in one file. */
export type ManifestFacts = Omit<Manifest, 'file'>;

type Texts = Readonly<Record<string, string>>;
const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined);
const keys = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : []);

/** Package files by how they are called, most telling first, and how they are read. */
const readers: readonly (readonly [RegExp, (source: string, file: string) => ManifestFacts | undefined])[] = [
  [/^package\.json$/, packageJson],
  [/^pyproject\.toml$/, pyproject],
  [/^go\.mod$/, goMod],
  [/^pom\.xml$/, pom],
  [/^settings\.gradle(\.kts)?$/, gradleSettings],
  [/^build\.gradle(\.kts)?$/, gradleBuild],
  [/\.(csproj|fsproj|vbproj)$/, dotnetProject],
  [/^Cargo\.toml$/, cargo],
  [/^composer\.json$/, composer],
  [/\.gemspec$/, gemspec],
  [/^Gemfile$/, gemfile],
  [/^requirements\.txt$/, requirements],
  [
    /^go\.work$|^pnpm-workspace\.yaml$|^lerna\.json$|^nx\.json$/,
    (_source, file) => ({ language: languageOfWorkspace(file), dependencies: [], workspace: true }),
  ],
];

const nameOf = (path: string): string => path.split('/').at(-1) ?? path;

/** Whether a file is a package's own. */
export const isManifest = (path: string): boolean => readers.some(([pattern]) => pattern.test(nameOf(path)));

/** Every package file of a folder (`''`: the root) that can be read; a broken one says nothing. */
export function manifestsOf(texts: Texts, folder = ''): Manifest[] {
  const inside = Object.keys(texts).filter((path) => folderOf(path) === folder);
  return readers.flatMap(([pattern, read]) =>
    inside.toSorted().flatMap((file) => {
      if (!pattern.test(nameOf(file))) return [];
      try {
        const found = read(texts[file] ?? '', file);
        return found === undefined || found.isTest === true ? [] : [{ file, ...found }];
      } catch {
        return [];
      }
    }),
  );
}

export const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');

const languageOfWorkspace = (file: string): string => (nameOf(file) === 'go.work' ? 'go' : 'javascript');

const told = (name: unknown, description: unknown, version: unknown) => {
  const [n, d, v] = [text(name), text(description), text(version)];
  return {
    ...(n === undefined ? {} : { name: n }),
    ...(d === undefined ? {} : { description: d }),
    ...(v === undefined ? {} : { version: v }),
  };
};

function packageJson(source: string): ManifestFacts | undefined {
  const json: unknown = JSON.parse(source);
  if (!isObject(json)) return undefined;
  const dependencies = keys(json['dependencies']);
  const typed = [...dependencies, ...keys(json['devDependencies'])].includes('typescript');
  return {
    language: typed ? 'typescript' : 'javascript',
    ...told(json['name'], json['description'], json['version']),
    dependencies,
    ...(isObject(json['scripts']) && typeof json['scripts']['start'] === 'string' ? { runs: true } : {}),
    ...(json['workspaces'] === undefined ? {} : { workspace: true }),
  };
}

function pyproject(source: string): ManifestFacts | undefined {
  const toml = parseToml(source) as Record<string, unknown>;
  const tool = isObject(toml['tool']) ? toml['tool'] : {};
  const project = isObject(toml['project']) ? toml['project'] : isObject(tool['poetry']) ? tool['poetry'] : {};
  const listed = Array.isArray(project['dependencies']) ? project['dependencies'].map(String) : keys(project['dependencies']);
  return {
    language: 'python',
    ...told(project['name'], project['description'], project['version']),
    dependencies: listed.map((one) => /^[\w.-]+/.exec(one)?.[0].toLowerCase() ?? one),
  };
}

function goMod(source: string): ManifestFacts | undefined {
  const module = /^module\s+(\S+)/m.exec(source)?.[1];
  const name = module
    ?.replace(/\/v\d+$/, '')
    .split('/')
    .at(-1);
  return {
    language: 'go',
    ...told(name, undefined, undefined),
    dependencies: [...source.matchAll(/^\s+([\w.-]+\.[\w./-]+) v/gm)].map((match) => match[1] ?? ''),
  };
}

function cargo(source: string): ManifestFacts | undefined {
  const toml = parseToml(source) as Record<string, unknown>;
  const own = isObject(toml['package']) ? toml['package'] : undefined;
  return {
    language: 'rust',
    ...told(own?.['name'], own?.['description'], own?.['version']),
    dependencies: keys(toml['dependencies']),
    ...(isObject(toml['workspace']) && own === undefined ? { workspace: true } : {}),
  };
}

function composer(source: string): ManifestFacts | undefined {
  const json: unknown = JSON.parse(source);
  if (!isObject(json)) return undefined;
  return { language: 'php', ...told(json['name'], json['description'], json['version']), dependencies: keys(json['require']) };
}

function requirements(source: string): ManifestFacts {
  const listed = source.split(/\r?\n/).flatMap((line) => /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1]?.toLowerCase() ?? []);
  return { language: 'python', dependencies: listed };
}
