import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Views of the catalog's list that people keep: the address's query under a name. */
export const savedViews: Migration = {
  async up(db) {
    await sql`
      create table catalog.saved_view (
        id uuid primary key default gen_random_uuid(),
        name text not null,
        query text not null,
        owner_ref text not null,
        -- 'me', 'team' (then team_ref says which) or 'everybody'.
        audience text not null check (audience in ('me', 'team', 'everybody')),
        team_ref text check ((audience = 'team') = (team_ref is not null)),
        -- The kind (lower case) whose list opens with this view, for everybody who sees it.
        default_for text,
        created_at timestamptz not null,
        updated_at timestamptz not null
      );
      create index saved_view_owner on catalog.saved_view (owner_ref);
    `.execute(db);
  },
};
