import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Texts of 8192 ids make a block; its number says which write changed one of them last. Servers that keep postings of a large
 * catalog in memory read again what is another block since.
 */
export const textBlocks: Migration = {
  async up(db) {
    await sql`
      create table catalog.text_block (block bigint primary key, n bigint not null);
      insert into catalog.text_block (block, n) select distinct t.id >> 13, g.n from catalog.entity_text t, catalog.generation g;
    `.execute(db);
  },
};
