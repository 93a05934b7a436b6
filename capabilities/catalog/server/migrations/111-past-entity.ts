import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Lists of the past know entities by id; each page of them looks at the versions of its own entities alone. */
export const pastEntity: Migration = {
  async up(db) {
    await sql`create index entity_past_entity on catalog.entity_past (entity_id, valid_to)`.execute(db);
  },
};
