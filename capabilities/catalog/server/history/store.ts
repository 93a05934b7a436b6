import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { SearchRow } from '../../model/search-keys.ts';
import { copyIn } from '../writing/copy-in.ts';

/** Who writes to the catalog, and why. */
export interface Writing {
  readonly at: Date;
  /** Ref of a user, service or the system. */
  readonly actor: string;
  /** `push`, `schedule`, `user`, `system`, …: a Run's cause, or `apply`, `delete`, `origin:<name>`. */
  readonly cause: string;
  /** The Run that reads a source. */
  readonly run?: string;
  /** The commit that the source stood at. */
  readonly revision?: string | null;
}

/** Notes the writer in the row that orders all writers; times never go backwards. */
export async function noteWriter(tx: Database, by: Writing): Promise<void> {
  await sql`update catalog.generation set n = n + 1, at = greatest(at, ${by.at}::timestamptz), actor = ${by.actor}, cause = ${by.cause},
    run = ${by.run ?? null}, revision = ${by.revision ?? null}`.execute(tx);
}

/** Keeps who wrote; call with every write that changes something. */
async function keepWriter(tx: Database): Promise<void> {
  await sql`insert into catalog.written (n, at, actor, cause, run, revision)
    select n, at, coalesce(actor, 'system:paved'), coalesce(cause, 'system'), run, revision from catalog.generation on conflict do nothing`.execute(
    tx,
  );
}

/** Before entities are written or marked: keeps their present versions as past ones. New ones leave nothing here. */
export async function keepVersions(tx: Database, refs: readonly string[]): Promise<void> {
  await keepWriter(tx);
  await sql`
    insert into catalog.entity_past (entity_id, ref, uid, kind, kind_title, namespace, name, words, version, change, head, status, owner_key, location_id,
      source, document, line, parent_ref, created_at, valid_from, valid_to, written, revision)
    select e.id, e.ref, e.uid, e.kind, e.kind_title, e.namespace, e.name, e.words, e.version, case when e.since = e.created_at then 'added' else 'updated' end,
      e.head, e.status, e.owner_key, e.location_id, e.source, e.document, e.line, e.parent_ref, e.created_at, e.since, g.at, e.written, e.revision
    from catalog.entity e, catalog.generation g where e.ref = any(${refs})`.execute(tx);
}

/** Before entities are removed: keeps their last versions, and that they are gone. */
export async function keepRemoved(tx: Database, refs: readonly string[]): Promise<void> {
  await keepVersions(tx, refs);
  await sql`
    insert into catalog.entity_past (entity_id, ref, uid, kind, kind_title, namespace, name, words, version, change, owner_key, location_id,
      source, document, line, parent_ref, created_at, valid_from, valid_to, written, revision)
    select e.id, e.ref, e.uid, e.kind, e.kind_title, e.namespace, e.name, '', e.version + 1, 'removed', e.owner_key, e.location_id,
      e.source, e.document, e.line, e.parent_ref, e.created_at, g.at, 'infinity', g.n, g.revision
    from catalog.entity e, catalog.generation g where e.ref = any(${refs})`.execute(tx);
  await sql`
    insert into catalog.computed_past (entity_id, computed, reasons, rows, valid_from, valid_to)
    select e.id, e.computed, e.computed_reasons, ${computedRows}, coalesce(e.computed_since, e.created_at), g.at
    from catalog.entity e, catalog.generation g where e.ref = any(${refs}) and e.computed is not null`.execute(tx);
}

const computedRows = sql`coalesce((
  select jsonb_agg(jsonb_build_object('key', s.key, 'value', s.value, 'original', s.original, 'item', s.item))
  from catalog.search s where s.entity_id = e.id and s.key >= 'computed.' and s.key < 'computed/'), '[]')`;

/** Before computed values are written: keeps those that will be others. */
export async function keepComputed(
  tx: Database,
  next: readonly { readonly ref: string; readonly values: string | null; readonly reasons: string | null }[],
): Promise<void> {
  await sql`
    insert into catalog.computed_past (entity_id, computed, reasons, rows, valid_from, valid_to)
    select e.id, e.computed, e.computed_reasons, ${computedRows}, coalesce(e.computed_since, e.created_at), g.at
    from catalog.entity e join unnest(${next.map((n) => n.ref)}::text[], ${next.map((n) => n.values)}::text[], ${next.map((n) => n.reasons)}::text[]) as v (ref, computed, reasons)
      on v.ref = e.ref, catalog.generation g
    where e.computed is not null and (e.computed is distinct from v.computed or e.computed_reasons is distinct from v.reasons)`.execute(tx);
}

