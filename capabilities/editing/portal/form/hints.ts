import type { JsonObject } from '@paved/kernel';
import type { FormHint } from '@paved/ui';
import type { DraftWarning } from '../draft.ts';
import { specKey } from './kind-form.ts';

/** Warnings at the form's fields. What was written over since they were found is not warned of any more. */
export function hintsOf(document: JsonObject, warnings: readonly DraftWarning[]): readonly FormHint[] {
  return warnings.flatMap(({ at, text, message, fix, use }) => {
    const [root, field, ...below] = keysOf(at);
    if (root !== 'spec' || field === undefined || valueAt(document, keysOf(at)) !== text) return [];
    return [
      {
        path: [specKey(field), ...below.map((key) => (/^\d+$/.test(key) ? Number(key) : key))],
        message: use === undefined && fix !== undefined ? `${message} ${fix}` : message,
        ...(use === undefined ? {} : { use }),
      },
    ];
  });
}

const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

function valueAt(document: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    document,
  );
}
