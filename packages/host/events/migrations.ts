import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The outbox and its readers. Written in the publisher's transaction; read after commit. */
export const eventMigrations: Record<string, Migration> = {
  '001_outbox': {
    async up(db) {
      await sql`
        create table host.event (
          id bigint generated always as identity primary key,
          -- Transactions end in another order than they draw ids; durable readers follow (xid, id) below the snapshot's xmin.
          xid xid8 not null default pg_current_xact_id(),
          type text not null,
          subject text not null,
          data jsonb not null,
          at timestamptz not null default now()
        )`.execute(db);
      await sql`create index event_position on host.event (xid, id)`.execute(db);
      await sql`create index event_at on host.event (at)`.execute(db);
      await sql`
        create table host.consumer (
          name text primary key,
          xid xid8 not null,
          id bigint not null
        )`.execute(db);
      await sql`
        create table host.parked_event (
          consumer text not null,
          event_id bigint not null,
          type text not null,
          subject text not null,
          data jsonb not null,
          error text not null,
          parked_at timestamptz not null default now(),
          primary key (consumer, event_id)
        )`.execute(db);
    },
  },
};
