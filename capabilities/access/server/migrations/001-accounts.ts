import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The tables that better-auth 1.7 reads and writes (core and device authorization), with two columns of ours on "user".
 * `session.token`, `"deviceCode"."deviceCode"` and `"userCode"` hold SHA-256 digests only.
 */
export const accountsMigration: Migration = {
  async up(db) {
    await sql`
      create table access."user" (
        id text not null primary key,
        name text not null,
        email text not null unique,
        "emailVerified" boolean not null,
        image text,
        "createdAt" timestamptz default current_timestamp not null,
        "updatedAt" timestamptz default current_timestamp not null,
        "userRef" text not null unique,
        "suspendedAt" timestamptz
      )`.execute(db);
    await sql`
      create table access.session (
        id text not null primary key,
        "expiresAt" timestamptz not null,
        token text not null unique,
        "createdAt" timestamptz default current_timestamp not null,
        "updatedAt" timestamptz not null,
        "ipAddress" text,
        "userAgent" text,
        "userId" text not null references access."user" (id) on delete cascade
      )`.execute(db);
    await sql`create index session_of_user on access.session ("userId")`.execute(db);
    await sql`
      create table access.account (
        id text not null primary key,
        "accountId" text not null,
        "providerId" text not null,
        "userId" text not null references access."user" (id) on delete cascade,
        "accessToken" text,
        "refreshToken" text,
        "idToken" text,
        "accessTokenExpiresAt" timestamptz,
        "refreshTokenExpiresAt" timestamptz,
        scope text,
        password text,
        "createdAt" timestamptz default current_timestamp not null,
        "updatedAt" timestamptz not null
      )`.execute(db);
    await sql`create index account_of_user on access.account ("userId")`.execute(db);
    await sql`
      create table access.verification (
        id text not null primary key,
        identifier text not null,
        value text not null,
        "expiresAt" timestamptz not null,
        "createdAt" timestamptz default current_timestamp not null,
        "updatedAt" timestamptz default current_timestamp not null
      )`.execute(db);
    await sql`create index verification_identifier on access.verification (identifier)`.execute(db);
    await sql`
      create table access."deviceCode" (
        id text not null primary key,
        "deviceCode" text not null unique,
        "userCode" text not null unique,
        "userId" text,
        "expiresAt" timestamptz not null,
        status text not null,
        "lastPolledAt" timestamptz,
        "pollingInterval" integer,
        "clientId" text,
        scope text
      )`.execute(db);
  },
};
