import { sql } from 'kysely';
import type { Database } from '@paved/host';

export interface Statistics {
  readonly entities: number;
  readonly kinds: readonly { readonly kind: string; readonly count: number }[];
  readonly relations: number;
  /** Kept from an older version of their source. */
  readonly stale: number;
  /** Of kinds that name an owner: whose owner is not named, or does not exist. */
  readonly unowned: number;
  /** References to entities that do not exist. */
  readonly dangling: number;
  readonly changedToday: number;
  readonly changedThisWeek: number;
  readonly problems: Readonly<Record<string, number>>;
  readonly sources: { readonly total: number; readonly failing: number };
}

/** The catalog in numbers; `today` and `week` are the times since when changes count. */
export async function statistics(
  db: Database,
  since: { readonly today: Date; readonly week: Date; readonly owned: readonly string[] },
): Promise<Statistics> {
  const [kinds, totals, problems, sources] = await Promise.all([
    sql<{ kind: string; count: number }>`
      select kind_title as kind, count(*)::int as count from catalog.entity group by kind_title order by 2 desc, 1`.execute(db),
    // Narrow sets that are joined as wholes: what a time of the past is put together from has no index to look each edge up by.
    sql<{ stale: number; unowned: number; today: number; week: number; relations: number; dangling: number }>`
      with e as materialized (select ref, kind, status is not null as stale, updated_at from catalog.entity),
      g as materialized (select from_ref, type, to_ref from catalog.edge),
      owned as (select distinct g.from_ref as ref from g join e o on o.ref = g.to_ref where g.type = 'ownedBy')
      select t.*, r.* from (
        select count(*) filter (where e.stale)::int as stale, count(*) filter (where e.updated_at >= ${since.today})::int as today,
          count(*) filter (where e.updated_at >= ${since.week})::int as week,
          count(*) filter (where e.kind = any(${since.owned}) and owned.ref is null)::int as unowned
        from e left join owned on owned.ref = e.ref) t, (
        select count(*)::int as relations, count(*) filter (where a.ref is null or b.ref is null)::int as dangling
        from g left join e a on a.ref = g.from_ref left join e b on b.ref = g.to_ref) r`.execute(db),
    sql<{ kind: string; count: number }>`select kind, count(*)::int as count from catalog.problem group by kind order by kind`.execute(db),
    sql<{ total: number; failing: number }>`
      select count(*)::int as total, count(error)::int as failing from catalog.location`.execute(db),
  ]);
  const [total, source] = [totals.rows[0], sources.rows[0]];
  return {
    entities: kinds.rows.reduce((sum, row) => sum + row.count, 0),
    kinds: kinds.rows,
    relations: total?.relations ?? 0,
    stale: total?.stale ?? 0,
    unowned: total?.unowned ?? 0,
    dangling: total?.dangling ?? 0,
    changedToday: total?.today ?? 0,
    changedThisWeek: total?.week ?? 0,
    problems: Object.fromEntries(problems.rows.map((row) => [row.kind, row.count])),
    sources: { total: source?.total ?? 0, failing: source?.failing ?? 0 },
  };
}
