import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PavedError } from '@paved/kernel';

/** Where references are resolved. */
export interface ReferenceSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder that `$file` is relative to. */
  readonly folder: string;
  /** `paved.yaml:12` for a key, for messages. */
  readonly where: (key: string) => string;
}

/**
 * Fills in what the configuration file refers to: `${NAME}` and `${NAME:-otherwise}` in texts, `{ $env: NAME }` and
 * `{ $file: path }` in place of a value. `$${NAME}` stays as `${NAME}`. Throws `invalid` for what is not there.
 */
export function resolveReferences(value: unknown, source: ReferenceSource, key = ''): unknown {
  if (typeof value === 'string') return fill(value, source, key);
  if (Array.isArray(value)) return value.map((item, i) => resolveReferences(item, source, `${key}.${i}`.replace(/^\./, '')));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && typeof only[1] === 'string') {
    if (only[0] === '$env') return fill(`\${${only[1]}}`, source, key);
    if (only[0] === '$file') return readReferenced(path.resolve(source.folder, only[1]), source, key);
  }
  return Object.fromEntries(entries.map(([name, item]) => [name, resolveReferences(item, source, key === '' ? name : `${key}.${name}`)]));
}

function fill(text: string, source: ReferenceSource, key: string): string {
  return text.replace(
    /\$(\$\{[^}]*\})|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (_all, escaped: string | undefined, name = '', otherwise?: string) => {
      if (escaped !== undefined) return escaped;
      const found = source.environment[name as string];
      if (found !== undefined && found !== '') return found;
      if (otherwise !== undefined) return otherwise;
      throw new PavedError('invalid', `${source.where(key)} ${key} needs the environment variable ${String(name)}, which is not set.`, {
        fix: `Set ${String(name)}, or remove that line.`,
      });
    },
  );
}

function readReferenced(file: string, source: ReferenceSource, key: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (cause) {
    throw new PavedError('invalid', `${source.where(key)} ${key} refers to ${file}, which cannot be read.`, {
      fix: 'Correct the path.',
      cause,
    });
  }
}
