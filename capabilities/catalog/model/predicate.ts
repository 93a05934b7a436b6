import { PavedError, type Json, type JsonObject } from '@paved/kernel';
import type { EntityFilter } from '../index.ts';
import { plain } from './plain-text.ts';

/** A condition on entities; keys and values are lower-cased. */
export type Predicate =
  | { readonly type: 'all'; readonly of: readonly Predicate[] }
  | { readonly type: 'any'; readonly of: readonly Predicate[] }
  | { readonly type: 'not'; readonly of: Predicate }
  | { readonly type: 'in'; readonly key: string; readonly values: readonly string[] }
  | { readonly type: 'exists'; readonly key: string }
  | { readonly type: 'prefix'; readonly key: string; readonly prefix: string }
  | { readonly type: 'related'; readonly relation?: string; readonly targets?: readonly string[] };

export const everything: Predicate = { type: 'all', of: [] };

export const isEverything = (predicate: Predicate): boolean =>
  predicate === everything || (predicate.type === 'all' && predicate.of.every(isEverything));

const MAX_CONDITIONS = 1000;

const invalid = (message: string, fix: string): PavedError => new PavedError('invalid', message, { fix });

/**
 * Backstage's `filter=` grammar: several filters are an OR, a comma is an AND, the same key again in one filter is an OR of
 * its values, a key alone asks whether it exists. The answer is the predicate query that says the same (as cursors carry it).
 */
export function filterToQuery(filters: readonly string[]): JsonObject {
  const sets = filters.map(parseSet).filter((set) => set.size > 0);
  return setsToQuery(sets);
}

/** The contract's filter in the same form. */
export function entityFilterToQuery(filter: EntityFilter): JsonObject {
  return setsToQuery(filter.map((set) => new Map(Object.entries(set).map(([key, values]) => [key, values === true ? true : [...values]]))));
}

function parseSet(filter: string): Map<string, string[] | true> {
  const set = new Map<string, string[] | true>();
  for (const statement of filter.split(',')) {
    const text = statement.trim();
    if (text === '') continue;
    const cut = text.indexOf('=');
    const key = (cut < 0 ? text : text.slice(0, cut)).trim();
    if (key === '') throw invalid(`The filter "${statement}" has no key.`, 'Write it as key=value, for example kind=component.');
    if (cut < 0) {
      if (!set.has(key)) set.set(key, true);
      continue;
    }
    const known = set.get(key);
    set.set(key, [...(known === undefined || known === true ? [] : known), text.slice(cut + 1).trim()]);
  }
  return set;
}

function setsToQuery(sets: readonly Map<string, string[] | true>[]): JsonObject {
  const queries = sets.map((set) => {
    const conditions = [...set].map(([key, values]): JsonObject => ({
      [key]: values === true ? { $exists: true } : values.length === 1 ? (values[0] ?? '') : { $in: values },
    }));
    return conditions.length === 1 ? (conditions[0] ?? {}) : { $all: conditions };
  });
  return queries.length === 0 ? {} : queries.length === 1 ? (queries[0] ?? {}) : { $any: queries };
}

/** Reads a predicate query (`$all`, `$any`, `$not`, `$exists`, `$in`, `$hasPrefix`, `$contains`). Throws `invalid` saying where. */
export function parsePredicate(query: Json | undefined): Predicate {
  let conditions = 0;
  const count = (): void => {
    if (++conditions > MAX_CONDITIONS)
      throw invalid(`The query has more than ${MAX_CONDITIONS} conditions.`, 'Use $in for many values, or ask in several requests.');
  };

  const root = (node: Json | undefined, at: string, depth: number): Predicate => {
    count();
    if (depth > 50) throw invalid('The query nests deeper than 50 levels.', 'Flatten it.');
    if (node === undefined) return everything;
    if (node === null || typeof node !== 'object' || Array.isArray(node))
      throw invalid(`Invalid query: ${at} must be an object.`, 'Write it as {"kind": "component"}.');
    const of = Object.entries(node).map(([key, value]) => entry(key, value, at, depth));
    return of.length === 1 && of[0] !== undefined ? of[0] : { type: 'all', of };
  };

  const entry = (key: string, value: Json, at: string, depth: number): Predicate => {
    const here = `${at}.${key}`;
    if (key === '$all' || key === '$any') {
      if (!Array.isArray(value)) throw invalid(`Invalid query: ${here} must be a list.`, `Write ${key}: [ … ].`);
      return { type: key === '$all' ? 'all' : 'any', of: value.map((v, i) => root(v, `${here}[${i}]`, depth + 1)) };
    }
    if (key === '$not') return { type: 'not', of: root(value, here, depth + 1) };
    if (key.startsWith('$'))
      throw invalid(`Invalid query: ${here} is no operator.`, 'Known: $all, $any, $not, $exists, $in, $hasPrefix, $contains.');
    count();
    return condition(key, value, here);
  };

  return root(query, 'query', 0);
}

