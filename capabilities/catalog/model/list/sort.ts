import { PavedError } from '@paved/kernel';
import { parseOrder, type OrderField } from '../query.ts';

const MOST = 5;

/** Reads `sort=spec.type,asc&sort=metadata.name,desc`: the first counts most. Throws `invalid` saying what is wrong. */
export function parseSort(texts: readonly string[]): OrderField[] {
  const sort = parseOrder(texts, 'field,order');
  if (sort.length > MOST)
    throw new PavedError('invalid', `A list is sorted by at most ${MOST} fields.`, { fix: 'Leave out those that count least.' });
  return sort;
}

/**
 * The filter without its conditions on one field, so that the counts of a facet show what choosing another value would bring.
 * A set that had nothing else matches everything, and so does the OR it is part of.
 */
export function filterExcept(filters: readonly string[], field: string): string[] {
  const key = field.toLowerCase();
  const kept = filters.map((set) =>
    set
      .split(',')
      .filter((statement) => statement.split('=')[0]?.trim().toLowerCase() !== key)
      .join(','),
  );
  return kept.some((set) => set.trim() === '') ? [] : kept;
}
