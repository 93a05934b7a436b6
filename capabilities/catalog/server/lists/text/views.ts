import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Database } from '@paved/host';
import { BLOCK, BLOCK_BITS } from '../../../model/postings.ts';
import { wordsOfTerm, type WordPattern } from '../../../model/text-tokens.ts';
import { prepared } from '../../prepared.ts';
import { column, likeEscaped, or, relatedLike } from '../views.ts';

/** Text that must occur: anywhere in one of these fields, without fields in name, title or description. */
export interface TextFilter {
  readonly term: string;
  readonly fields?: readonly string[];
}

/** Where a field stands in `words`, which holds name, title and description, a line each (the last may go on). */
const wordFields: Readonly<Record<string, RawBuilder<string>>> = {
  'metadata.name': sql.raw('e.name'),
  'metadata.title': sql.raw('split_part(e.words, chr(10), 2)'),
  'metadata.description': sql.raw("regexp_replace(e.words, '^[^\\n]*\\n[^\\n]*\\n', '')"),
};

const keysOf = ({ fields }: TextFilter): string[] => [...new Set((fields ?? []).map((field) => field.toLowerCase()))];
const inWords = ({ term }: TextFilter, keys: readonly string[]): boolean =>
  keys.length === 0 || (!term.includes('\n') && keys.every((key) => wordFields[key] !== undefined));
const allWords = (keys: readonly string[]): boolean => keys.length === 0 || keys.length === Object.keys(wordFields).length;

/** The text as a condition on `e`. */
export function textCondition(text: TextFilter): RawBuilder<SqlBool> {
  const pattern = `%${likeEscaped(text.term.toLowerCase())}%`;
  const keys = keysOf(text);
  if (inWords(text, keys)) {
    if (allWords(keys)) return sql<SqlBool>`e.words like ${pattern}`;
    return or(keys.map((key) => sql<SqlBool>`${wordFields[key]} like ${pattern}`));
  }
  return or(
    keys.map((key): RawBuilder<SqlBool> => {
      const own = column[key];
      if (key.startsWith('relations.')) return relatedLike(key, pattern);
      return own !== undefined
        ? sql<SqlBool>`${own} like ${pattern}`
        : sql<SqlBool>`exists (select from catalog.search s where s.entity_id = e.id and s.key = ${key} and s.value like ${pattern})`;
    }),
  );
}

/** Up to so many words the index unites their entities in one go; that costs words times entities. */
const UNITED = 100;
/** With more than these, looking through all texts is no slower. */
const MOST = 3000;

interface ByWords {
  readonly from: RawBuilder<unknown>;
  readonly decided: boolean;
  /** When having one of these words is all that decides: their ids. */
  readonly words: readonly number[] | undefined;
}

/**
 * Entities that have the words of a text, as rows `e` that are quick to read: what whole entities alone have (uid, etag, words) is
 * fetched only where a statement names it. `decided`: the text stands in each of them; else `textCondition` has to be asked too.
 * Undefined when words are no way to find it.
 */
export async function byWords(db: Database, text: TextFilter): Promise<ByWords | undefined> {
  const keys = keysOf(text);
  const words = inWords(text, keys) ? wordsOfTerm(text.term.toLowerCase()) : undefined;
  if (words === undefined) return undefined;
  const conditions: RawBuilder<SqlBool>[] = [];
  const united: number[][] = [];
  for (const pattern of words.patterns) {
    const ids = await wordsLike(db, pattern);
    if (ids.length > MOST) return undefined;
    united.push(ids);
    conditions.push(
      ids.length <= UNITED
        ? sql<SqlBool>`t.words && ${ids}::integer[]`
        : sql<SqlBool>`t.id in (select o.id from unnest(${ids}::integer[]) as w join catalog.entity_text o on o.words @> array[w])`,
    );
  }
  const whole = (name: string) => sql.raw(`(select x.${name} from catalog.entity x where x.id = t.id) as ${name}`);
  const from = sql`(
    select t.id, t.kind, t.kind_title, t.namespace, t.name, t.kind || ':' || t.namespace || '/' || t.name as ref, ${whole('uid')}, ${whole('etag')}, ${whole('words')}
    from catalog.entity_text t where ${sql.join(conditions, sql` and `)}) e`;
  const decided = words.exact && allWords(keys);
  return { from, decided, words: decided && united.length === 1 ? united[0] : undefined };
}

const likes: Readonly<Record<WordPattern['where'], (text: string) => string>> = {
  within: (text) => `%${text}%`,
  end: (text) => `%${text}`,
  start: (text) => `${text}%`,
  whole: (text) => text,
};

/** Ids of the words that fit; one more than `MOST` tell that there are too many. */
async function wordsLike(db: Database, { where, text }: WordPattern): Promise<number[]> {
  const rows = await prepared<{ id: number }>(
    db,
    'catalog_words_like',
    `select id from catalog.word where word like $1 limit ${MOST + 1}`,
    [likes[where](text)],
  );
  return rows.map((row) => row.id);
}

/** Which write changed the texts of each block last. */
export async function textBlocks(db: Database): Promise<Map<number, string>> {
  const rows = await prepared<{ block: string; n: string }>(db, 'catalog_text_blocks', 'select block, n from catalog.text_block', []);
  return new Map(rows.map((row) => [Number(row.block), row.n]));
}

/** The texts of a block as `postingsOf` reads them. */
export async function textsOfBlock(db: Database, block: number): Promise<string> {
  const from = BigInt(block) << BigInt(BLOCK_BITS);
  const { rows } = await sql<{ texts: string | null }>`
    select string_agg((t.id & ${BLOCK - 1}::int)::text || t.words::text, '') as texts
    from catalog.entity_text t where t.id >= ${from}::bigint and t.id < ${from + BigInt(BLOCK)}::bigint`.execute(db);
  return rows[0]?.texts ?? '';
}
