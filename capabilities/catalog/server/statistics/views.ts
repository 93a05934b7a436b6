import { sql, type RawBuilder } from 'kysely';
import type { Database } from '@paved/host';
import type { OwnerSet } from '../../model/owner-reads.ts';

export interface KindCount {
  readonly kind: string;
  readonly count: number;
}

/** How many entities each kind has, most first. Index-only: names of kinds come from one entity each. */
export async function kindCounts(db: Database): Promise<KindCount[]> {
  const { rows } = await sql<KindCount>`
    select (select e.kind_title from catalog.entity e where e.kind = k.kind order by e.name limit 1) as kind, k.count
    from (select kind, count(*)::int as count from catalog.entity group by kind) k order by 2 desc, 1`.execute(db);
  return rows;
}

/** How many entities are kept as an old version, and how many have a version that began since then. */
export async function movement(
  db: Database,
  since: { readonly today: Date; readonly week: Date },
): Promise<{ stale: number; today: number; week: number }> {
  const count = (where: RawBuilder<unknown>) => sql`(select count(*)::int from catalog.entity where ${where})`;
  const { rows } = await sql<{ stale: number; today: number; week: number }>`
    select ${count(sql`status is not null`)} as stale, ${count(sql`since >= ${since.today}`)} as today, ${count(sql`since >= ${since.week}`)} as week`.execute(
    db,
  );
  return rows[0] ?? { stale: 0, today: 0, week: 0 };
}

/** How many relations there are, and how many of them lead nowhere. The end that names a relation is always there. */
export async function relationCounts(db: Database): Promise<{ relations: number; dangling: number }> {
  const { rows } = await sql<{ relations: number; dangling: number }>`
    select count(*)::int as relations, count(*) filter (where e.ref is null)::int as dangling
    from catalog.edge g left join (select ref from catalog.entity) e on e.ref = g.to_ref`.execute(db);
  return rows[0] ?? { relations: 0, dangling: 0 };
}

/** Whom entities name as owners; those that name nobody are not in it. */
export async function ownerSets(db: Database): Promise<OwnerSet[]> {
  const { rows } = await sql<{ kind: string; owners: string; count: number }>`
    select split_part(ref, ':', 1) as kind, owners, count(*)::int as count from (
      select ref, string_agg(owner, ' ' order by owner) as owners from (
        select from_ref as ref, to_ref as owner from catalog.edge where type = 'ownedBy'
        union all
        select g.to_ref, g.from_ref from catalog.edge g where g.reverse = 'ownedBy' and exists (select from catalog.entity e where e.ref = g.to_ref)
          and not exists (select from catalog.edge o where o.from_ref = g.to_ref and o.type = 'ownedBy' and o.to_ref = g.from_ref)
      ) o group by ref
    ) s group by 1, 2`.execute(db);
  return rows.map((row) => ({ ...row, owners: row.owners.split(' ') }));
}

/** How many entities that name no owner the platform brought itself, by kind in lower case: `people` is the source of what people store. */
export async function broughtWithoutOwner(db: Database, people: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ kind: string; count: number }>`
    with brought as materialized (select kind, ref from catalog.entity where source like 'paved:%' and source <> ${people})
    select b.kind, count(*)::int as count from brought b
    where not exists (select from catalog.edge g where g.from_ref = b.ref and g.type = 'ownedBy')
      and not exists (select from catalog.edge g where g.to_ref = b.ref and g.reverse = 'ownedBy')
    group by b.kind`.execute(db);
  return new Map(rows.map((row) => [row.kind, row.count]));
}

export async function problemCounts(db: Database): Promise<KindCount[]> {
  return (await sql<KindCount>`select kind, count(*)::int as count from catalog.problem group by kind order by kind`.execute(db)).rows;
}

export async function sourceCounts(db: Database): Promise<{ total: number; failing: number }> {
  const { rows } = await sql<{ total: number; failing: number }>`
    select count(*)::int as total, count(error)::int as failing from catalog.location`.execute(db);
  return rows[0] ?? { total: 0, failing: 0 };
}

/** The catalog's structure at one instant. */
export interface StructureStamp {
  readonly generation: string;
  /** Time of the last write. */
  readonly at: string;
  /** What has come and gone since the time of `at`. */
  readonly stamp: string;
  /** The same since another time, to compare with the stamp that was made then. */
  readonly since: string | undefined;
}

/**
 * A stamp changes with every write that adds or removes entities or relations, and costs the ends of a few indexes. Writes of the
 * same instant are told apart by how many rows begin or end then. All of one snapshot.
 */
export async function structureStamp(db: Database, before: string | undefined): Promise<StructureStamp> {
  const stampSince = (time: RawBuilder<unknown>) => sql`concat_ws(' ', (select max(id) from catalog.entity),
    (select count(*) from catalog.edge where since >= ${time}), (select count(*) from catalog.edge_past where valid_to >= ${time}),
    (select count(*) from catalog.entity_past where valid_to = 'infinity' and valid_from >= ${time}))`;
  const { rows } = await sql<{ generation: string; at: string; stamp: string; since: string | null }>`
    select g.n as generation, g.at::text as at, ${stampSince(sql`g.at`)} as stamp,
      ${before === undefined ? sql`null` : stampSince(sql`${before}::timestamptz`)} as since from catalog.generation g`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('The catalog has one generation.');
  return { ...row, since: row.since ?? undefined };
}
