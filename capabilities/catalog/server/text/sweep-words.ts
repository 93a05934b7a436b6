import type { Database } from '@paved/host';
import { dropUnusedWords, unusedWords } from './store.ts';

/** Looked for at once, and dropped while writers wait: some milliseconds. */
const FOUND = 10_000;
const DROPPED = 500;

/** Drops words that no entity has any more; answers how many. */
export async function sweepWords(db: Database): Promise<number> {
  let dropped = 0;
  for (let after = 0; ;) {
    const ids = await unusedWords(db, after, FOUND);
    for (let at = 0; at < ids.length; at += DROPPED) dropped += await dropUnusedWords(db, ids.slice(at, at + DROPPED));
    const last = ids.at(-1);
    if (last === undefined || ids.length < FOUND) return dropped;
    after = last;
  }
}
