import { sql, type SqlBool } from 'kysely';
import type { Database } from '@paved/host';
import { TIER_KEYS, TIER_MARKS } from '../model/tier.ts';
import { prepared } from './prepared.ts';

/** Computed values stand in `status`, which is the catalog's own to write and which Backstage's clients keep as it is. */
const statusText = `case when e.computed is null then coalesce(',"status":' || e.status, '') else ',"status":{"computed":' || e.computed || coalesce(',' || substr(e.status, 2), '}') end`;
/** An entity's whole JSON text, put together from its kept parts. */
const bodyText = `'{"metadata":{"uid":"' || e.uid || '","etag":"' || e.etag || '",' || e.head || ',"relations":' || e.relations || ${statusText} || '}'`;
export const body = sql.raw<string>(bodyText);

export interface BodyRow {
  readonly ref: string;
  readonly etag: string;
  readonly body: string;
}

/** The hot path: statements planned once, texts as they are sent. One reference is asked for by a statement of its own: it costs less. */
export async function bodiesByRef(db: Database, refs: readonly string[]): Promise<Map<string, BodyRow>> {
  const select = `select e.ref, e.etag, ${bodyText} as body from catalog.entity e where e.ref`;
  const rows =
    refs.length === 1
      ? await prepared<BodyRow>(db, 'catalog_body_by_ref', `${select} = $1`, refs)
      : await prepared<BodyRow>(db, 'catalog_bodies_by_ref', `${select} = any($1)`, [refs]);
  return new Map(rows.map((row) => [row.ref, row]));
}

export async function bodyByUid(db: Database, uid: string): Promise<BodyRow | undefined> {
  return (await sql<BodyRow>`select e.ref, e.etag, ${body} as body from catalog.entity e where e.uid = ${uid}::uuid`.execute(db)).rows[0];
}

/** Which version of the whole catalog answers come from. */
export async function generation(db: Database): Promise<string> {
  return (await prepared<{ n: string }>(db, 'catalog_generation', 'select n from catalog.generation', []))[0]?.n ?? '0';
}

/** The entity and everything above it that led to it: the Location entities it was read through. */
export async function ancestry(db: Database, ref: string): Promise<{ ref: string; parentRef: string | null; body: string }[]> {
  return (
    await sql<{ ref: string; parentRef: string | null; body: string }>`
    with recursive up as (
      select ref, parent_ref, 0 as depth from catalog.entity where ref = ${ref}
      union all
      select p.ref, p.parent_ref, up.depth + 1 from up join catalog.entity p on p.ref = up.parent_ref where up.depth < 50
    )
    select e.ref, e.parent_ref as "parentRef", ${body} as body from up join catalog.entity e on e.ref = up.ref order by up.depth`.execute(
      db,
    )
  ).rows;
}

/** Every group a user or group belongs to, ancestors included. */
export async function groupsAbove(db: Database, ref: string): Promise<string[]> {
  return (
    await sql<{ ref: string }>`
    with recursive up (ref) as (
      select ${ref}::text collate "C"
      union
      select g.target from up, lateral (
        select to_ref as target from catalog.edge where from_ref = up.ref and type in ('memberOf', 'childOf')
        union all
        select from_ref from catalog.edge where to_ref = up.ref and reverse in ('memberOf', 'childOf')
      ) g
    )
    select up.ref from up where up.ref <> ${ref} and up.ref like 'group:%' order by up.ref`.execute(db)
  ).rows.map((row) => row.ref);
}

export async function owners(db: Database, ref: string): Promise<string[]> {
  return (
    await sql<{ ref: string }>`
    select to_ref as ref from catalog.edge where from_ref = ${ref} and type = 'ownedBy'
    union select from_ref from catalog.edge where to_ref = ${ref} and reverse = 'ownedBy' order by 1`.execute(db)
  ).rows.map((row) => row.ref);
}

/** Refs of everything a location brought. */
export async function refsOfOwner(db: Database, ownerKey: string): Promise<string[]> {
  return (await sql<{ ref: string }>`select ref from catalog.entity where owner_key = ${ownerKey} order by id`.execute(db)).rows.map(
    (row) => row.ref,
  );
}

export interface Origin {
  readonly ownerKey: string;
  readonly locationId: string | null;
  readonly source: string;
  readonly line: number;
  readonly stale: boolean;
  readonly updatedAt: Date;
}

export async function originOf(db: Database, ref: string): Promise<Origin | undefined> {
  return (
    await sql<Origin>`
    select owner_key as "ownerKey", location_id as "locationId", source, line, status is not null as stale, updated_at as "updatedAt" from catalog.entity where ref = ${ref}`.execute(
      db,
    )
  ).rows[0];
}

export interface GraphEdge {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}

export interface GraphNode {
  readonly ref: string;
  readonly kind: string;
  readonly title: string;
  readonly type: string | null;
  readonly stale: boolean;
  readonly owner: string | null;
  readonly lifecycle: string | null;
}

/** Edges that touch these refs, as kept (one direction each). */
export async function edgesAround(
  db: Database,
  refs: readonly string[],
  direction: 'out' | 'in' | 'both',
  limit: number,
): Promise<GraphEdge[]> {
  const out = sql`select from_ref, type, to_ref from catalog.edge where from_ref = any(${refs})`;
  const into = sql`select from_ref, type, to_ref from catalog.edge where to_ref = any(${refs})`;
  const chosen = direction === 'out' ? out : direction === 'in' ? into : sql`${out} union ${into}`;
  return (
    await sql<GraphEdge>`select from_ref as "from", type, to_ref as "to" from (${chosen}) g order by 1, 2, 3 limit ${limit}`.execute(db)
  ).rows;
}

