import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * An entity's text is kept ready to send (`head`, `relations`, `status`); what queries look at stands in narrow columns and
 * rows beside it. Every write takes the one row of `generation` first: writers follow each other, readers never wait, and
 * its number tells whether a remembered count is still true.
 */
export const entities: Migration = {
  async up(db) {
    await sql`
      create table catalog.generation (one boolean primary key default true check (one), n bigint not null);
      insert into catalog.generation (n) values (1);

      create table catalog.location (
        id uuid primary key default gen_random_uuid(),
        type text not null,
        target text not null,
        origin text not null,
        created_by text not null,
        -- null: all kinds are taken; else only these.
        kinds text[],
        created_at timestamptz not null,
        revision text,
        synced_at timestamptz,
        error text,
        unique (type, target)
      );

      create table catalog.entity (
        id bigint generated always as identity primary key,
        ref text collate "C" not null,
        uid uuid not null default gen_random_uuid(),
        kind text collate "C" not null,
        kind_title text collate "C" not null,
        namespace text collate "C" not null,
        name text collate "C" not null,
        words text collate "C" not null,
        head text not null,
        relations text not null default '[]',
        status text,
        etag text not null default '',
        hash text not null,
        owner_key text not null,
        location_id uuid,
        source text not null,
        document integer not null default 0,
        line integer not null default 1,
        parent_ref text,
        created_at timestamptz not null,
        updated_at timestamptz not null
      );
      create unique index entity_ref on catalog.entity (ref);
      create unique index entity_uid on catalog.entity (uid);
      create index entity_kind_name on catalog.entity (kind, name, id);
      create index entity_name on catalog.entity (name, id);
      create index entity_owner on catalog.entity (owner_key, source);
      create index entity_source on catalog.entity (source);

      create table catalog.search (
        entity_id bigint not null,
        key text collate "C" not null,
        value text collate "C",
        original text collate "C",
        item smallint not null
      );
      create index search_lookup on catalog.search (key, value, entity_id) include (item, original);
      create index search_entity on catalog.search (entity_id, key);
      -- key and value depend on each other: without this the planner thinks spec.type=service is rare.
      alter table catalog.search alter column key set statistics 300;
      alter table catalog.search alter column value set statistics 300;
      create statistics catalog.search_terms (mcv) on key, value from catalog.search;
      alter statistics catalog.search_terms set statistics 300;

      create table catalog.edge (
        from_ref text collate "C" not null,
        type text collate "C" not null,
        to_ref text collate "C" not null,
        reverse text collate "C" not null,
        primary key (from_ref, type, to_ref)
      );
      create index edge_to on catalog.edge (to_ref, reverse);

      create table catalog.problem (
        id bigint generated always as identity primary key,
        location_id uuid not null references catalog.location (id) on delete cascade,
        kind text not null,
        source text not null,
        line integer not null,
        path text not null,
        ref text,
        other text,
        message text not null,
        fix text,
        since timestamptz not null
      );
      create index problem_location on catalog.problem (location_id);
      create index problem_ref on catalog.problem (ref);

      alter table catalog.entity set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
      alter table catalog.search set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
      alter table catalog.edge set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

      -- Trigrams make "contains" searches fast; without the extension they scan.
      do $$
      begin
        create extension if not exists pg_trgm;
        execute format('create index entity_words on catalog.entity using gin (words %I.gin_trgm_ops)',
          (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm'));
      exception when others then
        raise notice 'pg_trgm is not available: %', sqlerrm;
      end $$;
    `.execute(db);
  },
};
