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
  const [kinds, totals, edges, problems, sources] = await Promise.all([
    sql<{ kind: string; count: number }>`
      select kind_title as kind, count(*)::int as count from catalog.entity group by kind_title order by 2 desc, 1`.execute(db),
    sql<{ stale: number; unowned: number; today: number; week: number }>`
      select count(status)::int as stale, count(*) filter (where updated_at >= ${since.today})::int as today,
        count(*) filter (where updated_at >= ${since.week})::int as week,
        count(*) filter (where kind = any(${since.owned}) and not exists (
          select from catalog.edge g join catalog.entity o on o.ref = g.to_ref where g.from_ref = e.ref and g.type = 'ownedBy'))::int as unowned
      from catalog.entity e`.execute(db),
    sql<{ relations: number; dangling: number }>`
      select count(*)::int as relations,
        count(*) filter (where not exists (select from catalog.entity e where e.ref = g.to_ref)
          or not exists (select from catalog.entity e where e.ref = g.from_ref))::int as dangling
      from catalog.edge g`.execute(db),
    sql<{ kind: string; count: number }>`select kind, count(*)::int as count from catalog.problem group by kind`.execute(db),
    sql<{ total: number; failing: number }>`
      select count(*)::int as total, count(error)::int as failing from catalog.location`.execute(db),
  ]);
  const [total, edge, source] = [totals.rows[0], edges.rows[0], sources.rows[0]];
  return {
    entities: kinds.rows.reduce((sum, row) => sum + row.count, 0),
    kinds: kinds.rows,
    relations: edge?.relations ?? 0,
    stale: total?.stale ?? 0,
    unowned: total?.unowned ?? 0,
    dangling: edge?.dangling ?? 0,
    changedToday: total?.today ?? 0,
    changedThisWeek: total?.week ?? 0,
    problems: Object.fromEntries(problems.rows.map((row) => [row.kind, row.count])),
    sources: { total: source?.total ?? 0, failing: source?.failing ?? 0 },
  };
}
