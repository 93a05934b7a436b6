import { sql } from 'kysely';
import type { Database } from '@paved/host';

export interface OrphanRow {
  readonly ref: string;
  readonly uid: string;
  readonly kind: string;
  readonly title: string;
  readonly location: string;
  readonly namedBy: string | null;
  readonly source: string;
  readonly line: number;
  readonly lastNamedAt: Date | null;
  readonly since: Date;
}

export async function orphans(db: Database, page: { limit: number; offset: number }): Promise<{ rows: OrphanRow[]; total: number }> {
  const { rows } = await sql<OrphanRow>`
    select o.ref, e.uid, e.kind_title as kind, coalesce(t.original, t.value, e.name) as title, o.location, o.named_by as "namedBy", o.source, o.line,
      o.last_named_at as "lastNamedAt", o.since
    from catalog.orphan o join catalog.entity e on e.ref = o.ref and e.owner_key like 'orphan:%'
    left join catalog.search t on t.entity_id = e.id and t.key = 'metadata.title'
    order by o.since desc, o.ref limit ${page.limit} offset ${page.offset}`.execute(db);
  const total = await sql<{
    n: string;
  }>`select count(*) as n from catalog.orphan o join catalog.entity e on e.ref = o.ref and e.owner_key like 'orphan:%'`.execute(db);
  return { rows, total: Number(total.rows[0]?.n ?? 0) };
}
