import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Words of names, titles and descriptions. A search for text looks for the words that hold it, which are few, and then for the
 * entities that have one of them: the index answers exactly, and what is read per entity is a narrow row instead of the whole.
 */
export const words: Migration = {
  async up(db) {
    await sql`
      -- Words stay until the night when nobody has them any more; they find nothing then.
      create table catalog.word (
        id integer generated always as identity primary key,
        word text collate "C" not null unique
      );

      -- What lists narrowed by text look at: one row per entity, with the ids of its words.
      create table catalog.entity_text (
        id bigint primary key,
        kind text collate "C" not null,
        kind_title text collate "C" not null,
        namespace text collate "C" not null,
        name text collate "C" not null,
        words integer[] not null
      );
      create temporary table word_of on commit drop as
        select distinct e.id, case when length(w) <= 200 then w else substr(w, 1 + n * 100, 200) end collate "C" as word
        from catalog.entity e, regexp_split_to_table(e.words, '[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]+') as w,
          generate_series(0, greatest(0, (length(w) - 101) / 100)) as n
        where w <> '' and (n = 0 or length(w) > 200);
      insert into catalog.word (word) select distinct word from word_of;
      insert into catalog.entity_text
        select e.id, e.kind, e.kind_title, e.namespace, e.name,
          array(select v.id from word_of o join catalog.word v on v.word = o.word where o.id = e.id)
        from catalog.entity e;
      create index entity_text_words on catalog.entity_text using gin (words);
      alter table catalog.entity_text set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

      drop index if exists catalog.entity_words;
      -- Without the extension all words are looked through.
      do $$
      declare
        place text := (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm');
      begin
        if place is not null then
          execute format('create index word_part on catalog.word using gin (word %I.gin_trgm_ops)', place);
        end if;
      end $$;
    `.execute(db);
  },
};
