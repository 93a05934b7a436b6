import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Webhook deliveries that were taken, so that none is taken twice. */
export const delivery: Migration = {
  async up(db) {
    await sql`
      create table forges.delivery (
        integration text not null,
        id text not null,
        changes integer not null,
        received_at timestamptz not null,
        primary key (integration, id)
      );
      create index delivery_received on forges.delivery (received_at);
    `.execute(db);
  },
};
