import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Database } from '@paved/host';
import type { Predicate } from '../model/predicate.ts';
import type { OrderField } from '../model/query.ts';
import { prepared } from './prepared.ts';

/** An entity's whole JSON text, put together from its kept parts. */
const bodyText = `'{"metadata":{"uid":"' || e.uid || '","etag":"' || e.etag || '",' || e.head || ',"relations":' || e.relations || coalesce(',"status":' || e.status, '') || '}'`;
const body = sql.raw<string>(bodyText);

export interface BodyRow {
  readonly ref: string;
  readonly etag: string;
  readonly body: string;
}

/** The hot path: one planned statement, the text as it is sent. */
export async function bodyByRef(db: Database, ref: string): Promise<BodyRow | undefined> {
  return (
    await prepared<BodyRow>(db, 'catalog_body_by_ref', `select e.ref, e.etag, ${bodyText} as body from catalog.entity e where e.ref = $1`, [
      ref,
    ])
  )[0];
}

export async function bodyByUid(db: Database, uid: string): Promise<BodyRow | undefined> {
  return (await sql<BodyRow>`select e.ref, e.etag, ${body} as body from catalog.entity e where e.uid = ${uid}::uuid`.execute(db)).rows[0];
}

export async function bodiesByRefs(db: Database, refs: readonly string[], where: RawBuilder<SqlBool>): Promise<Map<string, string>> {
  const { rows } = await sql<BodyRow>`select e.ref, ${body} as body from catalog.entity e where e.ref = any(${refs}) and ${where}`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.ref, row.body]));
}

/** Which version of the whole catalog answers come from. */
export async function generation(db: Database): Promise<string> {
  return (await prepared<{ n: string }>(db, 'catalog_generation', 'select n from catalog.generation', []))[0]?.n ?? '0';
}

const column: Readonly<Record<string, RawBuilder<string>>> = {
  kind: sql.raw('e.kind'),
  'metadata.name': sql.raw('e.name'),
  'metadata.namespace': sql.raw('e.namespace'),
  'metadata.uid': sql.raw('e.uid::text'),
  'metadata.etag': sql.raw('e.etag'),
};

