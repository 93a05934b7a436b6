import type { Json, JsonObject } from '@paved/kernel';

const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Layers of an app-config as Backstage merges them: later ones win, objects are merged key by key, lists are replaced. */
export function mergeLayers(layers: readonly JsonObject[]): JsonObject {
  return layers.reduce<JsonObject>((below, above) => merge(below, above), {});
}

function merge(below: JsonObject, above: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const old = merged[key];
    merged[key] = isObject(old) && isObject(value) && !isReference(value) ? merge(old, value) : value;
  }
  return merged;
}

/** `{ $env: NAME }`, `{ $file: path }`, `{ $include: path }` stand for one value. */
const isReference = (value: JsonObject): boolean => Object.keys(value).length === 1 && Object.keys(value)[0]?.startsWith('$') === true;
