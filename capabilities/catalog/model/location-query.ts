import { PavedError, type JsonObject } from '@paved/kernel';
import { parsePredicate, type Predicate } from './predicate.ts';

/** A registered location as clients see it; queries look at these fields, in any case. */
interface Searchable {
  readonly id: string;
  readonly type: string;
  readonly target: string;
  readonly entityRef: string;
}

const fields = ['id', 'type', 'target', 'entityref'];

/** Reads Backstage's predicate query over locations. Throws `invalid` when it names other fields. */
export function parseLocationQuery(query: JsonObject | undefined): (location: Searchable) => boolean {
  const predicate = parsePredicate(query);
  check(predicate);
  return (location) => holds(predicate, location);
}

function check(predicate: Predicate): void {
  if (predicate.type === 'all' || predicate.type === 'any') return predicate.of.forEach(check);
  if (predicate.type === 'not') return check(predicate.of);
  const key = predicate.type === 'related' ? 'relations' : predicate.key;
  if (!fields.includes(key))
    throw new PavedError('invalid', `Sources cannot be searched by "${key}".`, { fix: 'Use id, type, target or entityRef.' });
}

function holds(predicate: Predicate, location: Searchable): boolean {
  switch (predicate.type) {
    case 'all':
      return predicate.of.every((part) => holds(part, location));
    case 'any':
      return predicate.of.some((part) => holds(part, location));
    case 'not':
      return !holds(predicate.of, location);
    case 'in':
      return predicate.values.includes(textOf(location, predicate.key));
    case 'prefix':
      return textOf(location, predicate.key).startsWith(predicate.prefix);
    case 'exists':
      return true;
    case 'related':
      return false;
  }
}

const textOf = (location: Searchable, key: string): string =>
  (key === 'entityref' ? location.entityRef : location[key as 'id' | 'type' | 'target']).toLowerCase();
