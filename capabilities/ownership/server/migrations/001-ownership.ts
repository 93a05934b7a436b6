import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What owners said of what they own (nothing is ever changed or removed), and when they were asked last. */
export const ownershipMigration: Migration = {
  async up(db) {
    await sql`
      create table ownership.word (
        id bigint generated always as identity primary key,
        entity_ref text collate "C" not null,
        owner_ref text collate "C" not null,
        verdict text not null check (verdict in ('confirmed', 'disowned')),
        by_ref text not null,
        by_name text not null,
        note text,
        at timestamptz not null
      );
      create index word_entity on ownership.word (entity_ref, id desc);
      create table ownership.asked (
        entity_ref text collate "C" primary key,
        owner_ref text not null,
        at timestamptz not null
      )`.execute(db);
  },
};
