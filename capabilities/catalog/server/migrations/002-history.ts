import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What was. The present stays where it is; a version that a write replaces or removes moves to `entity_past`, an edge to
 * `edge_past`, in the same transaction. So a first ingestion writes nothing here but one row that says who wrote.
 *
 * The number of a write is the generation it made. `generation` also says who writes just now and when: the store's functions
 * take it from there, and times never go backwards, whatever the clocks of several servers say.
 */
export const history: Migration = {
  async up(db) {
    await sql`
      alter table catalog.generation
        add column at timestamptz not null default '-infinity',
        add column actor text,
        add column cause text,
        add column run text,
        add column revision text;

      -- Who changed something, why, and which commit it was read from: one row for each write that changed anything.
      create table catalog.written (
        n bigint primary key,
        at timestamptz not null,
        actor text not null,
        cause text not null,
        run text,
        revision text
      );

      alter table catalog.entity
        add column version integer not null default 1,
        add column since timestamptz,
        add column written bigint,
        add column revision text;
      update catalog.entity set since = created_at;
      alter table catalog.entity alter column since set not null;
      create index entity_since on catalog.entity (since);

      alter table catalog.edge add column since timestamptz not null default '-infinity';
      create index edge_since on catalog.edge (since);

      -- Versions that are over, and for what is gone one row without a head that says so (valid to infinity until it comes back).
      create table catalog.entity_past (
        id bigint generated always as identity primary key,
        entity_id bigint not null,
        ref text collate "C" not null,
        uid uuid not null,
        kind text collate "C" not null,
        kind_title text collate "C" not null,
        namespace text collate "C" not null,
        name text collate "C" not null,
        words text collate "C" not null,
        version integer not null,
        change text not null,
        head text,
        status text,
        owner_key text not null,
        location_id uuid,
        source text not null,
        document integer not null,
        line integer not null,
        parent_ref text,
        created_at timestamptz not null,
        valid_from timestamptz not null,
        valid_to timestamptz not null,
        written bigint,
        revision text
      );
      create unique index entity_past_version on catalog.entity_past (ref, version);
      create index entity_past_time on catalog.entity_past (valid_to, valid_from);
      create index entity_past_from on catalog.entity_past (valid_from);

      -- Search rows of past versions: made when somebody first asks about that time.
      create table catalog.search_past (
        -- No foreign key: checking each row would take longer than adding it.
        past_id bigint not null,
        key text collate "C" not null,
        value text collate "C",
        original text collate "C",
        item smallint not null
      );
      create index search_past_lookup on catalog.search_past (key, value, past_id);
      create index search_past_entity on catalog.search_past (past_id, key);

      create table catalog.edge_past (
        from_ref text collate "C" not null,
        type text collate "C" not null,
        to_ref text collate "C" not null,
        reverse text collate "C" not null,
        valid_from timestamptz not null,
        valid_to timestamptz not null
      );
      create index edge_past_from on catalog.edge_past (from_ref, valid_to);
      create index edge_past_to on catalog.edge_past (to_ref, valid_to);
      create index edge_past_time on catalog.edge_past (valid_to);

      -- Before this time nothing is known any more.
      create table catalog.history_horizon (one boolean primary key default true check (one), at timestamptz not null);
      insert into catalog.history_horizon (at) values ('-infinity');
    `.execute(db);
  },
};
