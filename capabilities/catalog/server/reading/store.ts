import { sql } from 'kysely';
import type { Database } from '@paved/host';
import type { SyncOutcome } from '../sync.ts';
import type { Resolved } from './sources.ts';

export type Part = Resolved & { readonly revision: string };

/** How reading a source goes. */
export interface SourceState {
  readonly locationId: string;
  readonly nextReadAt: Date | null;
  readonly waitsForHost: boolean;
  readonly failures: number;
  readonly askedAt: Date | null;
  readonly runId: string | null;
  readonly readAt: Date | null;
  readonly durationMs: number | null;
  readonly outcome: SyncOutcome | null;
  readonly failure: string | null;
  readonly failureFix: string | null;
  readonly parts: readonly Part[] | null;
  readonly judgedBy: string | null;
  readonly leftConfigAt: Date | null;
}

const columns = sql`location_id as "locationId", next_read_at as "nextReadAt", waits_for_host as "waitsForHost", failures, asked_at as "askedAt", run_id as "runId",
  read_at as "readAt", duration_ms as "durationMs", outcome, failure, failure_fix as "failureFix", parts, judged_by as "judgedBy", left_config_at as "leftConfigAt"`;
/** Without what was read: it can be long, and lists do not show it. */
const columnsOfAll = sql`location_id as "locationId", next_read_at as "nextReadAt", waits_for_host as "waitsForHost", failures, asked_at as "askedAt", run_id as "runId",
  read_at as "readAt", duration_ms as "durationMs", outcome, failure, failure_fix as "failureFix", null::jsonb as parts, judged_by as "judgedBy", left_config_at as "leftConfigAt"`;

export async function stateOf(db: Database, locationId: string): Promise<SourceState | undefined> {
  return (await sql<SourceState>`select ${columns} from catalog.source_state where location_id = ${locationId}::uuid`.execute(db)).rows[0];
}

export async function allStates(db: Database): Promise<Map<string, SourceState>> {
  const { rows } = await sql<SourceState>`select ${columnsOfAll} from catalog.source_state`.execute(db);
  return new Map(rows.map((row) => [row.locationId, row]));
}

/**
 * Takes sources whose time has come, so that of several servers only one asks. Discovered places are their provider's.
 * `until`: when another server may, should this one die.
 */
export async function claimDue(db: Database, now: Date, until: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into catalog.source_state as s (location_id, claimed_until)
    select l.id, ${until}::timestamptz from catalog.location l left join catalog.source_state t on t.location_id = l.id
    where l.type in ('url', 'git') and l.origin not like 'provider:%'
      and (t.next_read_at is null or t.next_read_at <= ${now}) and (t.claimed_until is null or t.claimed_until <= ${now})
    order by t.next_read_at nulls first limit ${limit}
    on conflict (location_id) do update set claimed_until = excluded.claimed_until where s.claimed_until is null or s.claimed_until <= ${now}
    returning s.location_id as id`.execute(db);
  return rows.map((row) => row.id);
}

/** Ends a claim: a source was asked, and nothing had to be read. */
export async function noteAsked(
  db: Database,
  locationId: string,
  asked: { at: Date; nextReadAt: Date; waitsForHost: boolean; host: string | null; failures: number; parts?: readonly Part[] | undefined },
): Promise<void> {
  await sql`
    insert into catalog.source_state as s (location_id, asked_at, next_read_at, waits_for_host, host, failures, parts)
    values (${locationId}::uuid, ${asked.at}, ${asked.nextReadAt}, ${asked.waitsForHost}, ${asked.host}, ${asked.failures}, ${asked.parts === undefined ? null : JSON.stringify(asked.parts)}::jsonb)
    on conflict (location_id) do update set asked_at = excluded.asked_at, host = excluded.host, claimed_until = null, failures = excluded.failures,
      parts = coalesce(excluded.parts, s.parts), waits_for_host = excluded.waits_for_host, next_read_at = excluded.next_read_at`.execute(
    db,
  );
}

/** What stood at the addresses of a source when it was read. */
export async function noteParts(db: Database, locationId: string, parts: readonly Part[] | undefined): Promise<void> {
  await sql`update catalog.source_state set parts = ${parts === undefined ? null : JSON.stringify(parts)}::jsonb, claimed_until = null where location_id = ${locationId}::uuid`.execute(
    db,
  );
}

/** A host asked for patience: none of its sources is asked before. */
export async function delayHost(db: Database, host: string, until: Date): Promise<void> {
  await sql`update catalog.source_state set next_read_at = greatest(next_read_at, ${until}::timestamptz), waits_for_host = true where host = ${host}`.execute(
    db,
  );
}

/** A run has read a source. Two attempts of one run count as one failure. */
export async function noteRead(
  tx: Database,
  locationId: string,
  read: {
    at: Date;
    runId: string | null;
    durationMs: number;
    judgedBy: string;
    host: string | null;
    failure: { message: string; fix?: string | undefined } | null;
    outcome: SyncOutcome | null;
  },
): Promise<number> {
  const { rows } = await sql<{ failures: number }>`
    insert into catalog.source_state as s (location_id, run_id, read_at, asked_at, duration_ms, judged_by, host, failure, failure_fix, outcome, failures)
    values (${locationId}::uuid, ${read.runId}, ${read.at}, ${read.at}, ${read.durationMs}, ${read.judgedBy}, ${read.host}, ${read.failure?.message ?? null}, ${read.failure?.fix ?? null},
      ${read.outcome === null ? null : JSON.stringify(read.outcome)}::jsonb, ${read.failure === null ? 0 : 1})
    on conflict (location_id) do update set
      failures = case when excluded.failure is null then 0 when s.run_id = excluded.run_id and s.failure is not null then s.failures else s.failures + 1 end,
      run_id = excluded.run_id, read_at = excluded.read_at, asked_at = excluded.asked_at, duration_ms = excluded.duration_ms, judged_by = excluded.judged_by, host = excluded.host,
      failure = excluded.failure, failure_fix = excluded.failure_fix, outcome = coalesce(excluded.outcome, s.outcome)
    returning failures`.execute(tx);
  return rows[0]?.failures ?? 0;
}

export async function setNextRead(db: Database, locationId: string, next: { at: Date; waitsForHost: boolean }): Promise<void> {
  await sql`update catalog.source_state set next_read_at = ${next.at}, waits_for_host = ${next.waitsForHost}, claimed_until = null where location_id = ${locationId}::uuid`.execute(
    db,
  );
}

/** Sources of the configuration that it does not name any more, and those that it names again. Answers how many left just now. */
export async function noteConfigured(db: Database, configured: readonly string[], at: Date): Promise<number> {
  await sql`update catalog.source_state set left_config_at = null where location_id = any(${configured}::uuid[]) and left_config_at is not null`.execute(
    db,
  );
  const { rows } = await sql`
    insert into catalog.source_state as s (location_id, left_config_at)
    select id, ${at}::timestamptz from catalog.location where origin = 'config' and id <> all(${configured}::uuid[])
    on conflict (location_id) do update set left_config_at = excluded.left_config_at where s.left_config_at is null returning location_id`.execute(
    db,
  );
  return rows.length;
}
