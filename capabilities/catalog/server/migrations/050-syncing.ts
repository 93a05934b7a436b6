import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What a sync remembers. `print` tells whether a document has to be read at all; `turn` grows with every write of a location's
 * sync, so that one that read before another wrote starts again; a removal that is too large waits in `pending_removal`.
 */
export const syncing: Migration = {
  async up(db) {
    await sql`
      alter table catalog.entity add column print text collate "C" not null default '';
      alter table catalog.location add column turn bigint not null default 0;

      create table catalog.pending_removal (
        location_id uuid primary key references catalog.location (id) on delete cascade,
        refs text[] not null,
        -- How many entities the source held.
        held integer not null,
        since timestamptz not null,
        confirmed_by text,
        confirmed_at timestamptz
      );

      -- Narrow, with one entry per entity: its twenty rows stand side by side, so the key need not be part of it.
      drop index catalog.search_entity;
      create index search_entity on catalog.search (entity_id);

      -- Room on each page for the next version of a row: relations change often, and then no index has to.
      alter table catalog.entity set (fillfactor = 80);
    `.execute(db);
  },
};
