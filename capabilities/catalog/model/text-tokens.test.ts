import { expect, test } from 'vitest';
import { wordsIn, wordsOfTerm } from './text-tokens.ts';

test('words are parted by everything in ASCII that is no letter or digit, and each is told once', () => {
  expect([...wordsIn('pay-api\npay api\nüber_größe 2.0, pay')]).toEqual(['pay', 'api', 'über', 'größe', '2', '0']);
});

test('of an overlong word every stretch that may be asked for is kept', () => {
  const word = Array.from({ length: 90 }, (_, i) => `x${i}y`).join('');
  const kept = [...wordsIn(word)];
  expect(kept.every((one) => one.length <= 200)).toBe(true);
  for (let at = 0; at + 100 <= word.length; at++) expect(kept.some((one) => one.includes(word.slice(at, at + 100)))).toBe(true);
  expect(kept.some((one) => one.endsWith(word.slice(-100)))).toBe(true);
  expect(kept.some((one) => one.startsWith(word.slice(0, 100)))).toBe(true);
});

test('a text within one word is decided by words alone; one over several is not', () => {
  expect(wordsOfTerm('heck')).toEqual({ patterns: [{ where: 'within', text: 'heck' }], exact: true });
  expect(wordsOfTerm('eck-out a')).toEqual({
    patterns: [
      { where: 'end', text: 'eck' },
      { where: 'whole', text: 'out' },
      { where: 'start', text: 'a' },
    ],
    exact: false,
  });
  expect(wordsOfTerm('-api')).toEqual({ patterns: [{ where: 'start', text: 'api' }], exact: false });
});

test('words cannot tell about a text without any, or with an overlong one', () => {
  expect(wordsOfTerm('--')).toBeUndefined();
  expect(wordsOfTerm('a'.repeat(101))).toBeUndefined();
});