const and = (conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;
const or = (conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  conditions.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(conditions, sql` or `)})`;
const likeEscaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** The condition as SQL on `catalog.entity e`, with text that must occur when there is one. */
export function whereOf(predicate: Predicate, text?: { term: string; fields?: readonly string[] }): RawBuilder<SqlBool> {
  const where = conditionOf(predicate);
  return text === undefined ? where : and([where, textCondition(text.term, text.fields)]);
}

function conditionOf(predicate: Predicate): RawBuilder<SqlBool> {
  switch (predicate.type) {
    case 'all':
      return and(predicate.of.map(conditionOf));
    case 'any':
      return or(predicate.of.map(conditionOf));
    case 'not':
      return sql<SqlBool>`not ${conditionOf(predicate.of)}`;
    case 'in':
      return inValues(predicate.key, predicate.values);
    case 'exists':
      return exists(predicate.key);
    case 'prefix': {
      const own = column[predicate.key];
      const pattern = `${likeEscaped(predicate.prefix)}%`;
      return own !== undefined
        ? sql<SqlBool>`${own} like ${pattern}`
        : sql<SqlBool>`e.id in (select s.entity_id from catalog.search s where s.key = ${predicate.key} and s.value like ${pattern})`;
    }
    case 'related':
      return related(predicate.relation, predicate.targets);
  }
}

function inValues(key: string, values: readonly string[]): RawBuilder<SqlBool> {
  const own = column[key];
  const equal = (left: RawBuilder<unknown>): RawBuilder<SqlBool> =>
    values.length === 1 ? sql<SqlBool>`${left} = ${values[0]}` : sql<SqlBool>`${left} = any(${values})`;
  if (own !== undefined) return equal(own);
  if (key.startsWith('relations.')) return related(key.slice('relations.'.length), values);
  const found = sql`select s.entity_id from catalog.search s where s.key = ${key} and ${equal(sql.raw('s.value'))}`;
  return values.includes('true')
    ? sql<SqlBool>`e.id in (${sql.join([found, ...listEntries(key)], sql` union all `)})`
    : sql<SqlBool>`e.id in (${found})`;
}

function exists(key: string): RawBuilder<SqlBool> {
  if (column[key] !== undefined) return sql<SqlBool>`true`;
  if (key.startsWith('relations.')) return related(key.slice('relations.'.length), undefined);
  const found = sql`select s.entity_id from catalog.search s where s.key = ${key}`;
  return sql<SqlBool>`e.id in (${sql.join([found, ...listEntries(key)], sql` union all `)})`;
}

/** Backstage also takes a list's entry as a key: `metadata.tags.java` means that tags hold java. */
function listEntries(key: string): RawBuilder<unknown>[] {
  const splits: RawBuilder<unknown>[] = [];
  for (let dot = key.indexOf('.'); dot > 0 && splits.length < 12; dot = key.indexOf('.', dot + 1)) {
    splits.push(
      sql`select s.entity_id from catalog.search s where s.key = ${key.slice(0, dot)} and s.value = ${key.slice(dot + 1)} and s.item > 0`,
    );
  }
  return splits;
}

function related(relation: string | undefined, targets: readonly string[] | undefined): RawBuilder<SqlBool> {
  const type = (name: string): RawBuilder<SqlBool> =>
    relation === undefined ? sql<SqlBool>`true` : sql<SqlBool>`lower(${sql.raw(name)}) = ${relation}`;
  const target = (name: string): RawBuilder<SqlBool> =>
    targets === undefined ? sql<SqlBool>`true` : sql<SqlBool>`${sql.raw(name)} = any(${targets})`;
  return sql<SqlBool>`e.ref in (select g.from_ref from catalog.edge g where ${target('g.to_ref')} and ${type('g.type')} union all select g.to_ref from catalog.edge g where ${target('g.from_ref')} and ${type('g.reverse')})`;
}

const wordFields = new Set(['metadata.name', 'metadata.title', 'metadata.description']);

/** Text anywhere in these fields; without fields, in name, title and description. */
function textCondition(term: string, fields: readonly string[] | undefined): RawBuilder<SqlBool> {
  const pattern = `%${likeEscaped(term.toLowerCase())}%`;
  const words = sql<SqlBool>`e.words like ${pattern}`;
  if (fields === undefined) return words;
  const conditions = fields.map((field): RawBuilder<SqlBool> => {
    const key = field.toLowerCase();
    const own = column[key];
    return own !== undefined
      ? sql<SqlBool>`${own} like ${pattern}`
      : sql<SqlBool>`exists (select from catalog.search s where s.entity_id = e.id and s.key = ${key} and s.value like ${pattern})`;
  });
  const all = or(conditions);
  // The trigram index narrows the search first when all fields are part of it.
  return fields.every((field) => wordFields.has(field.toLowerCase())) ? and([words, all]) : all;
}

/** The order field as joined and selected: a column, or the entity's first value of that key. */
function orderOf(
  order: OrderField | undefined,
  lacking: 'excluded' | 'last',
): { join: RawBuilder<unknown>; value: RawBuilder<string | null> } {
  if (order === undefined) return { join: sql``, value: sql<string | null>`null::text` };
  const own = column[order.field.toLowerCase()];
  if (own !== undefined) return { join: sql``, value: own };
  const join = sql.raw(lacking === 'excluded' ? 'join' : 'left join');
  return {
    join: sql`${join} catalog.search o on o.entity_id = e.id and o.key = ${order.field.toLowerCase()} and o.item <= 1 and o.value is not null`,
    value: sql.raw('o.value'),
  };
}

export interface Slice {
  readonly where: RawBuilder<SqlBool>;
  readonly order: OrderField | undefined;
  readonly lacking: 'excluded' | 'last';
  readonly limit: number | undefined;
  readonly offset: number;
  /** Start behind this place. */
  readonly after?: { readonly value: string | null; readonly id: string };
  /** Walk towards the beginning. */
  readonly backwards: boolean;
}

export interface SliceRow {
  readonly id: string;
  readonly body: string;
  readonly value: string | null;
}

/** One stretch of a list, in walking order. */
export async function slice(db: Database, query: Slice): Promise<SliceRow[]> {
  const { join, value } = orderOf(query.order, query.lacking);
  const descending = (query.order?.order === 'desc') !== query.backwards;
  const direction = sql.raw(descending ? 'desc' : 'asc');
  const compare = sql.raw(descending ? '<' : '>');
  const after =
    query.after === undefined
      ? sql<SqlBool>`true`
      : query.order === undefined
        ? sql<SqlBool>`e.id ${compare} ${query.after.id}::bigint`
        : sql<SqlBool>`(${value}, e.id) ${compare} (${query.after.value}, ${query.after.id}::bigint)`;
  const by =
    query.order === undefined
      ? sql`e.id ${direction}`
      : query.lacking === 'last'
        ? sql`${value} ${direction} nulls last, e.id ${direction}`
        : sql`${value} ${direction}, e.id ${direction}`;
  const limit = query.limit === undefined ? sql`` : sql`limit ${query.limit}`;
  const offset = query.offset === 0 ? sql`` : sql`offset ${query.offset}`;
  return (
    await sql<SliceRow>`select e.id, ${value} as value, ${body} as body from catalog.entity e ${join} where ${query.where} and ${after} order by ${by} ${limit} ${offset}`.execute(
      db,
    )
  ).rows;
}

/** How many entities match; those without the order field do not count (Backstage). */
export async function countOf(db: Database, where: RawBuilder<SqlBool>, order: OrderField | undefined): Promise<number> {
  const { join } = orderOf(order, 'excluded');
  return Number((await sql<{ n: string }>`select count(*) as n from catalog.entity e ${join} where ${where}`.execute(db)).rows[0]?.n ?? 0);
}

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** Values of a field with the number of matching entities, sorted by value. */
export async function facet(db: Database, field: string, where: RawBuilder<SqlBool> | undefined): Promise<FacetValue[]> {
  const key = field.toLowerCase();
  const filter = where ?? sql<SqlBool>`true`;
  const own = key === 'kind' ? sql.raw<string>('e.kind_title') : column[key];
  const rows = async (values: RawBuilder<unknown>): Promise<FacetValue[]> =>
    (
      await sql<{
        value: string;
        n: string;
      }>`select value, count(*) as n from (${values}) as v group by value order by value collate "C"`.execute(db)
    ).rows.map((row) => ({ value: row.value, count: Number(row.n) }));
  if (own !== undefined) return rows(sql`select ${own} as value from catalog.entity e where ${filter}`);
  if (key.startsWith('relations.')) {
    const type = key.slice('relations.'.length);
    return rows(sql`
      select distinct e.ref, g.target as value from catalog.entity e join (
        select from_ref as ref, to_ref as target from catalog.edge where lower(type) = ${type}
        union select to_ref, from_ref from catalog.edge where lower(reverse) = ${type}
      ) g on g.ref = e.ref where ${filter}`);
  }
  const join = where === undefined ? sql`` : sql`join catalog.entity e on e.id = s.entity_id`;
  return rows(
    sql`select coalesce(s.original, s.value) as value from catalog.search s ${join} where s.key = ${key} and s.value is not null and ${filter}`,
  );
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

export async function nodesOf(db: Database, refs: readonly string[]): Promise<GraphNode[]> {
  return (
    await sql<GraphNode>`
    select e.ref, e.kind_title as kind, coalesce(t.original, t.value, e.name) as title, y.value as type, e.status is not null as stale from catalog.entity e
    left join catalog.search t on t.entity_id = e.id and t.key = 'metadata.title'
    left join catalog.search y on y.entity_id = e.id and y.key = 'spec.type' and y.item <= 1
    where e.ref = any(${refs})`.execute(db)
  ).rows;
}

export interface ProblemRow {
  readonly kind: 'broken' | 'conflict' | 'missing';
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

export async function problems(
  db: Database,
  filter: { locationId?: string; limit: number; offset: number },
): Promise<{ rows: ProblemRow[]; total: number }> {
  const where = filter.locationId === undefined ? sql<SqlBool>`true` : sql<SqlBool>`p.location_id = ${filter.locationId}::uuid`;
  const { rows } = await sql<ProblemRow>`
    select p.kind, p.location_id as "locationId", l.type || ':' || l.target as location, p.source, p.line, p.path, p.ref, p.other, p.message, p.fix, p.since
    from catalog.problem p join catalog.location l on l.id = p.location_id where ${where} order by p.source, p.line, p.id limit ${filter.limit} offset ${filter.offset}`.execute(
    db,
  );
  const total = await sql<{ n: string }>`select count(*) as n from catalog.problem p where ${where}`.execute(db);
  return { rows, total: Number(total.rows[0]?.n ?? 0) };
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
