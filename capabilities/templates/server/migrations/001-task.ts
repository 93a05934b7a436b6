import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a run of a template was started with, and Backstage's event list of it. */
export const task: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create table templates.task (
      run_id text primary key,
      template_ref text not null,
      document jsonb not null,
      form_values jsonb not null,
      sealed_secrets text,
      user_ref text not null,
      user_entity jsonb,
      created_at timestamptz not null
    )`.execute(db);
    await sql`create index task_created on templates.task (created_at desc)`.execute(db);
    await sql`create index task_template on templates.task (template_ref, created_at desc)`.execute(db);
    await sql`create table templates.task_event (
      id bigint primary key generated always as identity,
      run_id text not null references templates.task on delete cascade,
      once text,
      type text not null,
      body jsonb not null,
      created_at timestamptz not null,
      unique (run_id, once)
    )`.execute(db);
    await sql`create index task_event_run on templates.task_event (run_id, id)`.execute(db);
  },
};
