import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What stood beside the entities: sources, their problems, removals that waited, orphans. Rows that change or go are few and are
 * looked at only for a time of the past, so they are kept whole in one table, as JSON. `began`: since when a row is as it is.
 */
export const besidePast: Migration = {
  async up(db) {
    await sql`
      create table catalog.beside_past (
        -- Name of the table that the row stood in.
        held_in text not null,
        row jsonb not null,
        valid_from timestamptz not null,
        valid_to timestamptz not null
      );
      create index beside_past_time on catalog.beside_past (held_in, valid_to);

      alter table catalog.location add column began timestamptz not null default '-infinity';
      alter table catalog.problem add column began timestamptz not null default '-infinity';
      alter table catalog.orphan add column began timestamptz not null default '-infinity';
      alter table catalog.pending_removal add column began timestamptz not null default '-infinity';
      update catalog.location set began = created_at;
      update catalog.problem set began = since;
      update catalog.orphan set began = since;
      update catalog.pending_removal set began = since;
    `.execute(db);
  },
};