/** Edges of these types that touch these refs, as kept; all of them, so that nothing is missed behind a thing that many depend on. */
export async function edgesOfTypes(db: Database, refs: readonly string[], types: readonly string[]): Promise<GraphEdge[]> {
  return (
    await sql<GraphEdge>`
    select from_ref as "from", type, to_ref as "to" from (
      select from_ref, type, to_ref from catalog.edge where from_ref = any(${refs}) and type = any(${types})
      union select from_ref, type, to_ref from catalog.edge where to_ref = any(${refs}) and type = any(${types})) g order by 1, 2, 3`.execute(
      db,
    )
  ).rows;
}

export async function nodesOf(db: Database, refs: readonly string[]): Promise<GraphNode[]> {
  return (
    await sql<GraphNode>`
    select e.ref, e.kind_title as kind, coalesce(t.original, t.value, d.original, d.value, e.name) as title, y.value as type, e.status is not null as stale, o.owner, l.value as lifecycle
    from catalog.entity e
    left join lateral (select min(to_ref) as owner from catalog.edge where from_ref = e.ref and type = 'ownedBy') o on true
    left join catalog.search l on l.entity_id = e.id and l.key = 'spec.lifecycle' and l.item <= 1
    left join catalog.search t on t.entity_id = e.id and t.key = 'metadata.title'
    left join catalog.search d on e.kind in ('user', 'group') and d.entity_id = e.id and d.key = 'spec.profile.displayname' and d.item <= 1
    left join catalog.search y on y.entity_id = e.id and y.key = 'spec.type' and y.item <= 1
    where e.ref = any(${refs})`.execute(db)
  ).rows;
}

/** What these entities say of how much they matter: keys and values, some with several. */
export async function tierFacts(db: Database, refs: readonly string[]): Promise<{ ref: string; key: string; value: string }[]> {
  return (
    await sql<{ ref: string; key: string; value: string }>`
    select e.ref, s.key, coalesce(s.original, s.value) as value from catalog.entity e join catalog.search s on s.entity_id = e.id
    where e.ref = any(${refs}) and s.item <= 1 and s.value is not null and (s.key = any(${TIER_KEYS}) or s.key ~ ${TIER_MARKS})`.execute(db)
  ).rows;
}

export interface ProblemRow {
  readonly kind: 'broken' | 'conflict' | 'missing' | 'removal';
  readonly locationId: string;
  readonly location: string;
  readonly source: string;
  readonly line: number;
  readonly path: string;
  readonly ref: string | null;
  readonly other: string | null;
  readonly message: string;
  readonly fix: string | null;
  readonly since: Date;
}

/** A page of problems, with how many there are of each sort whatever sort is asked for. */
export async function problems(
  db: Database,
  filter: { locationId?: string; kind?: string; ref?: string; limit: number; offset: number },
): Promise<{ rows: ProblemRow[]; total: number; kinds: Record<string, number> }> {
  const about = sql<SqlBool>`${filter.locationId === undefined ? sql`true` : sql`p.location_id = ${filter.locationId}::uuid`} and ${filter.ref === undefined ? sql`true` : sql`p.ref = ${filter.ref}`}`;
  const where = sql<SqlBool>`${about} and ${filter.kind === undefined ? sql`true` : sql`p.kind = ${filter.kind}`}`;
  const { rows } = await sql<ProblemRow>`
    select p.kind, p.location_id as "locationId", l.type || ':' || l.target as location, p.source, p.line, p.path, p.ref, p.other, p.message, p.fix, p.since
    from catalog.problem p join catalog.location l on l.id = p.location_id where ${where} order by p.source, p.line, p.id limit ${filter.limit} offset ${filter.offset}`.execute(
    db,
  );
  const counted = await sql<{ kind: string; n: number }>`
    select p.kind, count(*)::int as n from catalog.problem p where ${about} group by p.kind`.execute(db);
  const kinds = Object.fromEntries(counted.rows.map(({ kind, n }) => [kind, n]));
  const total = filter.kind === undefined ? Object.values(kinds).reduce((sum, n) => sum + n, 0) : (kinds[filter.kind] ?? 0);
  return { rows, total, kinds };
}

/** The files and addresses that a location's entities stand in. */
export async function sourcesOfOwner(db: Database, ownerKey: string): Promise<string[]> {
  return (
    await sql<{ source: string }>`select distinct source from catalog.entity where owner_key = ${ownerKey} order by source`.execute(db)
  ).rows.map((row) => row.source);
}

/** How many entities, old versions and problems each location has. */
export async function countsByLocation(db: Database): Promise<Map<string, { entities: number; stale: number; problems: number }>> {
  const { rows } = await sql<{ id: string; entities: string; stale: string; problems: string }>`
    select l.id, coalesce(e.n, 0) as entities, coalesce(e.stale, 0) as stale, coalesce(p.n, 0) as problems from catalog.location l
    left join (select location_id, count(*) as n, count(status) as stale from catalog.entity where location_id is not null group by location_id) e on e.location_id = l.id
    left join (select location_id, count(*) as n from catalog.problem group by location_id) p on p.location_id = l.id`.execute(db);
  return new Map(rows.map((row) => [row.id, { entities: Number(row.entities), stale: Number(row.stale), problems: Number(row.problems) }]));
}

export async function locationOfSource(db: Database, source: string): Promise<string | undefined> {
  const { rows } = await sql<{
    id: string;
  }>`select location_id as id from catalog.entity where source = ${source} and location_id is not null limit 1`.execute(db);
  return rows[0]?.id;
}
