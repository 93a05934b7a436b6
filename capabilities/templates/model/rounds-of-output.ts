import type { JsonObject } from '@paved/kernel';
import type { TemplateStep } from './template-document.ts';

/** The outputs that a step's calls gave: one, or with `each` one for every round (kept as lists by key). */
export function roundsOfOutput(step: TemplateStep, output: JsonObject): JsonObject[] {
  if (step.each === undefined) return [output];
  const lists = Object.entries(output).filter((entry): entry is [string, JsonObject[]] => Array.isArray(entry[1]));
  const rounds = Math.max(0, ...lists.map(([, list]) => list.length));
  return Array.from({ length: rounds }, (_, n) => Object.fromEntries(lists.map(([key, list]) => [key, list[n] ?? null])));
}
