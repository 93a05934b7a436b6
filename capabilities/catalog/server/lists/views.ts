import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Database } from '@paved/host';
import { everything, type Predicate } from '../../model/predicate.ts';
import { orderKeyOf } from '../../model/computed/order-key.ts';
import type { OrderField } from '../../model/query.ts';
import { INGESTION } from '../../model/list/ingestion-state.ts';
import { body } from '../views.ts';
import { ingestionIs, ingestionState } from './ingestion/views.ts';

export const column: Readonly<Record<string, RawBuilder<string>>> = {
  kind: sql.raw('e.kind'),
  'metadata.name': sql.raw('e.name'),
  'metadata.namespace': sql.raw('e.namespace'),
  'metadata.uid': sql.raw('e.uid::text'),
  'metadata.etag': sql.raw('e.etag'),
};

export const and = (conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;
export const or = (conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  conditions.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`(${sql.join(conditions, sql` or `)})`;
export const likeEscaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** The entities that are meant: rows `e` with the columns of `catalog.entity` that conditions and orders look at. */
export interface Chosen {
  readonly from: RawBuilder<unknown>;
  readonly where: RawBuilder<SqlBool>;
  /** Whether `e` lacks the texts of an entity; they are to be joined then. */
  readonly narrow: boolean;
  /** When those with one of these words are meant, and nothing else: their ids. */
  readonly words?: readonly number[];
}

export const chosenBy = (predicate: Predicate): Chosen => ({ from: sql`catalog.entity e`, where: conditionOf(predicate), narrow: false });

/** The condition as SQL on `e`. */
export function conditionOf(predicate: Predicate): RawBuilder<SqlBool> {
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
      if (predicate.key.startsWith('relations.')) return relatedLike(predicate.key, pattern);
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
  if (key === INGESTION) return ingestionIs(values);
  const found = sql`select s.entity_id from catalog.search s where s.key = ${key} and ${equal(sql.raw('s.value'))}`;
  return values.includes('true')
    ? sql<SqlBool>`e.id in (${sql.join([found, ...listEntries(key)], sql` union all `)})`
    : sql<SqlBool>`e.id in (${found})`;
}

function exists(key: string): RawBuilder<SqlBool> {
  if (column[key] !== undefined) return sql<SqlBool>`true`;
  if (key.startsWith('relations.')) return related(key.slice('relations.'.length), undefined);
  if (key === INGESTION) return sql<SqlBool>`true`;
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

/** Entities with a relation of this key (`relations.ownedby`) whose target looks like this. */
export function relatedLike(key: string, pattern: string): RawBuilder<SqlBool> {
  const type = key.slice('relations.'.length);
  return sql<SqlBool>`e.ref in (select g.from_ref from catalog.edge g where g.to_ref like ${pattern} and lower(g.type) = ${type} union all select g.to_ref from catalog.edge g where g.from_ref like ${pattern} and lower(g.reverse) = ${type})`;
}

/** Targets of the relations of one type, as rows of `ref` and `target`. */
const targetsOf = (type: string): RawBuilder<unknown> => sql`
  select from_ref as ref, to_ref as target from catalog.edge where lower(type) = ${type}
  union select to_ref, from_ref from catalog.edge where lower(reverse) = ${type}`;

/** The order field as joined and selected: a column, the entity's first value of that key, or its first target of that relation. */
function orderOf(
  order: OrderField | undefined,
  lacking: 'excluded' | 'last',
): { join: RawBuilder<unknown>; value: RawBuilder<string | null> } {
  if (order === undefined) return { join: sql``, value: sql<string | null>`null::text` };
  const own = column[order.field.toLowerCase()];
  if (own !== undefined) return { join: sql``, value: own };
  const join = sql.raw(lacking === 'excluded' ? 'join' : 'left join');
  const key = order.field.toLowerCase();
  if (key.startsWith('relations.')) {
    const first = sql`select ref, min(target) as value from (${targetsOf(key.slice('relations.'.length))}) g group by ref`;
    return { join: sql`${join} (${first}) o on o.ref = e.ref`, value: sql.raw('o.value') };
  }
  return {
    join: sql`${join} catalog.search o on o.entity_id = e.id and o.key = ${orderKeyOf(order.field)} and o.item <= 1 and o.value is not null`,
    value: sql.raw('o.value'),
  };
}

/** Whether no entity is left out of a list in this order. */
export const everyEntityHas = (order: OrderField | undefined): boolean =>
  order === undefined || column[order.field.toLowerCase()] !== undefined;

export interface Slice {
  readonly chosen: Chosen;
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
  const { from, where, narrow } = query.chosen;
  const rows = (columns: RawBuilder<unknown>): RawBuilder<SliceRow> =>
    sql<SliceRow>`select e.id, ${value} as value ${columns} from ${from} ${join} where ${where} and ${after} order by ${by} ${limit} ${offset}`;
  if (!narrow) return (await rows(sql`, ${body} as body`).execute(db)).rows;
  const numbered = sql`, row_number() over (order by ${by}) as place`;
  return (
    await sql<SliceRow>`
      with page as (${rows(numbered)}) select page.id, page.value, ${body} as body from page join catalog.entity e on e.id = page.id order by page.place`.execute(
      db,
    )
  ).rows;
}

/** Texts of those that match, by reference. */
export async function byReference(
  db: Database,
  { from, where }: Chosen,
  { limit, offset }: { readonly limit: number | undefined; readonly offset: number },
): Promise<string[]> {
  const stretch = sql`${limit === undefined ? sql`` : sql`limit ${limit}`} offset ${offset}`;
  const { rows } = await sql<{ body: string }>`select ${body} as body from ${from} where ${where} order by e.ref ${stretch}`.execute(db);
  return rows.map((row) => row.body);
}

/**
 * The first stretch of a list together with how many match. For conditions that cost much to decide, such as text: they are
 * decided once for both.
 */
export async function countedSlice(
  db: Database,
  query: Omit<Slice, 'after' | 'backwards' | 'lacking'>,
): Promise<{ total: number; rows: SliceRow[] }> {
  const { join, value } = orderOf(query.order, 'excluded');
  const direction = sql.raw(query.order?.order === 'desc' ? 'desc' : 'asc');
  const by = (at: string): RawBuilder<unknown> =>
    sql`${query.order === undefined ? sql`` : sql`${sql.raw(at)}.value ${direction}, `}${sql.raw(at)}.id ${direction}`;
  const { rows } = await sql<{ n: string; id: string | null; value: string | null; body: string | null }>`
    with hit as materialized (select e.id, ${value} as value from ${query.chosen.from} ${join} where ${query.chosen.where}),
    page as (select h.id, h.value from hit h order by ${by('h')} limit ${query.limit} offset ${query.offset})
    select (select count(*) from hit) as n, p.id, p.value, p.body from (select 1) as one
    left join (select page.id, page.value, ${body} as body from page join catalog.entity e on e.id = page.id) as p on true order by ${by('p')}`.execute(
    db,
  );
  return {
    total: Number(rows[0]?.n ?? 0),
    rows: rows.flatMap((row) => (row.id === null || row.body === null ? [] : [{ id: row.id, value: row.value, body: row.body }])),
  };
}

/** So many entities are walked through, when matches are so frequent that a page of them should come up before. */
const LONGEST_WALK = 5000;

/**
 * The first stretch of a list of those with one of the words, found by walking through the order: quicker than sorting all matches when
 * there are many. Undefined when they are too rare for that, or stand elsewhere in the order.
 */
export async function walkedSlice(
  db: Database,
  query: Omit<Slice, 'after' | 'backwards' | 'lacking'> & { readonly limit: number; readonly words: readonly number[] },
  { count, among }: { readonly count: number; readonly among: number },
): Promise<SliceRow[] | undefined> {
  const wanted = query.offset + query.limit;
  // Four times as far as they would reach if they were spread evenly.
  const walk = Math.ceil((4 * wanted * among) / Math.max(1, count));
  if (walk > LONGEST_WALK || count < wanted) return undefined;
  const { join, value } = orderOf(query.order, 'excluded');
  const direction = sql.raw(query.order?.order === 'desc' ? 'desc' : 'asc');
  const by = query.order === undefined ? sql`e.id ${direction}` : sql`${value} ${direction}, e.id ${direction}`;
  // `offset 0` keeps PostgreSQL from looking for all entities with the words first.
  const { rows } = await sql<SliceRow>`
    with page as (
      select w.* from (select e.id, ${value} as value, row_number() over (order by ${by}) as place from catalog.entity e ${join} order by ${by} limit ${walk}) w
      where exists (select from catalog.entity_text t where t.id = w.id and t.words && ${query.words}::integer[] offset 0)
      order by w.place limit ${query.limit} offset ${query.offset}
    ) select page.id, page.value, ${body} as body from page join catalog.entity e on e.id = page.id order by page.place`.execute(db);
  return rows.length < query.limit ? undefined : rows;
}

/** How many entities match; those without the order field do not count (Backstage). */
export async function countOf(db: Database, { from, where }: Chosen, order: OrderField | undefined): Promise<number> {
  const { join } = orderOf(order, 'excluded');
  return Number((await sql<{ n: string }>`select count(*) as n from ${from} ${join} where ${where}`.execute(db)).rows[0]?.n ?? 0);
}

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** Columns that are kept in lower case, as they were written. The name is the first one of the text, unless a label has that key. */
const shown: Readonly<Record<string, RawBuilder<string>>> = {
  kind: sql.raw('e.kind_title'),
  'metadata.name': sql.raw(
    `coalesce((select m.name from (select substring(e.head from '"name":"([^"]+)"') as name) m where lower(m.name) = e.name), ('{"metadata":{' || e.head || '}')::jsonb #>> '{metadata,name}')`,
  ),
};

/** Values of a field with the number of matching entities, sorted by value. A list's entry as a key counts as `true`, as in Backstage. */
export async function facet(db: Database, field: string, chosen: Chosen | undefined): Promise<FacetValue[]> {
  const key = field.toLowerCase();
  const { from, where: filter } = chosen ?? chosenBy(everything);
  const own = shown[key] ?? column[key];
  const rows = async (values: RawBuilder<unknown>): Promise<FacetValue[]> =>
    (
      await sql<{
        value: string;
        n: string;
      }>`select value, count(*) as n from (${values}) as v group by value order by value collate "C"`.execute(db)
    ).rows.map((row) => ({ value: row.value, count: Number(row.n) }));
  if (own !== undefined) return rows(sql`select ${own} as value from ${from} where ${filter}`);
  if (key === INGESTION) return rows(sql`select ${sql.raw(ingestionState)} as value from ${from} where ${filter}`);
  if (key.startsWith('relations.')) {
    const type = key.slice('relations.'.length);
    return rows(sql`
      select distinct e.ref, g.target as value from ${from} join (${targetsOf(type)}) g on g.ref = e.ref where ${filter}`);
  }
  const join = chosen === undefined ? sql`` : sql`join ${from} on e.id = s.entity_id`;
  // Grouped as the index has them, then by what is shown: no sort of all rows.
  const found = (
    await sql<{ value: string; n: string }>`
    select value, sum(n) as n from (
      select coalesce(s.original, s.value) as value, count(*) as n from catalog.search s ${join}
      where s.key = ${key} and s.value is not null and ${filter} group by s.value, s.original
    ) as v group by value order by value collate "C"`.execute(db)
  ).rows.map((row) => ({ value: row.value, count: Number(row.n) }));
  const entries = found.length > 0 ? [] : listEntries(key);
  if (entries.length === 0) return found;
  const { rows: holding } = await sql<{ n: string }>`
    select count(distinct s.entity_id) as n from (${sql.join(entries, sql` union all `)}) s ${join} where ${filter}`.execute(db);
  const count = Number(holding[0]?.n ?? 0);
  return count === 0 ? [] : [{ value: 'true', count }];
}

/** Texts of the entities among these references that match. */
export async function bodiesByRefs(db: Database, refs: readonly string[], { from, where }: Chosen): Promise<Map<string, string>> {
  const { rows } = await sql<{
    ref: string;
    body: string;
  }>`select e.ref, ${body} as body from ${from} where e.ref = any(${refs}) and ${where}`.execute(db);
  return new Map(rows.map((row) => [row.ref, row.body]));
}
