import type { Problem } from '@paved/kernel';
import { nearest } from './nearest.ts';

/** The form of a value, small enough that every mismatch can be told in one sentence. */
export type Shape =
  | { readonly type: 'text'; readonly pattern?: RegExp; readonly form?: string; readonly minLength?: number }
  | { readonly type: 'whole'; readonly min?: number; readonly max?: number }
  | { readonly type: 'flag' }
  | { readonly type: 'choice'; readonly of: readonly string[] }
  | { readonly type: 'list'; readonly items: Shape }
  | {
      readonly type: 'map';
      readonly values: Shape;
      readonly keys?: { readonly pattern?: RegExp; readonly form?: string };
      readonly minEntries?: number;
    }
  | {
      readonly type: 'record';
      readonly fields: Readonly<Record<string, Shape>>;
      readonly required?: readonly string[];
      /** Unknown fields are allowed. */
      readonly open?: boolean;
      readonly atLeastOne?: readonly string[];
      readonly exactlyOne?: readonly string[];
    };

/** Where a value does not have the shape; `at` is a JSON pointer. */
export function mismatches(value: unknown, shape: Shape, at = ''): Problem[] {
  switch (shape.type) {
    case 'text':
      return textProblems(value, shape, at);
    case 'whole':
      return wholeProblems(value, shape, at);
    case 'flag':
      return typeof value === 'boolean' ? [] : [wrongType(at, 'true or false', value)];
    case 'choice': {
      if (typeof value === 'string' && shape.of.includes(value)) return [];
      const wanted = shape.of.length === 1 ? shape.of[0] : `one of ${shape.of.join(', ')}`;
      return [{ at, message: `${nameOf(at)} must be ${wanted}, not ${shown(value)}.` }];
    }
    case 'list':
      if (!Array.isArray(value)) return [wrongType(at, 'a list', value)];
      return value.flatMap((item, i) => mismatches(item, shape.items, `${at}/${i}`));
    case 'map':
      return mapProblems(value, shape, at);
    case 'record':
      return recordProblems(value, shape, at);
  }
}

function textProblems(value: unknown, shape: Extract<Shape, { type: 'text' }>, at: string): Problem[] {
  if (typeof value !== 'string') {
    const quoted = typeof value === 'number' || typeof value === 'boolean';
    return [{ ...wrongType(at, 'text', value), ...(quoted ? { fix: `Put it in quotes: "${String(value)}".` } : {}) }];
  }
  if (value.length < (shape.minLength ?? 0)) return [{ at, message: `${nameOf(at)} must not be empty.` }];
  if (shape.pattern !== undefined && !shape.pattern.test(value)) {
    return [{ at, message: `${nameOf(at)} must be ${shape.form ?? 'of another form'}, not ${shown(value)}.` }];
  }
  return [];
}

function wholeProblems(value: unknown, shape: Extract<Shape, { type: 'whole' }>, at: string): Problem[] {
  if (typeof value !== 'number' || !Number.isInteger(value)) return [wrongType(at, 'a whole number', value)];
  const { min, max } = shape;
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
    return [{ at, message: `${nameOf(at)} must be between ${min ?? '-∞'} and ${max ?? '∞'}, not ${value}.` }];
  }
  return [];
}

function mapProblems(value: unknown, shape: Extract<Shape, { type: 'map' }>, at: string): Problem[] {
  if (!isRecord(value)) return [wrongType(at, 'a map', value)];
  const entries = Object.entries(value);
  if (entries.length < (shape.minEntries ?? 0)) return [{ at, message: `${nameOf(at)} must have at least one entry.` }];
  return entries.flatMap(([key, item]) => {
    const here = `${at}/${escaped(key)}`;
    const { pattern, form } = shape.keys ?? {};
    const badKey =
      pattern !== undefined && !pattern.test(key)
        ? [{ at: here, message: `The name "${key}" in ${nameOf(at)} must be ${form ?? 'of another form'}.` }]
        : [];
    return [...badKey, ...mismatches(item, shape.values, here)];
  });
}

function recordProblems(value: unknown, shape: Extract<Shape, { type: 'record' }>, at: string): Problem[] {
  if (!isRecord(value)) return [wrongType(at, 'a map', value)];
  const present = (field: string): boolean => Object.hasOwn(value, field);
  const missing = (shape.required ?? [])
    .filter((field) => !present(field))
    .map((field) => ({ at, message: `${nameOf(at)} has no ${field}.`, fix: `Add ${field}.` }));
  const groups: Problem[] = [];
  const { atLeastOne, exactlyOne } = shape;
  if (atLeastOne !== undefined && !atLeastOne.some(present))
    groups.push({ at, message: `${nameOf(at)} needs ${atLeastOne.join(' or ')}.` });
  const given = exactlyOne?.filter(present) ?? [];
  if (exactlyOne !== undefined && given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    groups.push({ at, message: `${nameOf(at)} needs exactly one of ${exactlyOne.join(', ')}, but has ${found}.` });
  }
  const inside = Object.entries(value).flatMap(([key, item]) => {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (field !== undefined) return mismatches(item, field, `${at}/${escaped(key)}`);
    return shape.open === true ? [] : [unknownField(at, key, Object.keys(shape.fields))];
  });
  return [...missing, ...groups, ...inside];
}

function unknownField(at: string, key: string, known: readonly string[]): Problem {
  const close = nearest(key, known);
  return {
    at: `${at}/${escaped(key)}`,
    message: `${nameOf(at)} knows no field "${key}".`,
    fix: close === undefined ? `Use one of ${known.join(', ')}.` : `Did you mean ${close}?`,
  };
}

const wrongType = (at: string, wanted: string, value: unknown): Problem => ({
  at,
  message: `${nameOf(at)} must be ${wanted}, not ${kindOf(value)}.`,
});

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** A JSON pointer as people write paths: `containers.main.image`. */
export function nameOf(at: string): string {
  if (at === '') return 'The document';
  return at
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return (
    { string: 'text', number: `the number ${String(value)}`, boolean: String(value), object: 'a map' }[typeof value as string] ??
    typeof value
  );
}
