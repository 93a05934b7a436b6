import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { Edge } from '../model/relations.ts';
import { noteChanged } from './computed/store.ts';
import type { EntityRecord } from './entity-record.ts';
import { continueVersions, keepEdges, keepRemoved, keepVersions, noteWriter, type GoneEdge, type Writing } from './history/store.ts';
import { changeTexts, removeTexts } from './text/store.ts';
import { copyIn } from './writing/copy-in.ts';
import { searchColumns, searchRows } from './writing/search-rows.ts';
import { addEntities } from './writing/store.ts';

/** What is known of an entity before a write. */
export interface Known {
  readonly ref: string;
  readonly hash: string;
  readonly ownerKey: string;
  readonly source: string;
  readonly line: number;
  readonly stale: boolean;
}

/** What the tables hold for a location. */
export interface LocationRow {
  readonly id: string;
  readonly type: 'file' | 'directory' | 'git' | 'url';
  readonly target: string;
  /** `config` or `api`. */
  readonly origin: string;
  readonly createdBy: string;
  /** Kinds it may hold; null for all. */
  readonly kinds: string[] | null;
  readonly revision: string | null;
  readonly syncedAt: Date | null;
  readonly error: string | null;
}

/** Something wrong in a source. */
export interface ProblemRecord {
  readonly kind: 'broken' | 'conflict' | 'missing' | 'removal';
  readonly source: string;
  readonly line: number;
  readonly path: string;
  readonly ref?: string;
  /** The other claimant of a conflict. */
  readonly other?: string;
  readonly message: string;
  readonly fix?: string;
}

/** Starts a write: takes the one row that orders all writers, makes remembered answers old, and notes who writes and why. */
export async function beginWrite(tx: Database, by: Writing): Promise<void> {
  await noteWriter(tx, by);
}

export async function knownByRefs(tx: Database, refs: readonly string[]): Promise<Map<string, Known>> {
  const { rows } = await sql<Known>`
    select ref, hash, owner_key as "ownerKey", source, line, status is not null as stale from catalog.entity where ref = any(${refs})`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.ref, row]));
}

/** Every entity of an owner, with what decides about keeping it when its source does not name it any more. */
export async function ownedBy(
  tx: Database,
  ownerKey: string,
): Promise<{ ref: string; source: string; parentRef: string | null; status: string | null }[]> {
  return (
    await sql<{ ref: string; source: string; parentRef: string | null; status: string | null }>`
    select ref, source, parent_ref as "parentRef", status from catalog.entity where owner_key = ${ownerKey}`.execute(tx)
  ).rows;
}

/** Writes new and changed entities with their search rows and edges, and brings every touched entity's relations up to date. */
export async function writeEntities(
  tx: Database,
  records: readonly EntityRecord[],
  owner: { key: string; locationId: string | null },
  at: Date,
): Promise<void> {
  if (records.length === 0) return;
  const refs = records.map((record) => record.ref);
  const there = new Set(
    (await sql<{ ref: string }>`select ref from catalog.entity where ref = any(${refs})`.execute(tx)).rows.map((row) => row.ref),
  );
  const touched = await changeEntities(
    tx,
    records.filter((record) => there.has(record.ref)),
    owner,
    at,
  );
  const added = records.filter((record) => !there.has(record.ref));
  if (added.length > 0) {
    for (const ref of await addEntities(tx, added, owner, at)) touched.add(ref);
    await continueVersions(
      tx,
      added.map((record) => record.ref),
    );
  }
  await refreshRelations(tx, [...touched], at);
  await noteChanged(tx, [...refs, ...touched]);
}

