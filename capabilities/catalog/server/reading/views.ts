import { sql } from 'kysely';
import type { Database } from '@paved/host';

/** How many orphans each source left. */
export async function orphansByLocation(db: Database): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; n: string }>`
    select location_id as id, count(*) as n from catalog.orphan where location_id is not null group by location_id`.execute(db);
  return new Map(rows.map((row) => [row.id, Number(row.n)]));
}

/** Removals that wait for a person, with the first few refs. */
export async function waitingRemovals(
  db: Database,
): Promise<Map<string, { removes: number; of: number; since: Date; refs: string[]; confirmedBy: string | null }>> {
  const { rows } = await sql<{ id: string; removes: number; of: number; since: Date; refs: string[]; confirmedBy: string | null }>`
    select location_id as id, cardinality(refs) as removes, held as of, since, refs[1:50] as refs, confirmed_by as "confirmedBy" from catalog.pending_removal`.execute(
    db,
  );
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}
