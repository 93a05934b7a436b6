import { canonicalJson } from '@paved/kernel';
import type { RecordedEntry } from './recorded.ts';

/** The hash that the first entry follows: 32 zero bytes as hex. */
export const GENESIS = '0'.repeat(64);

/** One link of the chain as it is stored. `body` is the canonical JSON of a `RecordedEntry`; hashes are hex. */
export interface Link {
  readonly seq: number;
  readonly body: string;
  readonly previous: string;
  readonly hash: string;
}

/** The text that is hashed after the previous hash. */
export const bodyOf = (entry: RecordedEntry): string => canonicalJson(entry);

/** Where a chain stands after the links checked so far. */
export interface ChainState {
  readonly seq: number;
  readonly hash: string;
}

/** The state before the first link. */
export const chainStart: ChainState = { seq: 0, hash: GENESIS };

/**
 * Follows links in order. Gives the new state, or the sequence number at which the chain is broken: a missing,
 * changed or inserted entry. `hashOf(previous, body)` is SHA-256 over the previous hash's bytes and the body's UTF-8.
 */
export function follow(
  state: ChainState,
  links: readonly Link[],
  hashOf: (previous: string, body: string) => string,
): ChainState | { readonly brokenAt: number } {
  let current = state;
  for (const link of links) {
    const expected = current.seq + 1;
    if (link.seq !== expected || link.previous !== current.hash || link.hash !== hashOf(link.previous, link.body))
      return { brokenAt: expected };
    current = { seq: link.seq, hash: link.hash };
  }
  return current;
}