/** After entities were written: those that were gone once count on from their old versions. */
export async function continueVersions(tx: Database, refs: readonly string[]): Promise<void> {
  await sql`
    with back as (
      update catalog.entity_past p set valid_to = g.at from catalog.generation g
      where p.valid_to = 'infinity' and p.ref = any(${refs}) returning p.ref, p.version
    )
    update catalog.entity e set version = b.version + 1 from back b where e.ref = b.ref`.execute(tx);
}

/** Edges that a write took away. */
export interface GoneEdge {
  readonly from: string;
  readonly type: string;
  readonly to: string;
  readonly reverse: string;
  readonly since: Date | number;
}

export async function keepEdges(tx: Database, gone: readonly GoneEdge[]): Promise<void> {
  if (gone.length === 0) return;
  const since = gone.map((edge) => (edge.since instanceof Date ? edge.since.toISOString() : '-infinity'));
  await sql`
    insert into catalog.edge_past (from_ref, type, to_ref, reverse, valid_from, valid_to)
    select w.f, w.t, w.o, w.r, w.s, g.at from unnest(${gone.map((e) => e.from)}::text[], ${gone.map((e) => e.type)}::text[], ${gone.map((e) => e.to)}::text[],
      ${gone.map((e) => e.reverse)}::text[], ${since}::timestamptz[]) as w (f, t, o, r, s), catalog.generation g`.execute(tx);
}

/** Versions valid at a time whose search rows are not made yet, from an id on. */
export async function unsearchable(tx: Database, at: Date, after: string, limit: number): Promise<{ id: string; head: string }[]> {
  return (
    await sql<{ id: string; head: string }>`
    select p.id, p.head from catalog.entity_past p
    where p.valid_from <= ${at}::timestamptz and p.valid_to > ${at}::timestamptz and p.head is not null
      and p.id > ${after}::bigint and not exists (select from catalog.search_past s where s.past_id = p.id) order by p.id limit ${limit}`.execute(
      tx,
    )
  ).rows;
}

/** One at a time makes search rows of past versions. */
export async function lockSearchRows(tx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('paved.catalog.search_past', 0))`.execute(tx);
}

export async function addSearchRows(tx: Database, rows: readonly (SearchRow & { readonly id: string })[]): Promise<void> {
  await copyIn(
    tx,
    'catalog.search_past',
    ['past_id', 'key', 'value', 'original', 'item'],
    rows.map((row) => [row.id, row.key, row.value, row.original, row.item]),
  );
}

const SWEPT_AT_ONCE = 5000;

/** Times before this one are not answered any more. It never moves back. */
export async function moveHorizon(db: Database, to: Date): Promise<void> {
  await sql`update catalog.history_horizon set at = greatest(at, ${to}::timestamptz)`.execute(db);
}

/** Drops some of what ended before a time, and of the writes that nothing tells of any more; nothing left: all zero. */
export async function dropPast(db: Database, before: Date): Promise<{ versions: number; edges: number; writes: number }> {
  const count = async (query: ReturnType<typeof sql>): Promise<number> => Number((await query.execute(db)).numAffectedRows ?? 0n);
  const at = sql`${before}::timestamptz`;
  const versions = Number(
    (
      await sql<{ n: string }>`
      with gone as (
        delete from catalog.entity_past where id in (
          select id from catalog.entity_past where valid_to <= ${at} or (valid_to = 'infinity' and head is null and valid_from <= ${at}) limit ${SWEPT_AT_ONCE})
        returning id
      ), rows as (delete from catalog.search_past s using gone g where s.past_id = g.id)
      select count(*) as n from gone`.execute(db)
    ).rows[0]?.n ?? 0,
  );
  const edges = await count(sql`delete from catalog.edge_past where ctid = any(array(
    select ctid from catalog.edge_past where valid_to <= ${at} limit ${SWEPT_AT_ONCE}))`);
  const computed = await count(sql`delete from catalog.computed_past where ctid = any(array(
    select ctid from catalog.computed_past where valid_to <= ${at} limit ${SWEPT_AT_ONCE}))`);
  const beside = await count(sql`delete from catalog.beside_past where ctid = any(array(
    select ctid from catalog.beside_past where valid_to <= ${at} limit ${SWEPT_AT_ONCE}))`);
  const writes =
    versions + edges > 0
      ? 0
      : await count(sql`delete from catalog.written w where w.n in (select o.n from catalog.written o where o.at <= ${at}
          and not exists (select from catalog.entity e where e.written = o.n) and not exists (select from catalog.entity_past p where p.written = o.n) limit ${SWEPT_AT_ONCE})`);
  return { versions, edges, writes: writes + computed + beside };
}
