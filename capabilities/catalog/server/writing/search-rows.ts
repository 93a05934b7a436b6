import type { EntityRecord } from '../entity-record.ts';
import type { SearchRow } from '../../model/search-keys.ts';
import type { CopyRow } from './copy-in.ts';

export const searchColumns = ['entity_id', 'key', 'value', 'original', 'item'];

/**
 * What entities are found by, each with the id of its entity, in the order of the index over keys and values: written so, each of
 * its pages is visited once and not once for every entity.
 */
export function* searchRows(numbered: readonly { readonly id: string; readonly record: Pick<EntityRecord, 'rows'> }[]): Generator<CopyRow> {
  for (const places of placesByKey(numbered).values()) {
    // One key at a time: all rows at once would stand in memory twice.
    const rows: { readonly id: string; readonly row: SearchRow }[] = [];
    for (let i = 0; i < places.length; i += 2) {
      const { id, record } = numbered[places[i] as number] as (typeof numbered)[number];
      rows.push({ id, row: record.rows[places[i + 1] as number] as SearchRow });
    }
    rows.sort((a, b) => byValue(a.row.value, b.row.value));
    for (const { id, row } of rows) yield [id, row.key, row.value, row.original, row.item];
  }
}

/** Where rows of a key stand: the number of the entity and that of its row, one after the other. */
function placesByKey(numbered: readonly { readonly record: Pick<EntityRecord, 'rows'> }[]): Map<string, number[]> {
  const byKey = new Map<string, number[]>();
  numbered.forEach(({ record }, entity) =>
    record.rows.forEach(({ key }, row) => {
      const places = byKey.get(key);
      if (places === undefined) byKey.set(key, [entity, row]);
      else places.push(entity, row);
    }),
  );
  return byKey;
}

/** As PostgreSQL sorts: no value last. */
function byValue(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null || a < b ? -1 : 1;
}
