import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { Problem } from '@paved/kernel';
import type { Location } from '../../index.ts';

/** A provider as people see it. */
export interface ProviderRow {
  readonly name: string;
  readonly type: string;
  readonly target: string;
  readonly schedule: string;
  readonly configured: boolean;
  readonly startedAt: Date | null;
  readonly syncedAt: Date | null;
  readonly succeededAt: Date | null;
  readonly retryAt: Date | null;
  readonly runId: string | null;
  readonly error: string | null;
  readonly held: { readonly removed: number; readonly of: number } | null;
  readonly problems: readonly Problem[];
  readonly entities: number;
  readonly locations: number;
  /** Discovered locations that brought something. */
  readonly locationsWithEntities: number;
  /** Problems in the files of its locations. */
  readonly fileProblems: number;
}

/** Every provider with how it goes; one when `name` is given. */
export async function providerRows(db: Database, name?: string): Promise<ProviderRow[]> {
  return (
    await sql<ProviderRow>`
    select p.name, p.type, p.target, p.schedule, p.configured, p.started_at as "startedAt", p.synced_at as "syncedAt", p.succeeded_at as "succeededAt",
      p.retry_at as "retryAt", p.run_id as "runId", p.error, p.held, p.problems,
      ((select count(*) from catalog.entity e where e.owner_key = 'provider:' || p.name) + coalesce(l.entities, 0))::int as entities,
      coalesce(l.n, 0)::int as locations, coalesce(l.filled, 0)::int as "locationsWithEntities", coalesce(l.problems, 0)::int as "fileProblems"
    from catalog.provider p left join lateral (
      select count(*) as n, count(*) filter (where c.n > 0) as filled, sum(c.n) as entities, sum(c.problems) as problems
      from catalog.provider_location pl, lateral (
        select (select count(*) from catalog.entity e where e.owner_key = 'location:' || pl.location_id) as n,
          (select count(*) from catalog.problem q where q.location_id = pl.location_id) as problems) c
      where pl.provider = p.name) l on true
    where ${name === undefined ? sql`true` : sql`p.name = ${name}`} order by p.type, p.name`.execute(db)
  ).rows;
}

/** Locations of a provider whose files may have changed since they were read; only among `targets` when given. */
export async function locationsToRead(
  db: Database,
  name: string,
  targets?: readonly string[],
): Promise<{ id: string; target: string; stamp: string | null }[]> {
  return (
    await sql<{ id: string; target: string; stamp: string | null }>`
    select l.id, l.target, p.stamp from catalog.provider_location p join catalog.location l on l.id = p.location_id
    where p.provider = ${name} and (p.stamp is null or p.read_stamp is distinct from p.stamp)
      and ${targets === undefined ? sql`true` : sql`l.target = any(${targets})`} order by l.target`.execute(db)
  ).rows;
}

/** How many entities hang on these locations. */
export async function entitiesBelow(db: Database, locationIds: readonly string[]): Promise<string[]> {
  if (locationIds.length === 0) return [];
  return (
    await sql<{ ref: string }>`
    select ref from catalog.entity where owner_key = any(${locationIds.map((id) => `location:${id}`)})`.execute(db)
  ).rows.map((row) => row.ref);
}

/** Locations with the addresses that start with a prefix: their own target, or a file read through them. */
export async function locationsReadFrom(db: Database, prefixes: readonly string[]): Promise<{ location: Location; url: string }[]> {
  const escaped = prefixes.map((prefix) => prefix.replace(/[\\%_]/g, '\\$&'));
  const own = escaped.map((prefix) => `${prefix}%`);
  const sources = escaped.map((prefix) => `url:${prefix}%`);
  const { rows } = await sql<Location & { url: string }>`
    select l.id, l.type, l.target, l.target as url from catalog.location l where l.type in ('url', 'git') and l.target ilike any(${own})
    union
    select l.id, l.type, l.target, substr(e.source, 5) from (
      select source, location_id from catalog.entity where source ilike any(${sources})
      union select source, location_id from catalog.problem where source ilike any(${sources})) e
    join catalog.location l on l.id = e.location_id`.execute(db);
  return rows.map(({ id, type, target, url }) => ({ location: { id, type, target }, url }));
}

/** How much a provider holds now: its own entities and those of its locations. */
export async function heldBy(db: Database, name: string): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select (select count(*) from catalog.entity where owner_key = ${`provider:${name}`}) + (select count(*) from catalog.entity e
      join catalog.provider_location p on e.location_id = p.location_id where p.provider = ${name}) as n`.execute(db);
  return Number(rows[0]?.n ?? 0);
}
