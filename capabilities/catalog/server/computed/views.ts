import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { PathStep } from '../../model/computed/property.ts';

/** An entity to compute with. */
export interface Loaded {
  readonly ref: string;
  /** JSON of `metadata`, `apiVersion`, `kind` and `spec`. */
  readonly body: string;
  readonly computed: string | null;
}

export async function load(db: Database, refs: readonly string[]): Promise<Loaded[]> {
  if (refs.length === 0) return [];
  return (
    await sql<Loaded>`select e.ref, '{"metadata":{' || e.head || '}' as body, e.computed from catalog.entity e where e.ref = any(${refs})`.execute(
      db,
    )
  ).rows;
}

/** The kept values of entities, of those that exist. */
export async function keptValues(
  db: Database,
  refs: readonly string[],
): Promise<Map<string, { computed: string | null; reasons: string | null }>> {
  if (refs.length === 0) return new Map();
  const { rows } = await sql<{ ref: string; computed: string | null; reasons: string | null }>`
    select ref, computed, computed_reasons as reasons from catalog.entity where ref = any(${refs})`.execute(db);
  return new Map(rows.map((row) => [row.ref, row]));
}

/** One step along a path: which of `refs` leads to which entity. Targets that do not exist count only on the way. */
export async function stepFrom(
  db: Database,
  refs: readonly string[],
  step: PathStep,
  options: { last: boolean; limit: number },
): Promise<{ from: string; to: string }[]> {
  if (refs.length === 0) return [];
  const kind = step.kind === undefined ? sql`` : sql`and starts_with(s.to_ref, ${`${step.kind}:`})`;
  const exists = options.last ? sql`and exists (select from catalog.entity e where e.ref = s.to_ref)` : sql``;
  return (
    await sql<{ from: string; to: string }>`
    select s.from_ref as "from", s.to_ref as "to" from (
      select from_ref, to_ref from catalog.edge where from_ref = any(${refs}) and type = ${step.relation}
      union select to_ref, from_ref from catalog.edge where to_ref = any(${refs}) and reverse = ${step.relation}
    ) s where true ${kind} ${exists} order by 1, 2 limit ${options.limit}`.execute(db)
  ).rows;
}

/** One step back along a path: what leads to `refs` by this relation. */
export async function stepBack(db: Database, refs: readonly string[], step: PathStep): Promise<string[]> {
  const ends = step.kind === undefined ? refs : refs.filter((ref) => ref.startsWith(`${step.kind}:`));
  if (ends.length === 0) return [];
  return (
    await sql<{ ref: string }>`
    select from_ref as ref from catalog.edge where to_ref = any(${ends}) and type = ${step.relation}
    union select to_ref from catalog.edge where from_ref = any(${ends}) and reverse = ${step.relation}`.execute(db)
  ).rows.map((row) => row.ref);
}
