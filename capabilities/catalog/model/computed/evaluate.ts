import { messageOf, type Json } from '@paved/kernel';
import { compileExpression, type Expression } from './expression.ts';
import type { ComputedProperty } from './property.ts';

/** What a computed property can be worth. */
export type ComputedValue = string | number | boolean | readonly (string | number | boolean)[];

/** A value, or null with the reason why there is none. */
export type Outcome = { readonly value: ComputedValue } | { readonly value: null; readonly reason: string };

/** An entity as expressions see it. */
export interface Subject {
  readonly ref: string;
  readonly [field: string]: unknown;
  /** By name; changes while properties are computed one after the other. */
  readonly computed: Record<string, unknown>;
}

/** A property ready to be evaluated. */
export interface Evaluator {
  readonly property: ComputedProperty;
  /** `related`: the entities at the end of the path, each once, ordered by reference. */
  evaluate(entity: Subject, related: readonly Subject[]): Outcome;
}

const MAX_TEXT = 1000;
const MAX_ITEMS = 100;

const nothing = (reason: string): Outcome => ({ value: null, reason });

/** Makes a declared property ready; throws when an expression is none (declarations are checked before). */
export function evaluatorOf(property: ComputedProperty): Evaluator {
  const compiled = (text: string, variables: readonly ('entity' | 'it')[]): Expression => {
    const expression = compileExpression(text, variables);
    if ('problem' in expression) throw new Error(expression.problem);
    return expression;
  };
  const { computation } = property;
  if (computation.type === 'calculated') {
    const value = compiled(computation.value, ['entity']);
    return { property, evaluate: (entity) => outcomeOf(() => value.evaluate({ entity })) };
  }
  const value = computation.value === undefined ? undefined : compiled(computation.value, ['it', 'entity']);
  if (computation.type === 'mirrored') {
    return {
      property,
      evaluate(entity, related) {
        if (related.length === 0) return nothing('Nothing is related in this way.');
        let reason: Outcome | undefined;
        for (const it of related) {
          const outcome = outcomeOf(() => value?.evaluate({ it, entity }));
          if (outcome.value !== null) return outcome;
          reason ??= { ...outcome, reason: `${it.ref}: ${outcome.reason}` };
        }
        return reason ?? nothing('Nothing is related in this way.');
      },
    };
  }
  const where = computation.where === undefined ? undefined : compiled(computation.where, ['it', 'entity']);
  return {
    property,
    evaluate(entity, related) {
      const numbers: number[] = [];
      let counted = 0;
      for (const it of related) {
        if (where !== undefined) {
          const wanted = asked(() => where.evaluate({ it, entity }));
          if ('error' in wanted && !wanted.missing) return nothing(`${it.ref}: ${wanted.error}`);
          if ('error' in wanted || wanted.value !== true) continue;
        }
        counted++;
        if (value === undefined) continue;
        const found = asked(() => value.evaluate({ it, entity }));
        if ('error' in found && !found.missing) return nothing(`${it.ref}: ${found.error}`);
        if ('error' in found || found.value === null || found.value === undefined) continue;
        if (computation.function === 'count') {
          numbers.push(1);
          continue;
        }
        const number = typeof found.value === 'bigint' ? Number(found.value) : found.value;
        if (typeof number !== 'number' || !Number.isFinite(number))
          return nothing(
            `${it.ref}: the value is ${typeof number === 'number' ? String(number) : `a ${wordFor(found.value)}`}, not a number.`,
          );
        numbers.push(number);
      }
      return aggregated(computation.function, value === undefined ? counted : numbers.length, numbers);
    },
  };
}

function aggregated(how: 'count' | 'sum' | 'min' | 'max' | 'average', count: number, numbers: readonly number[]): Outcome {
  if (how === 'count') return { value: count };
  if (how === 'sum') return { value: tidy(numbers.reduce((a, b) => a + b, 0)) };
  if (numbers.length === 0) return nothing('No related entity has a value.');
  if (how === 'average') return { value: tidy(numbers.reduce((a, b) => a + b, 0) / numbers.length) };
  return { value: numbers.reduce((a, b) => (how === 'min' ? Math.min(a, b) : Math.max(a, b))) };
}

