import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Runs, their steps and logs, the workers that carry them out, and schedules. */
export const createRuns: Migration = {
  async up(db: Kysely<never>) {
    await sql`
      create table runs.run (
        id text primary key,
        kind text not null,
        title text not null,
        status text not null check (status in ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
        subjects text[] not null default '{}',
        actor jsonb not null,
        actor_ref text not null,
        cause jsonb not null,
        input json not null,
        output json,
        error jsonb,
        -- Runs with the same key share a concurrency limit.
        limit_key text,
        dedupe_key text unique,
        -- Who asked to cancel, and why: the worker stops at the next opportunity.
        cancel jsonb,
        -- Times it was carried out, by whichever worker, for whichever reason.
        attempt integer not null default 0,
        -- Workers that died while carrying it out, since a step last succeeded.
        crashes integer not null default 0,
        -- Grows with each retry: the engine knows one workflow per generation.
        generation integer not null default 1,
        -- The lease: results are written only by this worker with this epoch.
        worker text,
        epoch integer not null default 0,
        released_at timestamptz,
        created_at timestamptz not null,
        started_at timestamptz,
        ended_at timestamptz,
        tidied boolean not null default false
      )`.execute(db);
    await sql`create index run_status on runs.run (status, id desc)`.execute(db);
    await sql`create index run_active on runs.run (kind, status, limit_key) where status in ('queued', 'running', 'waiting')`.execute(db);
    await sql`create index run_kind on runs.run (kind, id desc)`.execute(db);
    await sql`create index run_actor on runs.run (actor_ref, id desc)`.execute(db);
    await sql`create index run_subjects on runs.run using gin (subjects)`.execute(db);
    await sql`create index run_untidied on runs.run (ended_at) where not tidied and ended_at is not null`.execute(db);
    await sql`
      create table runs.step (
        run_id text not null references runs.run (id) on delete cascade,
        id text not null,
        place integer not null,
        title text not null,
        parent text,
        status text not null check (status in ('pending', 'running', 'succeeded', 'failed', 'skipped', 'cancelled', 'undone')),
        attempt integer not null default 0,
        started_at timestamptz,
        ended_at timestamptz,
        error text,
        -- What people see of the result.
        shown json,
        -- What replay gives back: { "value": … } or { "failure": … }. Text order is kept, hence json.
        checkpoint json,
        primary key (run_id, id)
      )`.execute(db);
    await sql`
      create table runs.log (
        seq bigint generated always as identity,
        run_id text not null references runs.run (id) on delete cascade,
        step text not null,
        from_line integer not null,
        to_line integer not null,
        bytes integer not null,
        lines json not null,
        primary key (run_id, step, from_line)
      )`.execute(db);
    await sql`create index log_order on runs.log (run_id, seq)`.execute(db);
    await sql`
      create table runs.worker (
        id text primary key,
        replica text not null,
        -- The machine (and process namespace) it runs on, its number and start: neighbours see at once that it died.
        home text not null,
        pid integer not null,
        pid_started text not null,
        beat_at timestamptz not null
      )`.execute(db);
    await sql`
      create table runs.schedule (
        name text primary key,
        cron text not null,
        last_due timestamptz not null
      )`.execute(db);
  },
};