/** Replaces entities that are there; answers whose relations may be others now. */
async function changeEntities(
  tx: Database,
  records: readonly EntityRecord[],
  owner: { key: string; locationId: string | null },
  at: Date,
): Promise<Set<string>> {
  const column = <K extends keyof EntityRecord>(key: K): EntityRecord[K][] => records.map((record) => record[key]);
  const refs = column('ref');
  await keepVersions(tx, refs);
  if (records.length === 0) return new Set();
  const { rows } = await sql<{ id: string; ref: string }>`
    update catalog.entity e set kind_title = r.kind_title, words = r.words, head = r.head, hash = r.hash, source = r.source, document = r.document, line = r.line,
      parent_ref = r.parent_ref, print = r.print, owner_key = ${owner.key}, location_id = ${owner.locationId}::uuid, updated_at = ${at}::timestamptz, status = null,
      version = e.version + 1, since = g.at, written = g.n, revision = r.revision
    from unnest(${refs}::text[], ${column('kindTitle')}::text[], ${column('words')}::text[], ${column('head')}::text[], ${column('hash')}::text[],
      ${column('source')}::text[], ${column('document')}::int[], ${column('line')}::int[], ${records.map((r) => r.parentRef ?? null)}::text[], ${records.map((r) => r.revision ?? null)}::text[], ${column('print')}::text[])
      as r (ref, kind_title, words, head, hash, source, document, line, parent_ref, revision, print), catalog.generation g
    where e.ref = r.ref returning e.id, e.ref`.execute(tx);
  const idOf = new Map(rows.map((row) => [row.ref, row.id]));
  // Computed values stay until they are computed again.
  await sql`delete from catalog.search where entity_id = any(${rows.map((row) => row.id)}::bigint[]) and (key < 'computed.' or key >= 'computed/')`.execute(
    tx,
  );
  const numbered = records.map((record) => ({ id: idOf.get(record.ref) ?? '', record }));
  await copyIn(tx, 'catalog.search', searchColumns, searchRows(numbered));
  await changeTexts(tx, numbered);
  const touched = await writeEdges(
    tx,
    refs,
    records.flatMap((record) => record.edges),
  );
  for (const ref of refs) touched.add(ref);
  return touched;
}

/** Makes the edges of these entities exactly `wanted`; answers both ends of every edge that came or went. */
async function writeEdges(tx: Database, from: readonly string[], wanted: readonly Edge[]): Promise<Set<string>> {
  const touched = new Set<string>();
  const f = wanted.map((edge) => edge.from);
  const t = wanted.map((edge) => edge.type);
  const to = wanted.map((edge) => edge.to);
  const r = wanted.map((edge) => edge.reverse);
  const gone = await sql<GoneEdge>`
    delete from catalog.edge e where from_ref = any(${from})
      and not exists (select from unnest(${f}::text[], ${t}::text[], ${to}::text[], ${r}::text[]) as w (f, t, o, r) where w.f = e.from_ref and w.t = e.type and w.o = e.to_ref and w.r = e.reverse)
    returning from_ref as "from", type, to_ref as "to", reverse, since`.execute(tx);
  await keepEdges(tx, gone.rows);
  const came =
    wanted.length === 0
      ? { rows: [] }
      : await sql<{ a: string; b: string }>`
    insert into catalog.edge (from_ref, type, to_ref, reverse, since)
    select w.*, g.at from unnest(${f}::text[], ${t}::text[], ${to}::text[], ${r}::text[]) as w, catalog.generation g on conflict do nothing returning from_ref as a, to_ref as b`.execute(
          tx,
        );
  for (const { from: a, to: b } of gone.rows) touched.add(a).add(b);
  for (const { a, b } of came.rows) touched.add(a).add(b);
  return touched;
}

