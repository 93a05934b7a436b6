import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which commits were built by which run, what came out, and how their tests went. */
export const pipelineTables: Migration = {
  async up(db) {
    await sql`
      create table pipelines.pipeline_run (
        run_id text primary key,
        pipeline text not null,
        repository text not null,
        branch text not null,
        commit text not null,
        trigger text not null,
        created_at timestamptz not null default now()
      )`.execute(db);
    await sql`create index pipeline_run_commit on pipelines.pipeline_run (repository, commit, created_at desc)`.execute(db);
    await sql`
      create table pipelines.artifact (
        digest text not null,
        repository text not null,
        commit text not null,
        type text not null,
        location text not null,
        size bigint not null,
        version text not null,
        sbom text,
        provenance text,
        run_id text not null,
        created_at timestamptz not null default now(),
        primary key (digest, repository, commit)
      )`.execute(db);
    await sql`create index artifact_commit on pipelines.artifact (repository, commit, created_at desc)`.execute(db);
    await sql`
      create table pipelines.test_report (
        run_id text not null,
        step text not null,
        format text not null,
        passed integer not null,
        failed integer not null,
        skipped integer not null,
        cases jsonb not null,
        primary key (run_id, step)
      )`.execute(db);
  },
};
