import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Declared kinds and computed properties. The EntityKind documents themselves are entities like others and the only truth;
 * `declared_kind` remembers by which declaration the entities of a kind were last judged, so that a change is carried through
 * once, by whichever replica gets there. `computed_due` lists entities whose computed properties may be others now.
 */
export const kinds: Migration = {
  async up(db) {
    await sql`
      create table catalog.declared_kind (
        -- Lower case.
        kind text primary key,
        ref text not null,
        digest text not null,
        computed_digest text not null,
        computes boolean not null,
        gone boolean not null
      );

      alter table catalog.entity add column computed text, add column computed_reasons text;

      create sequence catalog.computed_due_seq;
      create table catalog.computed_due (
        ref text collate "C" primary key,
        -- The entity itself changed (or went), so what reads it through a relation is due too.
        changed boolean not null,
        -- A note that comes while its entity is being computed is a new one, and stays.
        seq bigint not null default nextval('catalog.computed_due_seq')
      );

      -- Properties that took too long; left out until their declaration changes.
      create table catalog.computed_trouble (
        kind text not null,
        name text not null,
        digest text not null,
        reason text not null,
        since timestamptz not null,
        primary key (kind, name)
      );
    `.execute(db);
  },
};
