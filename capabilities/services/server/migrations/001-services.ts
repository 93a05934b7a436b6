import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Deleted services, so that kept data finds its owners; and addresses with a password, sealed, while their import goes on. */
export const servicesMigration: Migration = {
  async up(db) {
    await sql`
      create table services.deleted_service (
        component text not null,
        run_id text not null,
        title text not null,
        owner_refs jsonb not null,
        repository text,
        actor_ref text not null,
        actor_name text not null,
        deleted_at timestamptz not null,
        primary key (component, run_id)
      )`.execute(db);
    await sql`
      create table services.sealed_source (
        id text primary key,
        sealed text not null,
        created_at timestamptz not null
      )`.execute(db);
  },
};
