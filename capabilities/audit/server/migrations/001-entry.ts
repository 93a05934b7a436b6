import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Writers insert into `pending`; a trigger deferred to the commit moves the rows into the chain. The chain's lock is
 * therefore held only while a transaction commits, and never while it waits for another lock (no deadlocks).
 */
export const entryMigration: Migration = {
  async up(db) {
    // Columns for queries are generated from the hashed text: nobody can change one without the other.
    await sql`
      create table audit.entry (
        seq bigint primary key,
        body text not null,
        previous text not null,
        hash text not null unique,
        actor_ref text not null generated always as ((body::jsonb) #>> '{actor,ref}') stored,
        action text not null generated always as ((body::jsonb) ->> 'action') stored,
        subject text not null generated always as ((body::jsonb) ->> 'subject') stored,
        -- ISO 8601 in UTC sorts as text; a cast to timestamptz would not be immutable.
        at text collate "C" not null generated always as ((body::jsonb) ->> 'at') stored
      )`.execute(db);
    await sql`create index entry_actor on audit.entry (actor_ref, seq)`.execute(db);
    await sql`create index entry_subject on audit.entry (subject, seq)`.execute(db);
    await sql`create index entry_action on audit.entry (action text_pattern_ops, seq)`.execute(db);

    await sql`
      create function audit.refuse() returns trigger language plpgsql as $$
      begin
        raise exception 'The audit log is append-only.' using errcode = 'insufficient_privilege';
      end $$`.execute(db);
    await sql`create trigger append_only before update or delete on audit.entry for each row execute function audit.refuse()`.execute(db);
    await sql`create trigger no_truncate before truncate on audit.entry for each statement execute function audit.refuse()`.execute(db);

    await sql`create table audit.pending (id bigint generated always as identity primary key, body text not null)`.execute(db);
    await sql`
      create function audit.append() returns trigger language plpgsql as $$
      declare
        head record;
        next_seq bigint := 1;
        prior text := repeat('0', 64);
      begin
        perform pg_advisory_xact_lock(hashtextextended('paved.audit', 0));
        select seq, hash into head from audit.entry order by seq desc limit 1;
        if found then
          next_seq := head.seq + 1;
          prior := head.hash;
        end if;
        insert into audit.entry (seq, body, previous, hash)
        values (next_seq, new.body, prior, encode(sha256(decode(prior, 'hex') || convert_to(new.body, 'UTF8')), 'hex'));
        delete from audit.pending where id = new.id;
        return null;
      end $$`.execute(db);
    await sql`
      create constraint trigger append after insert on audit.pending
      deferrable initially deferred for each row execute function audit.append()`.execute(db);
  },
};
