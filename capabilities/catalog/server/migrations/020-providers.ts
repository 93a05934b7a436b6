import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Providers with how their last sync went, and the locations they discovered. */
export const providers: Migration = {
  async up(db) {
    await sql`
      create table catalog.provider (
        name text primary key,
        type text not null,
        target text not null,
        schedule text not null,
        -- Still in the configuration of a running server; others are kept with what they brought until someone removes them.
        configured boolean not null,
        started_at timestamptz,
        synced_at timestamptz,
        succeeded_at timestamptz,
        retry_at timestamptz,
        run_id text,
        error text,
        -- Set when a sync would have removed more than the threshold: what it would have removed.
        held jsonb,
        problems jsonb not null default '[]'
      );

      create table catalog.provider_location (
        provider text not null references catalog.provider (name) on delete cascade,
        location_id uuid not null references catalog.location (id) on delete cascade,
        -- Changes when the files may have changed; null: unknown, look every time.
        stamp text,
        read_stamp text,
        primary key (provider, location_id)
      );
      create index provider_location_location on catalog.provider_location (location_id);
    `.execute(db);
  },
};
