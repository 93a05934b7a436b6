import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Database } from '@paved/host';
import type { ProblemRecord } from '../../store.ts';

/** Tables beside the entities whose past is kept too. */
type BesideTable = 'location' | 'problem' | 'orphan' | 'pending_removal';

/** The time of this write: as for entities it never goes backwards, whatever the clocks of several servers say. */
export const writtenAt = (at: Date): RawBuilder<Date> => sql<Date>`(select greatest(at, ${at}::timestamptz) from catalog.generation)`;

/** Before rows are changed or go: keeps them as they were until now. */
async function keep(tx: Database, table: BesideTable, which: RawBuilder<SqlBool>, at: Date): Promise<void> {
  const began =
    table === 'location' ? sql`greatest(r.began, r.created_at)` : table === 'orphan' ? sql`greatest(r.began, r.since)` : sql`r.began`;
  await sql`
    insert into catalog.beside_past (held_in, row, valid_from, valid_to)
    select ${table}, to_jsonb(r), ${began}, ${writtenAt(at)} from ${sql.raw(`catalog.${table}`)} r where ${which} and ${began} < ${writtenAt(at)}`.execute(
    tx,
  );
}

/** Before locations go, with everything that hangs on them. */
export async function keepLocations(tx: Database, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  for (const table of ['problem', 'pending_removal'] as const) await keep(tx, table, sql<SqlBool>`r.location_id = any(${ids}::uuid[])`, at);
  await keep(tx, 'location', sql<SqlBool>`r.id = any(${ids}::uuid[])`, at);
}

/** Before a location's address changes. */
export async function keepAddress(tx: Database, id: string, at: Date): Promise<void> {
  await keep(tx, 'location', sql<SqlBool>`r.id = ${id}::uuid`, at);
  await sql`update catalog.location set began = ${writtenAt(at)} where id = ${id}::uuid`.execute(tx);
}

/** Before it is noted how the last read of a location went: keeps that it could, or could not, be read until now. */
export async function keepReadable(tx: Database, id: string, error: string | null, at: Date): Promise<void> {
  await sql`
    with changed as (
      update catalog.location l set began = ${writtenAt(at)}
      from (select * from catalog.location where id = ${id}::uuid and error is distinct from ${error}) o where l.id = o.id
      returning to_jsonb(o) as row, greatest(o.began, o.created_at) as began, l.began as ended)
    insert into catalog.beside_past (held_in, row, valid_from, valid_to)
    select 'location', c.row, c.began, c.ended from changed c where c.began < c.ended`.execute(tx);
}

/** Before orphans are forgotten. */
export const keepOrphanNotes = (tx: Database, refs: readonly string[], at: Date): Promise<void> =>
  keep(tx, 'orphan', sql<SqlBool>`r.ref = any(${refs})`, at);

/** Before a removal that waits becomes another one. */
export async function keepWaiting(tx: Database, locationId: string, at: Date): Promise<void> {
  await keep(tx, 'pending_removal', sql<SqlBool>`r.location_id = ${locationId}::uuid`, at);
  await sql`update catalog.pending_removal set began = ${writtenAt(at)} where location_id = ${locationId}::uuid`.execute(tx);
}

interface ProblemPlace {
  readonly id: string;
  readonly began: string;
  readonly print: string;
}

async function problemsNow(tx: Database, locationId: string): Promise<ProblemPlace[]> {
  const { rows } = await sql<{ [K in keyof Required<ProblemRecord>]: ProblemRecord[K] | null } & { id: string; began: string }>`
    select id, began::text as began, kind, source, line, path, ref, other, message, fix from catalog.problem where location_id = ${locationId}::uuid`.execute(
    tx,
  );
  return rows.map((row) => ({ id: row.id, began: row.began, print: printOf(row) }));
}

const printOf = (p: { [K in keyof Required<ProblemRecord>]?: ProblemRecord[K] | null | undefined }): string =>
  JSON.stringify([p.kind, p.source, p.line, p.path, p.ref ?? null, p.other ?? null, p.message, p.fix ?? null]).replaceAll('\\u0000', '');

/**
 * Around replacing the problems of a location: keeps those that go, and since when those stand that stay. Call what it answers
 * when they are replaced.
 */
export async function keepProblems(
  tx: Database,
  locationId: string,
  next: readonly ProblemRecord[],
  at: Date,
): Promise<() => Promise<void>> {
  const wanted = new Set(next.map(printOf));
  const before = await problemsNow(tx, locationId);
  const gone = before.filter((problem) => !wanted.has(problem.print)).map((problem) => problem.id);
  if (gone.length > 0) await keep(tx, 'problem', sql<SqlBool>`r.id = any(${gone}::bigint[])`, at);
  const began = new Map(before.map((problem) => [problem.print, problem.began]));
  return async () => {
    if (next.length === 0) return;
    const now = await problemsNow(tx, locationId);
    await sql`
      update catalog.problem p set began = coalesce(b.began::timestamptz, ${writtenAt(at)})
      from unnest(${now.map((problem) => problem.id)}::bigint[], ${now.map((problem) => began.get(problem.print) ?? null)}::text[]) as b (id, began)
      where p.id = b.id`.execute(tx);
  };
}
