import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How reading each source goes and when it is due again; entities that no source names any more but that are kept. */
export const sourceState: Migration = {
  async up(db) {
    await sql`
      create table catalog.source_state (
        location_id uuid primary key references catalog.location (id) on delete cascade,
        -- Of an address: sources of one host wait together when it asks for patience.
        host text,
        -- Addresses and repositories only; files are watched.
        next_read_at timestamptz,
        -- Set while the host asked for patience.
        waits_for_host boolean not null default false,
        failures integer not null default 0,
        -- One server asks; after this time another may.
        claimed_until timestamptz,
        asked_at timestamptz,
        run_id text,
        read_at timestamptz,
        duration_ms integer,
        outcome jsonb,
        failure text,
        failure_fix text,
        -- What was read at the last look, to ask cheaply whether it changed.
        parts jsonb,
        -- What decided about documents then: kinds and rules of the configuration.
        judged_by text,
        -- Since when the configuration does not name it any more.
        left_config_at timestamptz
      );
      create index source_state_due on catalog.source_state (next_read_at);

      create table catalog.orphan (
        ref text collate "C" primary key,
        location_id uuid references catalog.location (id) on delete set null,
        -- Type and target of that source.
        location text not null,
        -- The Location document that named its file, or that stands for the source.
        named_by text,
        source text not null,
        line integer not null,
        last_named_at timestamptz,
        since timestamptz not null
      );
    `.execute(db);
  },
};
