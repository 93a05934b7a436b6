import type { Json } from '@paved/kernel';
import { isObject, listOf, objectOf } from './pointer.ts';
import type { DefinedSchema } from './reading.ts';

/** A value that fits a schema: examples and defaults first. Circles end after some depth. */
export function sampleOf(schema: DefinedSchema | undefined, schemas: Readonly<Record<string, DefinedSchema>>, depth = 0): Json {
  if (schema === undefined || depth > 6) return null;
  const ref = schema['$ref'];
  if (typeof ref === 'string') return sampleOf(schemas[ref], schemas, depth + 1);
  if (schema['example'] !== undefined) return schema['example'];
  const first = listOf(schema['examples'])[0];
  if (first !== undefined) return first;
  for (const key of ['default', 'const'] as const) if (schema[key] !== undefined) return schema[key];
  const choice = listOf(schema['enum'])[0];
  if (choice !== undefined) return choice;
  const all = listOf(schema['allOf']).filter(isObject);
  if (all.length > 0) {
    const parts = all.map((part) => sampleOf(part, schemas, depth + 1));
    return Object.assign(
      {},
      ...parts.filter(isObject),
      isObject(schema['properties']) ? objectOf(sampleOf({ ...schema, allOf: [] }, schemas, depth)) : {},
    ) as Json;
  }
  const one = [...listOf(schema['oneOf']), ...listOf(schema['anyOf'])].find(isObject);
  if (one !== undefined) return sampleOf(one, schemas, depth + 1);
  const type = typesOf(schema)[0];
  if (type === 'array')
    return [sampleOf(isObject(schema['items']) ? schema['items'] : undefined, schemas, depth + 1)].filter((item) => item !== null);
  if (type === 'object' || isObject(schema['properties'])) {
    const properties = Object.entries(objectOf(schema['properties'])).filter(([, value]) => isObject(value) && value['readOnly'] !== true);
    return Object.fromEntries(
      properties
        .map(([name, value]): [string, Json] => [name, sampleOf(objectOf(value), schemas, depth + 1)])
        .filter(([name, value]) => value !== null || listOf(schema['required']).includes(name)),
    );
  }
  if (type === 'integer' || type === 'number') return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
  if (type === 'boolean') return true;
  if (type === 'string')
    return schema['format'] === 'date-time' ? '2026-01-31T12:00:00Z' : schema['format'] === 'date' ? '2026-01-31' : 'text';
  return null;
}

export const typesOf = (schema: DefinedSchema): readonly string[] =>
  (Array.isArray(schema['type']) ? schema['type'] : [schema['type']]).filter((type) => typeof type === 'string');
