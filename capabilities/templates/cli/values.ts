import { PavedError, type Json, type JsonObject } from '@paved/kernel';
import { parse } from 'yaml';

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** All top-level properties of a form's pages, in their order. */
export function propertiesOf(pages: readonly { schema: JsonObject }[]): Map<string, JsonObject> {
  return new Map(
    pages
      .flatMap(({ schema }) => (isObject(schema['properties']) ? Object.entries(schema['properties']) : []))
      .filter((entry): entry is [string, JsonObject] => isObject(entry[1])),
  );
}

/** Names of the properties that the pages require. */
export function requiredOf(pages: readonly { schema: JsonObject }[]): Set<string> {
  return new Set(pages.flatMap(({ schema }) => (Array.isArray(schema['required']) ? schema['required'].map(String) : [])));
}

/** Reads `--set key=value`. The schema says what the text means: `size=3` is a number where a number is asked for. Dots go deeper. */
export function readSetting(text: string, properties: ReadonlyMap<string, JsonObject>): [path: string[], value: Json] {
  const cut = text.indexOf('=');
  if (cut <= 0) throw new PavedError('invalid', `--set ${text} has no key and value.`, { fix: 'Write --set name=checkout.' });
  const path = text.slice(0, cut).split('.');
  let schema: JsonObject | undefined = properties.get(path[0] ?? '');
  for (const part of path.slice(1)) {
    const below: Json | undefined = isObject(schema?.['properties']) ? schema['properties'][part] : undefined;
    schema = isObject(below) ? below : undefined;
  }
  return [path, typed(text.slice(cut + 1), schema, path.join('.'))];
}

function typed(text: string, schema: JsonObject | undefined, key: string): Json {
  const refuse = (what: string): PavedError => new PavedError('invalid', `--set ${key}=${text} is not ${what}.`);
  switch (schema?.['type']) {
    case 'boolean':
      if (text === 'true' || text === 'yes') return true;
      if (text === 'false' || text === 'no') return false;
      throw refuse('true or false');
    case 'number':
    case 'integer': {
      const value = Number(text);
      if (text.trim() === '' || Number.isNaN(value)) throw refuse('a number');
      return value;
    }
    case 'array':
      return text.trimStart().startsWith('[') ? json(text, refuse) : text === '' ? [] : text.split(',').map((item) => item.trim());
    case 'object':
      return json(text, refuse);
    default:
      return text;
  }
}

function json(text: string, refuse: (what: string) => PavedError): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw refuse('JSON');
  }
}

/** The values of a file (YAML or JSON) with `--set` over them. */
export function collectValues(
  file: { name: string; text: string } | undefined,
  settings: readonly string[],
  properties: ReadonlyMap<string, JsonObject>,
): JsonObject {
  let values: JsonObject = {};
  if (file !== undefined) {
    const read: unknown = parse(file.text, { maxAliasCount: 100 });
    if (!isObject(read))
      throw new PavedError('invalid', `${file.name} does not hold keys and values.`, {
        fix: 'Write one line for each value, such as name: checkout.',
      });
    values = structuredClone(read);
  }
  for (const setting of settings) {
    const [path, value] = readSetting(setting, properties);
    let place = values;
    for (const part of path.slice(0, -1)) {
      const next = place[part];
      place = isObject(next) ? next : ((place[part] = {}) as JsonObject);
    }
    place[path.at(-1) ?? ''] = value;
  }
  return values;
}
