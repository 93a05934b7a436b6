import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Sealed values by path and version; clear variables beside them. */
export const secretMigration: Migration = {
  async up(db) {
    await sql`
      create table secrets.secret (
        path text primary key,
        version integer not null,
        updated_at timestamptz not null,
        updated_by text not null
      )`.execute(db);
    await sql`create index secret_prefix on secrets.secret (path text_pattern_ops)`.execute(db);
    // Old versions stay readable: a rollback deploys what it deployed then.
    await sql`
      create table secrets.secret_version (
        path text not null references secrets.secret on delete cascade,
        version integer not null,
        sealed text not null,
        created_at timestamptz not null,
        created_by text not null,
        primary key (path, version)
      )`.execute(db);
    await sql`
      create table secrets.variable (
        component text not null,
        environment text not null,
        name text not null,
        value text not null,
        version integer not null,
        updated_at timestamptz not null,
        updated_by text not null,
        primary key (component, environment, name)
      )`.execute(db);
  },
};
