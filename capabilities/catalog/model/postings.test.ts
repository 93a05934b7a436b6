import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK, countAny, postingsOf } from './postings.ts';

const written = (entities: ReadonlyMap<number, ReadonlySet<number>>): string =>
  [...entities].map(([place, words]) => `${place}{${[...words].join()}}`).join('');

test('counts the entities that have one of the words, each once', () => {
  const postings = postingsOf('0{7,9}3{9}8191{7,9,4000000000}5{}');
  expect(postings.entities).toBe(4);
  expect(countAny(postings, [7])).toBe(2);
  expect(countAny(postings, [9])).toBe(3);
  expect(countAny(postings, [7, 9])).toBe(3);
  expect(countAny(postings, [4_000_000_000])).toBe(1);
  expect(countAny(postings, [8])).toBe(0);
  expect(countAny(postings, [])).toBe(0);
});

test('an empty block has nothing', () => {
  expect(postingsOf('').entities).toBe(0);
  expect(countAny(postingsOf(''), [1, 2])).toBe(0);
});

test('refuses a place that no block has', () => {
  expect(() => postingsOf(`${BLOCK}{1}`)).toThrow('Place 8192 is outside of a block of 8192.');
});

test('counts what looking at each entity counts', () => {
  const entities = fc.array(fc.tuple(fc.nat(BLOCK - 1), fc.array(fc.nat(40), { maxLength: 12 })), { maxLength: 60 });
  fc.assert(
    fc.property(entities, fc.uniqueArray(fc.nat(45), { maxLength: 10 }), (given, wanted) => {
      const all = new Map(given.map(([place, words]) => [place, new Set(words)]));
      const postings = postingsOf(written(all));
      expect(postings.entities).toBe(all.size);
      expect(countAny(postings, wanted)).toBe([...all.values()].filter((words) => wanted.some((word) => words.has(word))).length);
    }),
  );
});
