import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { Problem } from '@paved/kernel';
import type { EntityProvider, ProvidedLocation } from '../../index.ts';
import { kindsForEverybody } from '../../model/location.ts';
import { keepLocations } from '../history/beside/store.ts';

/** What goes when a provider does not name some locations any more. */
export interface LocationsGone {
  /** Of the provider alone: they go with everything they brought. */
  readonly ids: readonly string[];
  readonly targets: readonly string[];
}

/** Notes which providers are configured now. */
export async function registerProviders(tx: Database, providers: readonly EntityProvider[]): Promise<void> {
  const column = <K extends 'name' | 'type' | 'target' | 'schedule'>(key: K): string[] => providers.map((provider) => provider[key]);
  await sql`update catalog.provider set configured = false where configured and not name = any(${column('name')})`.execute(tx);
  await sql`
    insert into catalog.provider (name, type, target, schedule, configured)
    select *, true from unnest(${column('name')}::text[], ${column('type')}::text[], ${column('target')}::text[], ${column('schedule')}::text[])
    on conflict (name) do update set type = excluded.type, target = excluded.target, schedule = excluded.schedule, configured = true`.execute(
    tx,
  );
}

/** Makes sure a provider that came after the start is known. */
export async function ensureProvider(db: Database, { name, type, target, schedule }: EntityProvider): Promise<void> {
  await sql`insert into catalog.provider (name, type, target, schedule, configured) values (${name}, ${type}, ${target}, ${schedule}, true)
    on conflict (name) do nothing`.execute(db);
}

export async function noteStart(db: Database, name: string, runId: string, at: Date): Promise<void> {
  await sql`update catalog.provider set started_at = ${at}, run_id = ${runId} where name = ${name}`.execute(db);
}

/** Notes how a sync went; `held` is what waits for a confirmation. */
export async function noteEnd(
  db: Database,
  name: string,
  outcome: { error: string | null; retryAt?: Date | undefined; held?: { removed: number; of: number } | undefined },
  at: Date,
): Promise<void> {
  await sql`
    update catalog.provider set synced_at = ${at}, succeeded_at = case when ${outcome.error}::text is null then ${at}::timestamptz else succeeded_at end,
      error = ${outcome.error}, retry_at = ${outcome.retryAt ?? null}::timestamptz, held = ${outcome.held === undefined ? null : JSON.stringify(outcome.held)}::jsonb
    where name = ${name}`.execute(db);
}

/** Replaces the problems of what a provider brought itself. */
export async function noteProblems(tx: Database, name: string, problems: readonly Problem[]): Promise<void> {
  await sql`update catalog.provider set problems = ${JSON.stringify(problems)}::jsonb where name = ${name}`.execute(tx);
}

/** Forgets a provider that is not configured any more. */
export async function deleteProvider(tx: Database, name: string): Promise<void> {
  await sql`delete from catalog.provider where name = ${name}`.execute(tx);
}

/**
 * Makes sure a provider's locations are there. One that a person or the configuration registered stays theirs, and is only
 * watched along. Whoever may push to a discovered repository writes its files, so they hold the kinds for everybody; catalog.rules
 * allows more. Answers how many are new.
 */
export async function addLocations(
  tx: Database,
  name: string,
  locations: readonly ProvidedLocation[],
  createdBy: string,
  at: Date,
): Promise<number> {
  if (locations.length === 0) return 0;
  const targets = locations.map((location) => location.target);
  const added = await sql<{ id: string }>`
    insert into catalog.location (type, target, origin, created_by, kinds, created_at)
    select distinct 'url', t.target, ${`provider:${name}`}, ${createdBy}, ${kindsForEverybody}::text[], ${at}::timestamptz from unnest(${targets}::text[]) as t (target)
    on conflict (type, target) do nothing returning id`.execute(tx);
  await sql`
    insert into catalog.provider_location as p (provider, location_id, stamp)
    select distinct on (l.id) ${name}, l.id, t.stamp from unnest(${targets}::text[], ${locations.map((l) => l.stamp ?? null)}::text[]) as t (target, stamp)
    join catalog.location l on l.type = 'url' and l.target = t.target
    on conflict (provider, location_id) do update set stamp = excluded.stamp where p.stamp is distinct from excluded.stamp`.execute(tx);
  return added.rows.length;
}

/** The locations that only this provider names, among these targets; with `except`, all but these. */
export async function locationsToRemove(
  tx: Database,
  name: string,
  which: { targets: readonly string[] } | { except: readonly string[] },
): Promise<LocationsGone> {
  const chosen = 'targets' in which ? sql`l.target = any(${which.targets})` : sql`not l.target = any(${which.except})`;
  const { rows } = await sql<{ id: string; target: string; alone: boolean }>`
    select l.id, l.target, l.origin like 'provider:%' and not exists (
      select from catalog.provider_location o where o.location_id = l.id and o.provider <> ${name}) as alone
    from catalog.provider_location p join catalog.location l on l.id = p.location_id where p.provider = ${name} and ${chosen}`.execute(tx);
  const alone = rows.filter((row) => row.alone);
  return { ids: alone.map((row) => row.id), targets: rows.map((row) => row.target) };
}

/** Forgets locations; those that others name too stay for them. */
export async function removeLocations(tx: Database, name: string, gone: LocationsGone, at: Date): Promise<void> {
  await sql`
    delete from catalog.provider_location p using catalog.location l
    where p.location_id = l.id and p.provider = ${name} and l.target = any(${gone.targets})`.execute(tx);
  await keepLocations(tx, gone.ids, at);
  await sql`delete from catalog.location where id = any(${gone.ids}::uuid[])`.execute(tx);
}

/** Notes that a location was read at this stamp. */
export async function noteRead(db: Database, name: string, locationId: string, stamp: string | null): Promise<void> {
  await sql`update catalog.provider_location set read_stamp = ${stamp} where provider = ${name} and location_id = ${locationId}::uuid`.execute(
    db,
  );
}
