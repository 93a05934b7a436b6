import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Facts are only ever added: the trigger refuses every other change. */
export const fact: Migration = {
  async up(db) {
    await sql`
      create table delivery.fact (
        seq bigint generated always as identity primary key,
        id text not null unique,
        type text not null,
        subject_id text not null,
        content jsonb not null,
        entity_ref text,
        environment text,
        commit text,
        run_id text,
        at timestamptz not null,
        received_at timestamptz not null default now()
      )`.execute(db);
    await sql`create index fact_entity on delivery.fact (entity_ref, at desc)`.execute(db);
    await sql`create index fact_type on delivery.fact (type, at desc)`.execute(db);
    await sql`create index fact_commit on delivery.fact (commit)`.execute(db);
    await sql`
      create function delivery.refuse_change() returns trigger language plpgsql as $$
      begin raise exception 'Facts are append-only.'; end $$`.execute(db);
    await sql`create trigger fact_append_only before update or delete or truncate on delivery.fact for each statement execute function delivery.refuse_change()`.execute(
      db,
    );
  },
};
