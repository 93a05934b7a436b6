import { sql, type RawBuilder } from 'kysely';
import type { Database } from '@paved/host';
import { orderKeyOf } from '../../../model/computed/order-key.ts';
import type { OrderField } from '../../../model/query.ts';
import { body } from '../../views.ts';
import { INGESTION } from '../../../model/list/ingestion-state.ts';
import { ingestionState } from '../ingestion/views.ts';
import type { Chosen } from '../views.ts';

interface Sorted {
  readonly joins: RawBuilder<unknown>[];
  /** Lower-cased text, null where the entity lacks the field. */
  readonly value: RawBuilder<string | null>;
  /** The same as it was written. */
  readonly label: RawBuilder<string | null>;
  /** Whether numbers among the values are sorted as such: 9 before 10, and before words. */
  readonly numbers?: boolean;
}

/** Keys whose values are words, never numbers. */
const words = new Set(['spec.type', 'spec.lifecycle', 'metadata.tags', 'metadata.description']);

/** The order by a field. Entities without it come last in either direction. */
function orderOf(field: Sorted, direction: 'asc' | 'desc'): RawBuilder<unknown>[] {
  const by = sql.raw(`${direction} nulls last`);
  const value = sql`${field.value} ${by}`;
  if (field.numbers !== true) return [value];
  return [sql`case when ${field.value} ~ '^-?[0-9]{1,18}([.][0-9]{1,18})?$' then ${field.value}::numeric end ${by}`, value];
}

const own: Readonly<Record<string, { value: string; label?: string }>> = {
  kind: { value: 'e.kind', label: 'e.kind_title' },
  'metadata.name': { value: 'e.name' },
  'metadata.namespace': { value: 'e.namespace' },
  'metadata.uid': { value: 'e.uid::text' },
  [INGESTION]: { value: `(${ingestionState})` },
};

/**
 * A field to sort or group by: a column, an edge's first target, the first value of a key, or `title`, which is what people call an
 * entity: its title, else its name. Entities without the field stay.
 */
function sortedBy(field: string, n: number): Sorted {
  const key = field.toLowerCase();
  const column = own[key];
  if (column !== undefined) return { joins: [], value: sql.raw(column.value), label: sql.raw(column.label ?? column.value) };
  const alias = `s${n}`;
  if (key === 'title') {
    const join = sql`left join catalog.search ${sql.raw(alias)} on ${sql.raw(alias)}.entity_id = e.id and ${sql.raw(alias)}.key = 'metadata.title'`;
    const shown = (value: string) => sql.raw<string>(`coalesce(${value}, e.name)`);
    return { joins: [join], value: shown(`${alias}.value`), label: shown(`coalesce(${alias}.original, ${alias}.value)`) };
  }
  if (key.startsWith('relations.')) {
    const type = key.slice('relations.'.length);
    const targets = sql`left join (
      select ref, min(target) as value from (
        select from_ref as ref, to_ref as target from catalog.edge where lower(type) = ${type}
        union all select to_ref, from_ref from catalog.edge where lower(reverse) = ${type}
      ) g group by ref
    ) ${sql.raw(alias)} on ${sql.raw(alias)}.ref = e.ref`;
    return { joins: [targets], value: sql.raw(`${alias}.value`), label: sql.raw(`${alias}.value`) };
  }
  const order = orderKeyOf(field);
  if (order !== key) {
    // A computed property: numbers sort by size, and are shown as they are.
    const one = (name: string, searched: string) =>
      sql`left join catalog.search ${sql.raw(name)} on ${sql.raw(name)}.entity_id = e.id and ${sql.raw(name)}.key = ${searched} and ${sql.raw(name)}.item <= 1`;
    return {
      joins: [one(alias, order), one(`${alias}l`, key)],
      value: sql.raw(`${alias}.value`),
      label: sql.raw(`coalesce(${alias}l.original, ${alias}l.value)`),
    };
  }
  return {
    joins: [
      sql`left join catalog.search ${sql.raw(alias)} on ${sql.raw(alias)}.entity_id = e.id and ${sql.raw(alias)}.key = ${key} and ${sql.raw(alias)}.item <= 1`,
    ],
    value: sql.raw(`${alias}.value`),
    label: sql.raw(`coalesce(${alias}.original, ${alias}.value)`),
    numbers: !words.has(key),
  };
}

/**
 * Ids of all entities that match, in order; those lacking a field come last, whichever the direction. Numbers sort by size, or as the text
 * they are (Backstage).
 */
export async function orderedIds(
  db: Database,
  { from, where }: Chosen,
  sort: readonly OrderField[],
  numbers: 'by size' | 'as text' = 'by size',
): Promise<Float64Array> {
  const fields = sort.map((order, n) => {
    const field = sortedBy(order.field, n);
    return { ...field, numbers: field.numbers === true && numbers === 'by size', order: order.order };
  });
  const joins = sql.join(
    fields.flatMap((field) => field.joins),
    sql` `,
  );
  const by = sql.join([...fields.flatMap((field) => orderOf(field, field.order)), sql`e.id`]);
  const text = (
    await sql<{ ids: string | null }>`
      select string_agg(t.id::text, ',') as ids from (
        select e.id from ${from} ${fields.some((field) => field.joins.length > 0) ? joins : sql``} where ${where} order by ${by}
      ) t`.execute(db)
  ).rows[0]?.ids;
  return text === null || text === undefined ? new Float64Array() : Float64Array.from(text.split(','), Number);
}

/** JSON texts of entities by id; those that are gone are not in it. */
export async function bodiesByIds(db: Database, ids: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await sql<{ id: string; body: string }>`
    select e.id, ${body} as body from catalog.entity e where e.id = any(${ids.map(String)}::bigint[])`.execute(db);
  return new Map(rows.map((row) => [Number(row.id), row.body]));
}

/** One value of a field with the entities that have it first; `value` is null for those without the field. */
export interface EntityGroup {
  readonly value: string | null;
  readonly label: string;
  readonly count: number;
}

/** Parts the matching entities by a field, each into one group, in the order `orderedIds` puts them. */
export async function groupsBy(db: Database, { from, where }: Chosen, by: OrderField): Promise<EntityGroup[]> {
  const field = sortedBy(by.field, 0);
  const { rows } = await sql<{ value: string | null; label: string | null; n: string }>`
    select ${field.value} as value, min(${field.label}) as label, count(*) as n from ${from} ${field.joins[0] ?? sql``}
    where ${where} group by ${field.value} order by ${sql.join(orderOf(field, by.order))}`.execute(db);
  return rows.map((row) => ({ value: row.value, label: row.label ?? '', count: Number(row.n) }));
}

export interface SelectedRow {
  readonly ref: string;
  readonly locationId: string | null;
  readonly ownerKey: string;
}

/** What bulk actions need to know of the entities they are about. */
export async function selectedRows(db: Database, ids: readonly number[]): Promise<SelectedRow[]> {
  return (
    await sql<SelectedRow>`
      select e.ref, e.location_id as "locationId", e.owner_key as "ownerKey" from catalog.entity e
      where e.id = any(${ids.map(String)}::bigint[]) order by e.ref`.execute(db)
  ).rows;
}

/** The same, by reference. */
export async function selectedByRefs(db: Database, refs: readonly string[]): Promise<SelectedRow[]> {
  return (
    await sql<SelectedRow>`
      select e.ref, e.location_id as "locationId", e.owner_key as "ownerKey" from catalog.entity e where e.ref = any(${refs}) order by e.ref`.execute(
      db,
    )
  ).rows;
}
