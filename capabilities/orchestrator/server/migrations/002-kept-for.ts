import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who owned what was kept aside: a later service of the same name gets its data only when it is theirs. */
export const keptForMigration: Migration = {
  async up(db) {
    await sql`alter table orchestrator.resource add column kept_for text[] not null default '{}'`.execute(db);
  },
};
