import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Files that a pull request brings: the catalog reads them as soon as they are there, in the name of who proposed them. */
export const awaitedFile: Migration = {
  async up(db) {
    await sql`
      create table editing.awaited_file (
        address text primary key,
        repository text not null,
        actor jsonb not null,
        since timestamptz not null
      );
      create index awaited_file_repository on editing.awaited_file (repository);
    `.execute(db);
  },
};
