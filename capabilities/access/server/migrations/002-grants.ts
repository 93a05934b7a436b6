import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Roles, personal tokens, one-time links and the memory of failed sign-ins. Secrets are SHA-256 digests. */
export const grantsMigration: Migration = {
  async up(db) {
    await sql`
      create table access.role_assignment (
        subject_ref text primary key,
        role text not null,
        assigned_by text not null,
        assigned_at timestamptz not null
      )`.execute(db);
    await sql`
      create table access.token (
        id text primary key,
        digest text not null unique,
        user_ref text not null,
        name text not null,
        -- Set for tokens that act with a fixed role whatever the user's is (made by whoever reads the data directory).
        role text,
        created_by text not null,
        created_at timestamptz not null,
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz
      )`.execute(db);
    await sql`create index token_of_user on access.token (user_ref)`.execute(db);
    await sql`
      create table access.link (
        id text primary key,
        digest text not null unique,
        purpose text not null,
        user_ref text,
        created_by text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
      )`.execute(db);
    await sql`
      create table access.sign_in_attempt (
        id bigint generated always as identity primary key,
        account text not null,
        address text not null,
        at timestamptz not null
      )`.execute(db);
    await sql`create index sign_in_attempt_account on access.sign_in_attempt (account, at)`.execute(db);
    await sql`create index sign_in_attempt_address on access.sign_in_attempt (address, at)`.execute(db);
    await sql`create index sign_in_attempt_at on access.sign_in_attempt (at)`.execute(db);
  },
};
