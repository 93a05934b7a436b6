import type { UiSchema } from '@rjsf/utils';
import type { Schema } from './json-schema.ts';

const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Templates keep `ui:*` keys inside the JSON Schema (Backstage's way); forms want them beside it.
 * Gives both parts; the schema comes back without `ui:*` keys.
 */
export function splitUiSchema(schema: Schema): { schema: Schema; uiSchema: UiSchema } {
  const uiSchema: Record<string, unknown> = {};
  return { schema: strip(schema, uiSchema), uiSchema: uiSchema as UiSchema };
}

function strip(schema: Schema, ui: Record<string, unknown>): Schema {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key.startsWith('ui:')) ui[key] = value;
    else if (key === 'properties' && isObject(value)) {
      clean[key] = Object.fromEntries(
        Object.entries(value).map(([name, sub]) => {
          const below = (ui[name] ?? {}) as Record<string, unknown>;
          const stripped = isObject(sub) ? strip(sub, below) : sub;
          if (Object.keys(below).length > 0) ui[name] = below;
          return [name, stripped];
        }),
      );
    } else if (key === 'items' && isObject(value)) {
      const below: Record<string, unknown> = {};
      clean[key] = strip(value, below);
      if (Object.keys(below).length > 0) ui['items'] = below;
    } else if ((key === 'oneOf' || key === 'anyOf' || key === 'allOf') && Array.isArray(value)) {
      clean[key] = value.map((sub) => (isObject(sub) ? strip(sub, ui) : sub));
    } else if ((key === 'then' || key === 'else' || key === 'if') && isObject(value)) {
      clean[key] = strip(value, ui);
    } else if (key === 'dependencies' && isObject(value)) {
      clean[key] = Object.fromEntries(Object.entries(value).map(([name, sub]) => [name, isObject(sub) ? strip(sub, ui) : sub]));
    } else clean[key] = value;
  }
  return clean;
}
