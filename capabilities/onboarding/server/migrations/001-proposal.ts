import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What repositories could say of themselves, one for each. */
export const proposal: Migration = {
  async up(db) {
    await sql`
      create table onboarding.proposal (
        id text primary key,
        -- Names the repository, equal for all its files.
        repository text not null unique,
        label text not null,
        type text not null check (type in ('repository', 'forge')),
        path text not null,
        text text not null,
        -- Edited by a person: scans leave the text alone.
        edited boolean not null default false,
        refs jsonb not null,
        owner_ref text,
        repository_owners jsonb not null,
        evidence jsonb not null,
        confidence text not null check (confidence in ('high', 'medium', 'low')),
        state text not null check (state in ('proposed', 'opened', 'merged', 'dismissed')),
        -- { number, href } once it is opened.
        pull_request jsonb,
        -- Why the last try to open it failed.
        error text,
        scanned_at timestamptz not null,
        updated_at timestamptz not null
      );
      create index proposal_state on onboarding.proposal (state, label);
    `.execute(db);
  },
};
