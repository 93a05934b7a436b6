import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Computed values that are over: they change by themselves, between the versions of their entity. */
export const computedPast: Migration = {
  async up(db) {
    await sql`
      alter table catalog.entity add column computed_since timestamptz;
      update catalog.entity set computed_since = created_at where computed is not null;

      create table catalog.computed_past (
        entity_id bigint not null,
        computed text not null,
        reasons text,
        -- Their search rows, as they stood: few, and looked at only for a time of the past.
        rows jsonb not null,
        valid_from timestamptz not null,
        valid_to timestamptz not null
      );
      create index computed_past_entity on catalog.computed_past (entity_id, valid_to);
      create index computed_past_time on catalog.computed_past (valid_to);
    `.execute(db);
  },
};
