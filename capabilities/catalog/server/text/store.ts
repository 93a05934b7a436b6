import { sql } from 'kysely';
import type { Database } from '@paved/host';
import { BLOCK_BITS } from '../../model/postings.ts';
import { wordsIn } from '../../model/text-tokens.ts';
import type { EntityRecord } from '../entity-record.ts';
import { copyIn } from '../writing/copy-in.ts';

type Texts = readonly { readonly id: string; readonly record: EntityRecord }[];

/** From so many on the index is brought in order at once: else the next search would look through what is not in it yet. */
const MANY = 200;

/** Adds what text search looks at, for entities that are new. */
export async function addTexts(tx: Database, texts: Texts): Promise<void> {
  const rows = (await withWords(tx, texts)).map(
    ({ id, record, words }) => [id, record.kind, record.kindTitle, record.namespace, record.name, words] as const,
  );
  await copyIn(tx, 'catalog.entity_text', ['id', 'kind', 'kind_title', 'namespace', 'name', 'words'], rows);
  await markBlocks(
    tx,
    texts.map(({ id }) => id),
  );
  if (texts.length >= MANY) await sql`select gin_clean_pending_list('catalog.entity_text_words'::regclass)`.execute(tx);
}

/** Brings it up to date for entities whose text may be another. */
export async function changeTexts(tx: Database, texts: Texts): Promise<void> {
  if (texts.length === 0) return;
  const rows = await withWords(tx, texts);
  const changed = await sql<{ id: string }>`
    update catalog.entity_text t set kind_title = n.kind_title, words = n.words::integer[]
    from unnest(${rows.map((row) => row.id)}::bigint[], ${rows.map((row) => row.record.kindTitle)}::text[], ${rows.map((row) => row.words)}::text[]) as n (id, kind_title, words)
    where t.id = n.id and (t.kind_title, t.words) is distinct from (n.kind_title, n.words::integer[])
    returning t.id`.execute(tx);
  await markBlocks(
    tx,
    changed.rows.map(({ id }) => id),
  );
}

export async function removeTexts(tx: Database, ids: readonly string[]): Promise<void> {
  await sql`delete from catalog.entity_text where id = any(${ids}::bigint[])`.execute(tx);
  await markBlocks(tx, ids);
}

/** Says of the blocks of these texts that this write changed them. */
async function markBlocks(tx: Database, ids: readonly string[]): Promise<void> {
  const blocks = [...new Set(ids.map((id) => Math.floor(Number(id) / 2 ** BLOCK_BITS)))];
  if (blocks.length === 0) return;
  await sql`
    insert into catalog.text_block (block, n) select b, g.n from unnest(${blocks}::bigint[]) as b, catalog.generation g
    on conflict (block) do update set n = excluded.n`.execute(tx);
}

/** The same with the ids of their words, as the text of an array; words that nobody had are added. Writers follow each other, so none is added twice. */
async function withWords(tx: Database, texts: Texts): Promise<{ id: string; record: EntityRecord; words: string }[]> {
  const split = texts.map(({ id, record }) => ({ id, record, words: wordsIn(record.words) }));
  const all = [...new Set(split.flatMap(({ words }) => [...words]))];
  await sql`
    insert into catalog.word (word) select w from unnest(${all}::text[]) as w where not exists (select from catalog.word v where v.word = w)`.execute(
    tx,
  );
  const { rows } = await sql<{ id: number; word: string }>`select id, word from catalog.word where word = any(${all})`.execute(tx);
  const idOf = new Map(rows.map((row) => [row.word, row.id]));
  return split.map(({ id, record, words }) => ({
    id,
    record,
    words: `{${[...words]
      .flatMap((word) => idOf.get(word) ?? [])
      .sort((a, b) => a - b)
      .join()}}`,
  }));
}

/** Up to so many words, from an id on, that no entity had just now; words of entities that are being written may be among them. */
export async function unusedWords(db: Database, after: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select w.id from catalog.word w
    where w.id > ${after} and not exists (select from (select unnest(words) as id from catalog.entity_text) u where u.id = w.id)
    order by w.id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * Drops those of these words that no entity has. Writers wait meanwhile, because who adds a word takes the id of one that is there;
 * readers do not.
 */
export async function dropUnusedWords(db: Database, ids: readonly number[]): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await sql`select from catalog.generation for update`.execute(tx);
    const { rows } = await sql`
      delete from catalog.word w where w.id = any(${ids}::integer[])
        and not exists (select from catalog.entity_text t where t.words @> array[w.id]) returning w.id`.execute(tx);
    return rows.length;
  });
}