const scalar = (value: Json | undefined): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? plain(String(value)).toLowerCase() : undefined;

function condition(field: string, value: Json, at: string): Predicate {
  const key = plain(field).toLowerCase();
  const single = scalar(value);
  if (single !== undefined) return { type: 'in', key, values: [single] };
  const operators = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
  const [operator, operand] = operators[0] ?? [];
  if (operators.length !== 1 || operator === undefined)
    throw invalid(`Invalid query: ${at} must be a value or one operator.`, 'Write a text, or one of $exists, $in, $hasPrefix, $contains.');
  switch (operator) {
    case '$exists':
      if (typeof operand !== 'boolean') break;
      return operand ? { type: 'exists', key } : { type: 'not', of: { type: 'exists', key } };
    case '$in': {
      const values = Array.isArray(operand) ? operand.map(scalar) : undefined;
      if (values === undefined || values.includes(undefined)) break;
      return { type: 'in', key, values: values as string[] };
    }
    case '$hasPrefix':
      if (typeof operand !== 'string') break;
      return { type: 'prefix', key, prefix: plain(operand).toLowerCase() };
    case '$contains': {
      const text = scalar(operand);
      if (text !== undefined) return { type: 'in', key, values: [text] };
      if (operand !== null && typeof operand === 'object' && !Array.isArray(operand)) return contains(field, operand, at);
      break;
    }
    default:
  }
  throw invalid(
    `Invalid query: ${at}.${operator} is not understood.`,
    'Write $exists: true, $in: [..], $hasPrefix: "text" or $contains: "text".',
  );
}

function contains(field: string, operand: JsonObject, at: string): Predicate {
  if (field.toLowerCase() !== 'relations')
    throw invalid(
      `Object form of $contains is not supported for field "${field}"`,
      'It is for relations only: {"relations": {"$contains": {"type": "ownedBy"}}}.',
    );
  const parts = new Map<string, Json>();
  for (const [name, value] of Object.entries(operand)) {
    const part = name.toLowerCase();
    if ((part !== 'type' && part !== 'targetref') || parts.has(part))
      throw invalid(`Invalid query: ${at}.$contains has an unknown or repeated field "${name}".`, 'Use type and targetRef.');
    parts.set(part, value);
  }
  const [relation, target] = [parts.get('type'), parts.get('targetref')];
  if (typeof relation !== 'string' || relation === '')
    throw invalid(`The $contains operator for "relations" requires a "type" string property`, 'Name the relation, for example ownedBy.');
  const among = target !== null && typeof target === 'object' && !Array.isArray(target) ? target['$in'] : undefined;
  const targets = typeof target === 'string' ? [target] : among;
  const isTexts = Array.isArray(targets) && targets.length > 0 && targets.every((text) => typeof text === 'string');
  if (target !== undefined && (!isTexts || (among !== undefined && Object.keys(target as object).length > 1)))
    throw invalid(`Invalid query: ${at}.$contains.targetRef is not understood.`, 'Write it as text or as {"$in": ["…"]}.');
  return {
    type: 'related',
    relation: plain(relation).toLowerCase(),
    ...(target === undefined ? {} : { targets: (targets as string[]).map((text) => plain(text).toLowerCase()) }),
  };
}