/** Writes the relations text and etag of these entities from the edges, both directions. */
async function refreshRelations(tx: Database, refs: readonly string[], at: Date): Promise<void> {
  await sql`
    with wanted as (select unnest(${refs}::text[]) as ref),
    pair as (
      select w.ref, e.type as type, e.to_ref as target from wanted w join catalog.edge e on e.from_ref = w.ref
      union
      select w.ref, e.reverse, e.from_ref from wanted w join catalog.edge e on e.to_ref = w.ref
    ),
    text as (
      select ref, '[' || string_agg('{"type":' || to_json(type)::text || ',"targetRef":' || to_json(target)::text || '}', ',' order by type collate "C", target collate "C") || ']' as relations
      from pair group by ref
    ),
    fresh as (
      select n.id, coalesce(t.relations, '[]') as relations, encode(substring(sha256(convert_to(n.head || coalesce(t.relations, '[]') || coalesce(n.status, '') || coalesce(n.computed, ''), 'UTF8')) for 20), 'hex') as etag
      from wanted w join catalog.entity n on n.ref = w.ref left join text t on t.ref = w.ref
    )
    update catalog.entity n set relations = f.relations, etag = f.etag, updated_at = ${at}::timestamptz
    from fresh f where f.id = n.id and n.etag <> f.etag`.execute(tx);
}

/** Marks entities as kept from an older version of their source, with the reason. */
export async function markStale(tx: Database, stale: readonly { ref: string; message: string }[], at: Date): Promise<string[]> {
  if (stale.length === 0) return [];
  const status = stale.map(({ message }) =>
    JSON.stringify({
      items: [{ type: 'backstage.io/catalog-processing', level: 'error', message, error: { name: 'InputError', message } }],
    }),
  );
  const marks = sql`unnest(${stale.map((s) => s.ref)}::text[], ${status}::text[]) as s (ref, status)`;
  const { rows: changed } = await sql<{ ref: string }>`
    select e.ref from catalog.entity e join ${marks} on e.ref = s.ref where e.status is distinct from s.status`.execute(tx);
  if (changed.length === 0) return [];
  const refs = changed.map((row) => row.ref);
  await keepVersions(tx, refs);
  const { rows } = await sql<{ ref: string }>`
    update catalog.entity e set status = s.status, hash = '', print = '', updated_at = ${at}::timestamptz, version = e.version + 1, since = g.at, written = g.n
    from ${marks}, catalog.generation g where e.ref = s.ref and e.ref = any(${refs}) returning e.ref`.execute(tx);
  await refreshRelations(
    tx,
    rows.map((row) => row.ref),
    at,
  );
  return rows.map((row) => row.ref);
}

/** Removes entities; what they pointed to loses those relations in the same transaction. */
export async function removeEntities(tx: Database, refs: readonly string[], at: Date): Promise<string[]> {
  if (refs.length === 0) return [];
  await keepRemoved(tx, refs);
  const { rows } = await sql<{ id: string; ref: string }>`delete from catalog.entity where ref = any(${refs}) returning id, ref`.execute(
    tx,
  );
  await sql`delete from catalog.search where entity_id = any(${rows.map((row) => row.id)}::bigint[])`.execute(tx);
  await removeTexts(
    tx,
    rows.map((row) => row.id),
  );
  const touched = await writeEdges(
    tx,
    rows.map((row) => row.ref),
    [],
  );
  await refreshRelations(tx, [...touched], at);
  await noteChanged(tx, [...refs, ...touched]);
  return rows.map((row) => row.ref);
}

const locationColumns = sql`id, type, target, origin, created_by as "createdBy", kinds, revision, synced_at as "syncedAt", error`;

/**
 * Adds a location or finds the one of the same type and target. Adding it again with more trust widens what it may hold, and a
 * configured one counts as configured from then on; trust is never taken away here.
 */
export async function ensureLocation(
  tx: Database,
  location: { type: string; target: string; origin: string; createdBy: string; kinds: readonly string[] | null },
  at: Date,
): Promise<{ location: LocationRow; created: boolean }> {
  const { rows } = await sql<LocationRow & { created: boolean }>`
    insert into catalog.location as l (type, target, origin, created_by, kinds, created_at)
    values (${location.type}, ${location.target}, ${location.origin}, ${location.createdBy}, ${location.kinds}::text[], ${at})
    on conflict (type, target) do update set
      kinds = case when excluded.kinds is null then null else l.kinds end,
      origin = case when excluded.origin = 'config' then 'config' else l.origin end
    returning ${locationColumns}, xmax = 0 as created`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error('An upsert answers one row.');
  const { created, ...found } = row;
  return { location: found, created };
}

