import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { PavedError, type Problem } from '@paved/kernel';
import { maskSecrets, type MaskNode } from './mask.ts';
import { normaliseProviders } from './provider-settings.ts';
import { resolveReferences } from './references.ts';
import { configSchema, type Config } from './schema.ts';

/** Where an effective value came from. */
export interface ConfigSource {
  readonly key: string;
  readonly value: unknown;
  /** `default`, `paved.yaml:12`, `PAVED_SERVER_PORT`, `--port`. */
  readonly from: string;
  readonly secret: boolean;
  readonly description: string;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly sources: readonly ConfigSource[];
  readonly file?: string;
}

export interface ConfigInput {
  /** `--config`; default `paved.yaml` in the working directory when it is there. */
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Flags by key (`server.port`) with the flag's name. */
  readonly flags?: Readonly<Record<string, { readonly flag: string; readonly value: unknown }>>;
}

/** Flags win over the environment, that over the file, that over defaults. Throws `invalid` with every problem at once. */
export function loadConfig(input: ConfigInput = {}): LoadedConfig {
  const keys = describeKeys();
  const file = input.file ?? (existsSync('paved.yaml') ? 'paved.yaml' : undefined);
  const origins = new Map<string, string>();
  const raw: Record<string, unknown> = {};
  if (file !== undefined) {
    readYaml(file, raw, origins);
    Object.assign(
      raw,
      resolveReferences(raw, {
        environment: input.environment ?? {},
        folder: path.dirname(path.resolve(file)),
        where: (key) => originOf(key, origins, file),
      }),
    );
  }
  for (const { key } of keys) {
    const name = environmentName(key);
    const value = input.environment?.[name] ?? (key === 'database.url' ? input.environment?.['DATABASE_URL'] : undefined);
    if (value === undefined || value === '') continue;
    setAt(raw, key, fromText(value));
    origins.set(key, input.environment?.[name] === undefined ? 'DATABASE_URL' : name);
  }
  for (const [key, { flag, value }] of Object.entries(input.flags ?? {})) {
    if (value === undefined) continue;
    setAt(raw, key, value);
    origins.set(key, flag);
  }
  normaliseProviders(raw);
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) throw configError(parsed.error, origins, file);
  const fromFile = file !== undefined && origins.get('catalog.locations')?.startsWith(`${file}:`) === true;
  const config = resolvePaths(parsed.data, fromFile ? file : undefined);
  return {
    config,
    sources: keys.map(({ key, secret, description, node }) => ({
      key,
      value: secret ? getAt(config, key) : maskSecrets(getAt(config, key), node),
      from: originOf(key, origins),
      secret,
      description,
    })),
    ...(file === undefined ? {} : { file }),
  };
}

/** The data directory against the working directory; files that `paved.yaml` names against its own folder. */
function resolvePaths(config: Config, file: string | undefined): Config {
  const folder = file === undefined ? process.cwd() : path.dirname(path.resolve(file));
  return {
    ...config,
    data: { ...config.data, directory: path.resolve(config.data.directory) },
    catalog: {
      ...config.catalog,
      locations: config.catalog.locations.map((location) =>
        location.type === 'file' || location.type === 'directory'
          ? { ...location, target: path.resolve(folder, location.target) }
          : location,
      ),
    },
  };
}

/** `server.baseUrl` → `PAVED_SERVER_BASE_URL`. */
export function environmentName(key: string): string {
  return `PAVED_${key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;
}

function readYaml(file: string, into: Record<string, unknown>, origins: Map<string, string>): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PavedError('invalid', `The configuration file ${file} cannot be read.`, {
      fix: 'Check the path given with --config.',
      cause,
    });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new PavedError('invalid', `${file}:${lines.linePos(broken.pos[0]).line} is not YAML: ${broken.message.split('\n')[0]}`, {
      fix: 'Mend that line.',
    });
  }
  const value: unknown = document.toJS();
  if (value === null || value === undefined) return;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new PavedError('invalid', `${file} does not hold a mapping of sections.`, {
      fix: 'Start it with sections such as "server:" or "database:".',
    });
  Object.assign(into, value);
  const walk = (node: unknown, at: string[]): void => {
    const range = document.getIn(at, true) as { range?: [number, number, number] } | undefined;
    if (at.length > 0 && range?.range !== undefined) origins.set(at.join('.'), `${file}:${lines.linePos(range.range[0]).line}`);
    if (node !== null && typeof node === 'object' && !Array.isArray(node)) for (const [k, v] of Object.entries(node)) walk(v, [...at, k]);
  };
  walk(value, []);
}

function configError(error: z.ZodError, origins: Map<string, string>, file: string | undefined): PavedError {
  const known = new Set(describeKeys().map(({ key }) => key));
  const problems: Problem[] = error.issues.flatMap((issue) => {
    const key = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((unknown) => {
        const full = [...issue.path, unknown].join('.');
        return {
          at: `${originOf(full, origins, file)} ${full}`,
          message: 'is not a setting',
          fix: `Settings: ${[...known].filter((k) => k.startsWith(key)).join(', ')}.`,
        };
      });
    }
    return [{ at: `${originOf(key, origins, file)} ${key}`, message: issue.message }];
  });
  return new PavedError('invalid', `The configuration is not valid: ${problems.map((p) => `${p.at}: ${p.message}.`).join(' ')}`, {
    problems,
    fix: 'Run `paved config` to see every setting with its expected form.',
  });
}

function originOf(key: string, origins: Map<string, string>, fallback?: string): string {
  for (let at = key; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
  }
  return fallback ?? 'default';
}

/** Every leaf of the schema with its description. */
function describeKeys(): { key: string; secret: boolean; description: string; node: MaskNode }[] {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchemaNode;
  const leaves: { key: string; secret: boolean; description: string; node: MaskNode }[] = [];
  const walk = (node: JsonSchemaNode, at: string): void => {
    if (node.properties === undefined || node.items !== undefined)
      return void leaves.push({ key: at, secret: node.secret === true, description: node.description ?? '', node: node as MaskNode });
    for (const [name, child] of Object.entries(node.properties)) walk(child, at === '' ? name : `${at}.${name}`);
  };
  walk(schema, '');
  return leaves;
}

interface JsonSchemaNode {
  properties?: Record<string, JsonSchemaNode>;
  items?: unknown;
  description?: string;
  secret?: boolean;
}

/** Environment values are text: numbers, booleans and JSON are recognised. */
function fromText(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  return text;
}

function setAt(target: Record<string, unknown>, key: string, value: unknown): void {
  const parts = key.split('.');
  const last = parts.pop() ?? key;
  let node = target;
  for (const part of parts) {
    const next = node[part];
    if (next === null || typeof next !== 'object') node[part] = {};
    node = node[part] as Record<string, unknown>;
  }
  node[last] = value;
}

function getAt(source: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], source);
}
