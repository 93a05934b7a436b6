import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { messageOf, PavedError, type Json, type JsonObject } from '@paved/kernel';
import { mergeLayers } from '../model/merge-layers.ts';

/** Reads app-config files as Backstage layers them; `$include` is followed, other references stay as they are. Throws `invalid`. */
export function readAppConfig(files: readonly string[]): JsonObject {
  return mergeLayers(files.map((file) => resolved(readYaml(file), path.dirname(path.resolve(file)), 0) as JsonObject));
}

/**
 * Where a `file:` target of an app-config stands: Backstage takes it relative to the folder its backend is started in, which is
 * `packages/backend` of a usual repository, or the repository itself.
 */
export function fileFinder(files: readonly string[]): (target: string) => string | undefined {
  const folders = files.flatMap((file) => {
    const folder = path.dirname(path.resolve(file));
    return [path.join(folder, 'packages/backend'), folder];
  });
  return (target) => {
    if (/[*?[{]/.test(target)) {
      const base = target.slice(0, target.search(/[*?[{]/));
      const folder = folders.find((one) => existsSync(path.resolve(one, path.dirname(`${base}x`))));
      return folder === undefined ? undefined : path.resolve(folder, target);
    }
    return folders.map((folder) => path.resolve(folder, target)).find((file) => existsSync(file));
  };
}

function readYaml(file: string): JsonObject {
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new PavedError('invalid', `${file} cannot be read: ${messageOf(error).split('\n')[0]}`, { fix: 'Check the path and the YAML.' });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new PavedError('invalid', `${file} holds no settings.`, { fix: 'Name the app-config.yaml of a Backstage.' });
  return value as JsonObject;
}

/** `{ $include: other.yaml#some.key }` gives that part; `$file` becomes absolute, since the settings move to another folder. */
function resolved(value: Json, folder: string, depth: number): Json {
  if (depth > 50) throw new PavedError('invalid', 'Included files include each other.', { fix: 'Break the circle.' });
  if (Array.isArray(value)) return value.map((item) => resolved(item, folder, depth + 1));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [key, target] = entries[0] ?? [];
  if (entries.length === 1 && typeof target === 'string') {
    if (key === '$file') return { $file: path.resolve(folder, target) };
    if (key === '$include') {
      const [name = '', fragment = ''] = target.split('#');
      const file = path.resolve(folder, name);
      const whole = resolved(readYaml(file), path.dirname(file), depth + 1);
      const part =
        fragment === ''
          ? whole
          : fragment.split('.').reduce<Json | undefined>((node, step) => (node as JsonObject | undefined)?.[step], whole);
      if (part === undefined) throw new PavedError('invalid', `${file} has no ${fragment}.`, { fix: 'Correct the $include.' });
      return part;
    }
  }
  return Object.fromEntries(entries.map(([name, item]) => [name, resolved(item, folder, depth + 1)]));
}
