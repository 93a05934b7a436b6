import { sql } from 'kysely';
import type { TestPlatform } from '@paved/testing';

/** What must never be: search rows or edges without their entity, relations texts that do not say what the edges say, doubled names. */
export async function wrong(platform: TestPlatform): Promise<unknown> {
  const { db } = platform.platform;
  const { rows } = await sql`
    select 'search row without entity' as what, count(*)::int as n from catalog.search s where not exists (select from catalog.entity e where e.id = s.entity_id)
    union all select 'words without entity', count(*)::int from catalog.entity_text t where not exists (select from catalog.entity e where e.id = t.id)
    union all select 'entity without its words', count(*)::int from catalog.entity e where not exists (
      select from catalog.entity_text t where t.id = e.id and cardinality(t.words) > 0 and t.kind = e.kind and t.namespace = e.namespace and t.name = e.name)
    union all select 'edge without its entity', count(*)::int from catalog.edge g where not exists (select from catalog.entity e where e.ref = g.from_ref)
    union all select 'relations that differ from the edges', count(*)::int from catalog.entity e where e.relations::jsonb <> coalesce((
      select jsonb_agg(jsonb_build_object('type', type, 'targetRef', target) order by type collate "C", target collate "C") from (
        select type, to_ref as target from catalog.edge where from_ref = e.ref union select reverse, from_ref from catalog.edge where to_ref = e.ref
      ) r), '[]')
    union all select 'name twice', count(*)::int - count(distinct e.ref)::int from catalog.entity e
    union all select 'relation shown at one end only', count(*)::int from (
      select e.ref, r.value ->> 'type' as type, r.value ->> 'targetRef' as target from catalog.entity e, jsonb_array_elements(e.relations::jsonb) r
    ) shown join catalog.entity other on other.ref = shown.target
      where not exists (select from jsonb_array_elements(other.relations::jsonb) back where back.value ->> 'targetRef' = shown.ref)
    union all select 'entity without search rows', count(*)::int from catalog.entity e where not exists (select from catalog.search s where s.entity_id = e.id)`.execute(
    db,
  );
  return (rows as { what: string; n: number }[]).filter((row) => row.n > 0);
}
