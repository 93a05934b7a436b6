import type { Database, Events, Logger } from '@paved/host';
import { messageOf } from '@paved/kernel';
import { ENTITY_CHANGED, SOURCE_SYNCED } from '../../../index.ts';
import { countAny, postingsOf, type Postings } from '../../../model/postings.ts';
import { textBlocks, textsOfBlock } from './views.ts';

/** Below this (some 50,000 entities) PostgreSQL counts as quickly. */
const LEAST_BLOCKS = 6;
/** So many blocks that are out of date are read while a search waits; more are read beside it. */
const WHILE_WAITING = 2;
/** Blocks are read again once nothing was written for this long, but at most after `LONGEST_MS` of writing. */
const QUIET_MS = 2000;
const LONGEST_MS = 60_000;

/**
 * Postings of a large catalog in memory, some 45 MB for a million entities: how many entities have a word is known without looking at
 * each. PostgreSQL stays the truth: every count asks it which blocks were written since, so it is exact, with several servers too.
 */
export interface TextIndex {
  /** How many entities have one of these words, among how many; undefined for a small catalog, or while the postings are not here. */
  count(words: readonly number[]): Promise<{ readonly count: number; readonly among: number } | undefined>;
  /** Reads the postings now, and again after writes, until the returned function is called. */
  follow(events: Events): () => void;
}

interface Block {
  readonly n: string;
  readonly postings: Postings;
}

export function createTextIndex(db: Database, log: Logger, leastBlocks = LEAST_BLOCKS): TextIndex {
  const blocks = new Map<number, Block>();
  const reading = new Map<string, Promise<void>>();

  /** Texts are at least as new as the number they were asked for with: at worst they are read once more. */
  const read = (block: number, n: string): Promise<void> => {
    const key = `${block} ${n}`;
    const already = reading.get(key);
    if (already !== undefined) return already;
    const work = textsOfBlock(db, block)
      .then((texts) => {
        if (BigInt(blocks.get(block)?.n ?? 0) <= BigInt(n)) blocks.set(block, { n, postings: postingsOf(texts) });
      })
      .finally(() => reading.delete(key));
    reading.set(key, work);
    return work;
  };
  const outdated = (now: ReadonlyMap<number, string>): [number, string][] => [...now].filter(([block, n]) => blocks.get(block)?.n !== n);

  let refreshing: Promise<void> | undefined;
  const refresh = (): Promise<void> =>
    (refreshing ??= (async () => {
      const now = await textBlocks(db);
      if (now.size < leastBlocks) return blocks.clear();
      for (const [block, n] of outdated(now)) await read(block, n);
    })()
      .catch((error: unknown) =>
        log.warn({ reason: messageOf(error) }, 'Postings of the catalog could not be read; searches count without.'),
      )
      .finally(() => (refreshing = undefined)));

  return {
    async count(words) {
      const now = await textBlocks(db);
      if (now.size < leastBlocks) return undefined;
      const old = outdated(now);
      if (old.length > WHILE_WAITING) {
        void refresh();
        return undefined;
      }
      for (const [block, n] of old) await read(block, n);
      let count = 0;
      let among = 0;
      for (const { postings } of blocks.values()) {
        count += countAny(postings, words);
        among += postings.entities;
      }
      return { count, among };
    },
    follow(events) {
      let timer: NodeJS.Timeout | undefined;
      let first: number | undefined;
      const later = (): void => {
        clearTimeout(timer);
        first ??= performance.now();
        const wait = Math.max(0, Math.min(QUIET_MS, first + LONGEST_MS - performance.now()));
        timer = setTimeout(() => {
          first = undefined;
          void refresh();
        }, wait);
        timer.unref();
      };
      const forget = events.subscribe([ENTITY_CHANGED, SOURCE_SYNCED], later);
      void refresh();
      return () => {
        forget();
        clearTimeout(timer);
      };
    },
  };
}
