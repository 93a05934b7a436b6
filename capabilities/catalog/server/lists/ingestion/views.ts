import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { IngestionState } from '../../../model/list/ingestion-state.ts';

// By id, because lists by text have narrow rows `e`. Both are few, and found by an index.
const stale = 'e.id in (select k.id from catalog.entity k where k.status is not null)';
const orphan = `e.id in (select k.id from catalog.orphan o join catalog.entity k on k.ref = o.ref where k.owner_key like 'orphan:%')`;

/** The state of `e`, as text. */
export const ingestionState = `case when ${stale} then 'stale' when ${orphan} then 'orphan' else 'ok' end`;

const conditions: Readonly<Record<IngestionState, string>> = {
  ok: `not (${stale} or ${orphan})`,
  stale: `(${stale})`,
  orphan: `(${orphan} and not ${stale})`,
};

/** Whether `e` is in one of these states; words that are none find nothing. */
export function ingestionIs(states: readonly string[]): RawBuilder<SqlBool> {
  const known = Object.entries(conditions).flatMap(([state, condition]) => (states.includes(state) ? [condition] : []));
  return sql.raw<SqlBool>(known.length === 0 ? 'false' : `(${known.join(' or ')})`);
}
