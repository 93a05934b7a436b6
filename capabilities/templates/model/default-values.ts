import type { Json, JsonObject } from '@paved/kernel';
import type { ParameterPage } from './template-document.ts';

/** Values as the form would send them: what was left out gets the `default` of its property (nested objects too). */
export function withDefaults(pages: readonly ParameterPage[], values: JsonObject): JsonObject {
  return pages.reduce((filled, page) => fill(page.schema, filled), values);
}

function fill(schema: JsonObject, values: JsonObject): JsonObject {
  const properties = schema['properties'];
  if (!isObject(properties)) return values;
  const filled: JsonObject = { ...values };
  for (const [name, property] of Object.entries(properties)) {
    if (!isObject(property)) continue;
    const value = filled[name];
    if (value === undefined && property['default'] !== undefined) filled[name] = structured(property['default']);
    else if (isObject(value)) filled[name] = fill(property, value);
  }
  return filled;
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const structured = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;
