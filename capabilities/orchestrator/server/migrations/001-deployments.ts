import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const deploymentsMigration: Migration = {
  async up(db) {
    await sql`
      create table orchestrator.deployment_set (
        id text primary key,
        component text not null,
        body jsonb not null,
        artifact_location text,
        created_at timestamptz not null
      )`.execute(db);
    await sql`
      create table orchestrator.deployment (
        id text primary key,
        seq bigint generated always as identity unique,
        component text not null,
        environment text not null,
        version text not null,
        commit text,
        mode text not null,
        status text not null,
        run_id text not null,
        set_id text references orchestrator.deployment_set,
        plan_digest text,
        -- What was asked for: Score text, artifact, expected plan.
        request jsonb not null,
        -- What the plan was made from and with, so that apply sees the same and old decisions stay explainable.
        plan jsonb,
        lock jsonb,
        variables jsonb,
        facts jsonb,
        actor jsonb not null,
        error text,
        idempotency_key text,
        created_at timestamptz not null,
        ended_at timestamptz
      )`.execute(db);
    await sql`create unique index deployment_once on orchestrator.deployment (component, environment, idempotency_key) where idempotency_key is not null`.execute(
      db,
    );
    await sql`create index deployment_place on orchestrator.deployment (component, environment, seq desc)`.execute(db);
    await sql`create index deployment_environment on orchestrator.deployment (environment, seq desc)`.execute(db);
    await sql`create index deployment_run on orchestrator.deployment (run_id)`.execute(db);
    await sql`
      create table orchestrator.resource (
        uid text primary key,
        -- Who asked for it first; consumers are all who use it now.
        component text not null,
        environment text not null,
        key text not null,
        type text not null,
        class text not null,
        id text not null,
        definition text not null,
        driver text not null,
        stateful boolean not null,
        status text not null,
        consumers text[] not null,
        depends_on text[] not null,
        -- Of the last successful apply.
        input_digest text,
        inputs jsonb,
        state jsonb,
        outputs jsonb,
        -- The deployment that applied it last, and the one that is at it now.
        deployment_id text,
        holder text,
        health text,
        reason text,
        facts jsonb,
        error text,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`.execute(db);
    await sql`create index resource_environment on orchestrator.resource (environment, type)`.execute(db);
    await sql`create index resource_consumers on orchestrator.resource using gin (consumers)`.execute(db);
  },
};
