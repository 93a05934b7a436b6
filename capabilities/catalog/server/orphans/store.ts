import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { Edge } from '../../model/relations.ts';
import { keepOrphanNotes } from '../history/beside/store.ts';

/** An entity as it is kept, with what it points to. */
export interface KeptEntity {
  readonly ref: string;
  readonly head: string;
  readonly source: string;
  readonly document: number;
  readonly line: number;
  readonly parentRef: string | null;
  readonly edges: readonly Edge[];
}

export async function keptEntities(tx: Database, refs: readonly string[]): Promise<KeptEntity[]> {
  const { rows } = await sql<Omit<KeptEntity, 'edges'>>`
    select ref, head, source, document, line, parent_ref as "parentRef" from catalog.entity where ref = any(${refs}) order by id`.execute(
    tx,
  );
  const edges = (
    await sql<Edge>`select from_ref as "from", type, to_ref as "to", reverse from catalog.edge where from_ref = any(${refs})`.execute(tx)
  ).rows;
  const byRef = Map.groupBy(edges, (edge) => edge.from);
  return rows.map((row) => ({ ...row, edges: byRef.get(row.ref) ?? [] }));
}

/** Notes why entities are orphans: who named them, and until when. */
export async function noteOrphans(
  tx: Database,
  location: { id: string; ref: string; lastNamedAt: Date | null },
  orphans: readonly { ref: string; source: string; line: number; parentRef: string | null }[],
  at: Date,
): Promise<void> {
  await keepOrphanNotes(
    tx,
    orphans.map((orphan) => orphan.ref),
    at,
  );
  await sql`
    insert into catalog.orphan (ref, location_id, location, named_by, source, line, last_named_at, since)
    select o.ref, ${location.id}::uuid, ${location.ref}, o.named_by, o.source, o.line, ${location.lastNamedAt}::timestamptz, ${at}::timestamptz
    from unnest(${orphans.map((o) => o.ref)}::text[], ${orphans.map((o) => o.parentRef)}::text[], ${orphans.map((o) => o.source)}::text[], ${orphans.map((o) => o.line)}::int[]) as o (ref, named_by, source, line)
    on conflict (ref) do update set location_id = excluded.location_id, location = excluded.location, named_by = excluded.named_by, source = excluded.source,
      line = excluded.line, last_named_at = excluded.last_named_at, since = excluded.since`.execute(tx);
}

export async function forgetOrphans(tx: Database, refs: readonly string[], at: Date): Promise<void> {
  if (refs.length === 0) return;
  await keepOrphanNotes(tx, refs, at);
  await sql`delete from catalog.orphan where ref = any(${refs})`.execute(tx);
}

/** Refs of entities that are orphans now; of those asked for, or all. */
export async function orphanRefs(db: Database, among?: readonly string[]): Promise<string[]> {
  const some = among === undefined ? sql`true` : sql`ref = any(${among})`;
  return (
    await sql<{ ref: string }>`select ref from catalog.entity where owner_key like 'orphan:%' and ${some} order by ref`.execute(db)
  ).rows.map((row) => row.ref);
}
