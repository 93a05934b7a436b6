import type { Database } from '@paved/host';
import { sql } from 'kysely';

/** Which of these refs the catalog has. */
export async function knownRefs(db: Database, refs: readonly string[]): Promise<ReadonlySet<string>> {
  if (refs.length === 0) return new Set();
  const { rows } = await sql<{ ref: string }>`select ref from catalog.entity where ref = any(${refs})`.execute(db);
  return new Set(rows.map((row) => row.ref));
}

/** Refs of entities of any kind that have this name. */
export async function refsNamed(db: Database, name: string): Promise<string[]> {
  const { rows } = await sql<{ ref: string }>`select ref from catalog.entity where name = ${name} order by id limit 20`.execute(db);
  return rows.map((row) => row.ref);
}

/** Refs of a kind whose names begin so and are about so long, at most `limit`. With '' any beginning will do. */
export async function refsLike(
  db: Database,
  { kind, start, shortest, longest }: { kind: string; start: string; shortest: number; longest: number },
  limit: number,
): Promise<string[]> {
  const begins = start === '' ? sql`` : sql`and name >= ${start} and name < ${`${start}\uffff`}`;
  const { rows } = await sql<{ ref: string }>`
    select ref from catalog.entity
    where kind = ${kind} ${begins} and length(name) between ${shortest} and ${longest} order by name limit ${limit}`.execute(db);
  return rows.map((row) => row.ref);
}
