import { createHash } from 'node:crypto';
import { PavedError, type Page } from '@paved/kernel';
import type { Audit } from '../index.ts';
import { bodyOf, chainStart, follow } from '../model/chain.ts';
import { recordedEntry, type RecordedEntry } from '../model/recorded.ts';
import type { EntryFilter, Store } from './store.ts';

/** An entry with its place in the chain. */
export interface ListedEntry extends RecordedEntry {
  readonly seq: number;
  readonly hash: string;
}

export interface AuditService extends Audit {
  list(filter: EntryFilter, limit: number, cursor?: string): Promise<Page<ListedEntry>>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hashOf = (previous: string, body: string): string =>
  createHash('sha256').update(Buffer.from(previous, 'hex')).update(body).digest('hex');

const BATCH = 1000;

export function createService(deps: { store: Store; now: () => Date }): AuditService {
  const { store, now } = deps;
  return {
    async record(entry, tx) {
      await store.append(bodyOf(recordedEntry(entry, now(), sha256)), tx);
    },

    async verify() {
      let state = chainStart;
      for (;;) {
        const links = await store.linksAfter(state.seq, BATCH);
        const next = follow(state, links, hashOf);
        if ('brokenAt' in next) return { entries: await store.count({}), brokenAt: next.brokenAt };
        state = next;
        if (links.length < BATCH) return { entries: state.seq };
      }
    },

    async list(filter, limit, cursor) {
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) {
        throw new PavedError('invalid', `The cursor "${cursor}" is not one of ours.`, {
          fix: 'Pass pageInfo.nextCursor of the page before.',
        });
      }
      const [links, totalItems] = await Promise.all([
        store.newest(filter, limit + 1, cursor === undefined ? undefined : Number(cursor)),
        store.count(filter),
      ]);
      const items = links.slice(0, limit).map((link) => ({ ...(JSON.parse(link.body) as RecordedEntry), seq: link.seq, hash: link.hash }));
      const last = items.at(-1);
      return { items, totalItems, pageInfo: links.length > limit && last !== undefined ? { nextCursor: String(last.seq) } : {} };
    },
  };
}
