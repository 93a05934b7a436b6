/**
 * An inverted index of up to `BLOCK` entities: which places of the block have a word. The places of `words[i]` (ids of words, ascending)
 * are `places[starts[i]]` up to `places[starts[i + 1]]`.
 */
export interface Postings {
  /** Entities of the block. */
  readonly entities: number;
  readonly words: Uint32Array;
  readonly starts: Uint32Array;
  readonly places: Uint16Array;
}

/** Bits of an entity's id that tell its place in a block; the rest tell the block. */
export const BLOCK_BITS = 13;
export const BLOCK = 1 << BLOCK_BITS;

/**
 * Reads entities written as `place{word,word,…}` one after the other, as PostgreSQL writes an array. Throws `RangeError` for a place
 * outside of the block.
 */
export function postingsOf(text: string): Postings {
  const pairs: number[] = [];
  const counts = new Map<number, number>();
  let entities = 0;
  let place = 0;
  let number = 0;
  let digits = false;
  const word = (): void => {
    if (digits) {
      pairs.push(place, number);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    number = 0;
    digits = false;
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      number = number * 10 + code - 48;
      digits = true;
    } else if (code === 123) {
      if (number >= BLOCK) throw new RangeError(`Place ${number} is outside of a block of ${BLOCK}.`);
      place = number;
      entities++;
      number = 0;
      digits = false;
    } else word();
  }
  const words = Uint32Array.from(counts.keys()).sort();
  const starts = new Uint32Array(words.length + 1);
  const next = new Map<number, number>();
  words.forEach((id, i) => {
    next.set(id, starts[i] ?? 0);
    starts[i + 1] = (starts[i] ?? 0) + (counts.get(id) ?? 0);
  });
  const places = new Uint16Array(pairs.length / 2);
  for (let i = 0; i < pairs.length; i += 2) {
    const id = pairs[i + 1] ?? 0;
    const at = next.get(id) ?? 0;
    places[at] = pairs[i] ?? 0;
    next.set(id, at + 1);
  }
  return { entities, words, starts, places };
}

/** How many entities of the block have at least one of the words. */
export function countAny({ words, starts, places }: Postings, wanted: readonly number[]): number {
  const found = wanted.flatMap((id) => {
    const at = indexOf(words, id);
    return at < 0 ? [] : [places.subarray(starts[at], starts[at + 1])];
  });
  if (found.length <= 1) return found[0]?.length ?? 0;
  const has = new Uint8Array(BLOCK);
  let count = 0;
  for (const list of found)
    for (const place of list) {
      count += 1 - (has[place] ?? 0);
      has[place] = 1;
    }
  return count;
}

function indexOf(sorted: Uint32Array, id: number): number {
  let from = 0;
  let to = sorted.length - 1;
  while (from <= to) {
    const middle = (from + to) >> 1;
    const at = sorted[middle] ?? 0;
    if (at === id) return middle;
    if (at < id) from = middle + 1;
    else to = middle - 1;
  }
  return -1;
}
