import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Old versions that are kept are few; counting and listing them looks at these alone. */
export const staleEntities: Migration = {
  async up(db) {
    await sql`create index entity_stale on catalog.entity (id) where status is not null`.execute(db);
  },
};
