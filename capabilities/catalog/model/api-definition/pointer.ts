import type { Json, JsonObject } from '@paved/kernel';

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
export const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined);

/** What a reference inside the document points to; chains are followed up to a limit, so a circle ends. */
export function followed(root: JsonObject, value: unknown): JsonObject {
  let here: unknown = value;
  for (let steps = 0; steps < 20; steps++) {
    if (!isObject(here)) return {};
    const ref = here['$ref'];
    if (typeof ref !== 'string') return here;
    here = pointedTo(root, ref);
  }
  return {};
}

/** The value at `#/a/b`; undefined outside the document. */
export function pointedTo(root: JsonObject, ref: string): Json | undefined {
  if (!ref.startsWith('#/')) return undefined;
  let here: Json | undefined = root;
  for (const part of ref.slice(2).split('/')) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(here)) here = here[Number(key)];
    else if (isObject(here) && Object.hasOwn(here, key)) here = here[key];
    else return undefined;
  }
  return here;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