export async function findLocation(db: Database, location: { type: string; target: string }): Promise<LocationRow | undefined> {
  return (
    await sql<LocationRow>`select ${locationColumns} from catalog.location where type = ${location.type} and target = ${location.target}`.execute(
      db,
    )
  ).rows[0];
}

export async function locationById(db: Database, id: string): Promise<LocationRow | undefined> {
  if (!/^[0-9a-f-]{36}$/i.test(id)) return undefined;
  return (await sql<LocationRow>`select ${locationColumns} from catalog.location where id = ${id}::uuid`.execute(db)).rows[0];
}

export async function allLocations(db: Database): Promise<LocationRow[]> {
  return (await sql<LocationRow>`select ${locationColumns} from catalog.location order by created_at, id`.execute(db)).rows;
}

export async function deleteLocation(tx: Database, id: string): Promise<void> {
  await sql`delete from catalog.location where id = ${id}::uuid`.execute(tx);
}

export async function updateLocationTarget(tx: Database, id: string, location: { type: string; target: string }): Promise<void> {
  await sql`update catalog.location set type = ${location.type}, target = ${location.target}, revision = null where id = ${id}::uuid`.execute(
    tx,
  );
}

/** Notes how the last read of a location went. */
export async function noteSync(
  tx: Database,
  id: string,
  outcome: { revision: string | null; error: string | null },
  at: Date,
): Promise<void> {
  await sql`update catalog.location set synced_at = ${at}, revision = coalesce(${outcome.revision}, revision), error = ${outcome.error} where id = ${id}::uuid`.execute(
    tx,
  );
}

/** Replaces the problems of a location; one that stays keeps its `since`. */
export async function replaceProblems(tx: Database, locationId: string, problems: readonly ProblemRecord[], at: Date): Promise<void> {
  const before = (
    await sql<{
      source: string;
      path: string;
      message: string;
      since: Date;
    }>`delete from catalog.problem where location_id = ${locationId}::uuid returning source, path, message, since`.execute(tx)
  ).rows;
  if (problems.length === 0) return;
  const since = new Map(before.map((row) => [`${row.source}\n${row.path}\n${row.message}`, row.since]));
  const clean = (text: string): string => text.replaceAll('\u0000', '');
  await sql`
    insert into catalog.problem (location_id, kind, source, line, path, ref, other, message, fix, since)
    select ${locationId}::uuid, * from unnest(${problems.map((p) => p.kind)}::text[], ${problems.map((p) => clean(p.source))}::text[], ${problems.map((p) => p.line)}::int[], ${problems.map((p) => clean(p.path))}::text[],
      ${problems.map((p) => (p.ref === undefined ? null : clean(p.ref)))}::text[], ${problems.map((p) => p.other ?? null)}::text[], ${problems.map((p) => clean(p.message))}::text[], ${problems.map((p) => (p.fix === undefined ? null : clean(p.fix)))}::text[],
      ${problems.map((p) => since.get(`${p.source}\n${p.path}\n${p.message}`) ?? at)}::timestamptz[])`.execute(tx);
}

/** Locations that wait for one of these refs to become free. */
export async function locationsWaitingFor(db: Database, refs: readonly string[]): Promise<string[]> {
  return (
    await sql<{
      id: string;
    }>`select distinct location_id as id from catalog.problem where kind = 'conflict' and ref = any(${refs})`.execute(db)
  ).rows.map((row) => row.id);
}

/**
 * After much has changed: fresh statistics for the planner, the map of pages that index-only scans need, and the text index's
 * waiting list merged.
 */
export async function maintain(db: Database): Promise<void> {
  for (const table of ['catalog.search', 'catalog.entity', 'catalog.edge']) await sql.raw(`vacuum (analyze) ${table}`).execute(db);
}
