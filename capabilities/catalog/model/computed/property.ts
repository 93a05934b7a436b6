import type { Json, JsonObject, Problem } from '@paved/kernel';
import { compileExpression } from './expression.ts';

/** One step from an entity to those it is related with, as seen from the entity: `partOf`, `hasPart`, `dependencyOf` … */
export interface PathStep {
  readonly relation: string;
  /** Only entities of this kind (lower case). */
  readonly kind?: string;
}

export const aggregates = ['count', 'sum', 'min', 'max', 'average'] as const;
export type Aggregate = (typeof aggregates)[number];

/** How a property's value comes about. Expressions are CEL; `entity` is the entity itself, `it` a related one. */
export type Computation =
  | { readonly type: 'calculated'; readonly value: string }
  | { readonly type: 'mirrored'; readonly through: readonly PathStep[]; readonly value: string }
  | {
      readonly type: 'aggregated';
      readonly through: readonly PathStep[];
      readonly function: Aggregate;
      /** What is added or compared; not for count. */
      readonly value?: string;
      /** Only related entities for which this is true. */
      readonly where?: string;
    };

/** A property that the platform fills in for every entity of a kind; seen at `status.computed.<name>`, asked for as `computed.<name>`. */
export interface ComputedProperty {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly computation: Computation;
}

const MAX_STEPS = 4;
const MAX_PROPERTIES = 50;

const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** Reads `spec.computed` of an EntityKind whose shape the schema has already checked. */
export function readComputed(value: Json | undefined, at: string): { properties: ComputedProperty[]; problems: Problem[] } {
  const properties: ComputedProperty[] = [];
  const problems: Problem[] = [];
  const items = Array.isArray(value) ? value : [];
  if (items.length > MAX_PROPERTIES) {
    return {
      properties,
      problems: [
        { at, message: `There are ${items.length} computed properties; a kind has at most ${MAX_PROPERTIES}.`, fix: 'Remove some.' },
      ],
    };
  }
  const names = new Set<string>();
  items.forEach((item, i) => {
    const here = `${at}/${i}`;
    if (!isObject(item)) return;
    const name = textOf(item['name']) ?? '';
    if (names.has(name.toLowerCase()))
      problems.push({
        at: `${here}/name`,
        message: `The computed property "${name}" is declared twice.`,
        fix: 'Rename one of the two; case does not count.',
      });
    names.add(name.toLowerCase());
    const computation = readComputation(item, here, problems);
    if (computation === undefined) return;
    const title = textOf(item['title']);
    const description = textOf(item['description']);
    properties.push({
      name,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      computation,
    });
  });
  return { properties, problems };
}

function readComputation(item: JsonObject, at: string, problems: Problem[]): Computation | undefined {
  const said = ['calculate', 'mirror', 'aggregate'].filter((key) => item[key] !== undefined);
  if (said.length !== 1) {
    problems.push({
      at,
      message: `The computed property "${textOf(item['name']) ?? ''}" says ${said.length === 0 ? 'not how it is computed' : `both ${said.join(' and ')}`}.`,
      fix: 'Write exactly one of calculate, mirror and aggregate.',
    });
    return undefined;
  }
  const expression = (text: string | undefined, variables: readonly ('entity' | 'it')[], where: string): boolean => {
    if (text === undefined) return true;
    const compiled = compileExpression(text, variables);
    if ('problem' in compiled) problems.push({ at: where, message: compiled.problem, fix: compiled.fix });
    return !('problem' in compiled);
  };
  const calculate = textOf(item['calculate']);
  if (calculate !== undefined)
    return expression(calculate, ['entity'], `${at}/calculate`) ? { type: 'calculated', value: calculate } : undefined;

  const key = said[0] ?? 'mirror';
  const body = item[key];
  if (!isObject(body)) return undefined;
  const through = readPath(body['through'], `${at}/${key}/through`, problems);
  if (through === undefined) return undefined;
  const value = textOf(body['value']);
  const where = textOf(body['where']);
  const readable = [
    expression(value, ['it', 'entity'], `${at}/${key}/value`),
    expression(where, ['it', 'entity'], `${at}/${key}/where`),
  ].every(Boolean);
  if (!readable) return undefined;
  if (key === 'mirror') return value === undefined ? undefined : { type: 'mirrored', through, value };
  const kind = aggregates.find((name) => name === body['function']);
  if (kind === undefined) return undefined;
  if (kind !== 'count' && value === undefined) {
    problems.push({
      at: `${at}/aggregate/value`,
      message: `${kind} needs a value to work on.`,
      fix: 'Add value, for example value: it.spec.replicas.',
    });
    return undefined;
  }
  return {
    type: 'aggregated',
    through,
    function: kind,
    ...(value === undefined ? {} : { value }),
    ...(where === undefined ? {} : { where }),
  };
}

function readPath(value: Json | undefined, at: string, problems: Problem[]): PathStep[] | undefined {
  const steps = (Array.isArray(value) ? value : [value]).map((step): PathStep | undefined => {
    if (typeof step === 'string') return { relation: step };
    if (!isObject(step) || typeof step['relation'] !== 'string') return undefined;
    const kind = textOf(step['kind']);
    return { relation: step['relation'], ...(kind === undefined ? {} : { kind: kind.toLowerCase() }) };
  });
  if (steps.length === 0 || steps.length > MAX_STEPS || steps.some((step) => step === undefined)) {
    problems.push({
      at,
      message: `A path has 1 to ${MAX_STEPS} relations.`,
      fix: 'Write for example through: partOf, or a list of relations.',
    });
    return undefined;
  }
  return steps as PathStep[];
}
