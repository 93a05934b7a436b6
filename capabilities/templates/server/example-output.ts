import { z } from 'zod';
import type { Json, JsonObject } from '@paved/kernel';
import type { TemplateAction } from '../index.ts';

/** Stand-in output of an action that a preview leaves out, so that later expressions have something of the right type. */
export function exampleOutput(action: TemplateAction): JsonObject {
  if (action.output === undefined) return {};
  const schema = z.toJSONSchema(action.output, { unrepresentable: 'any' }) as { properties?: Record<string, { type?: string }> };
  const byType: Readonly<Record<string, Json>> = { string: '<example>', number: 0, integer: 0, boolean: false, array: [], object: {} };
  return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, { type }]) => [name, byType[type ?? ''] ?? null]));
}
