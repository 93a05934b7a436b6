import { parse as parseToml } from 'smol-toml';

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
}

type Texts = Readonly<Record<string, string>>;
const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined);
const keys = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : []);

/** Every package file that can be read; a broken one says nothing. */
export function manifestsOf(texts: Texts): Manifest[] {
  const readers: Readonly<Record<string, (source: string) => Omit<Manifest, 'file'> | undefined>> = {
    'package.json': packageJson,
    'pyproject.toml': pyproject,
    'go.mod': goMod,
    'pom.xml': pom,
    'Cargo.toml': cargo,
    'composer.json': composer,
  };
  return Object.entries(readers).flatMap(([file, read]) => {
    const source = texts[file];
    if (source === undefined) return [];
    try {
      const found = read(source);
      return found === undefined ? [] : [{ file, ...found }];
    } catch {
      return [];
    }
  });
}

const told = (name: unknown, description: unknown, version: unknown) => {
  const [n, d, v] = [text(name), text(description), text(version)];
  return {
    ...(n === undefined ? {} : { name: n }),
    ...(d === undefined ? {} : { description: d }),
    ...(v === undefined ? {} : { version: v }),
  };
};

function packageJson(source: string): Omit<Manifest, 'file'> | undefined {
  const json: unknown = JSON.parse(source);
  if (!isObject(json)) return undefined;
  const dependencies = keys(json['dependencies']);
  const typed = [...dependencies, ...keys(json['devDependencies'])].includes('typescript');
  return {
    language: typed ? 'typescript' : 'javascript',
    ...told(json['name'], json['description'], json['version']),
    dependencies,
    ...(isObject(json['scripts']) && typeof json['scripts']['start'] === 'string' ? { runs: true } : {}),
  };
}

function pyproject(source: string): Omit<Manifest, 'file'> | undefined {
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

function goMod(source: string): Omit<Manifest, 'file'> | undefined {
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

function pom(source: string): Omit<Manifest, 'file'> | undefined {
  // What stands inside of these is about others.
  const own = source.replace(/<(parent|dependencies|dependencyManagement|build|profiles|plugins)>[\s\S]*?<\/\1>/g, '');
  const tag = (name: string): string | undefined => new RegExp(`<${name}>\\s*([^<$]+?)\\s*</${name}>`).exec(own)?.[1];
  return {
    language: 'java',
    ...told(tag('artifactId'), tag('description'), tag('version')),
    dependencies: [...source.matchAll(/<artifactId>\s*([^<]+?)\s*<\/artifactId>/g)].map((match) => match[1] ?? ''),
  };
}

function cargo(source: string): Omit<Manifest, 'file'> | undefined {
  const toml = parseToml(source) as Record<string, unknown>;
  const own = isObject(toml['package']) ? toml['package'] : undefined;
  return { language: 'rust', ...told(own?.['name'], own?.['description'], own?.['version']), dependencies: keys(toml['dependencies']) };
}

function composer(source: string): Omit<Manifest, 'file'> | undefined {
  const json: unknown = JSON.parse(source);
  if (!isObject(json)) return undefined;
  return { language: 'php', ...told(json['name'], json['description'], json['version']), dependencies: keys(json['require']) };
}