/** Without the dust that adding binary fractions leaves. */
const tidy = (number: number): number => Number(number.toPrecision(12));

type Asked = { readonly value: unknown } | { readonly error: string; readonly missing: boolean };

function asked(evaluate: () => unknown): Asked {
  try {
    return { value: unwrapped(evaluate()) };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const [first = ''] = messageOf(error).split('\n');
    const key = /^No such key: (.+)$/.exec(first)?.[1];
    return {
      error: key === undefined ? sentence(mismatch(first)) : `${key} is not there.`,
      missing: code === 'no_such_key' || code === 'index_out_of_bounds',
    };
  }
}

/** CEL's word for two types that do not go together, in words of people: `dyn<int> + string` is "There is no + for int and string." */
const mismatch = (text: string): string =>
  text.replace(
    /^No such overload: (?:dyn<)?(\w+)>? (\S+) (?:dyn<)?(\w+)>?\.?$/i,
    'There is no $2 for $1 and $3: convert one of them, for example with string(…) or double(…)',
  );

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;

/** `optional.of(x)` is x, `optional.none()` is nothing. */
function unwrapped(value: unknown): unknown {
  if (value !== null && typeof value === 'object' && 'hasValue' in value && 'orValue' in value) {
    const optional = value as { orValue(other: unknown): unknown };
    return optional.orValue(null);
  }
  return value;
}

function outcomeOf(evaluate: () => unknown): Outcome {
  const found = asked(evaluate);
  return 'error' in found ? nothing(found.error) : normalised(found.value);
}

function normalised(value: unknown): Outcome {
  const one = scalar(value);
  if (one !== undefined) return typeof one === 'object' ? nothing(one.reason) : { value: one };
  if (value === null || value === undefined) return nothing('The value is null.');
  if (Array.isArray(value)) {
    if (value.length > MAX_ITEMS) return nothing(`The list has ${value.length} entries; at most ${MAX_ITEMS} are kept.`);
    const items: (string | number | boolean)[] = [];
    for (const item of value) {
      const part = scalar(item);
      if (part === undefined || typeof part === 'object')
        return nothing(`The list holds ${part === undefined ? `a ${wordFor(item)}` : part.reason}`);
      items.push(part);
    }
    return { value: items };
  }
  return nothing(`The value is a ${wordFor(value)}; a text, a number, true, false or a list of them is kept.`);
}

function scalar(value: unknown): string | number | boolean | { reason: string } | undefined {
  if (typeof value === 'string')
    return value.length > MAX_TEXT ? { reason: `The text has ${value.length} characters; at most ${MAX_TEXT} are kept.` } : value;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? tidy(value) : { reason: `The number is ${value > 0 ? 'infinite' : String(value)}.` };
  if (isTime(value)) return Number.isNaN(value.getTime()) ? { reason: 'The time is not valid.' } : value.toISOString();
  if (value !== null && typeof value === 'object' && 'valueOf' in value && /UnsignedInt/.test(value.constructor?.name ?? ''))
    return Number(value.valueOf());
  return undefined;
}

/** A CEL timestamp. The pure layer has no clock and so no name for what it is. */
const isTime = (value: unknown): value is { getTime(): number; toISOString(): string } =>
  Object.prototype.toString.call(value) === '[object Date]';

const wordFor = (value: unknown): string =>
  Array.isArray(value)
    ? 'list'
    : value === null
      ? 'null'
      : typeof value === 'object'
        ? 'map'
        : typeof value === 'string'
          ? 'text'
          : typeof value;

/** JSON as CEL sees it: whole numbers are integers, so that `replicas % 2` works. */
export function forExpressions(value: Json | undefined): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(forExpressions);
  if (value === null || typeof value !== 'object') return value;
  const copy: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    // Assigning __proto__ would change the copy itself.
    if (key !== '__proto__') copy[key] = forExpressions(child);
  }
  return copy;
}
