import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('doubles the pause before each further try, up to five minutes', () => {
  expect([2, 3, 4, 5].map((next) => backoffMs(next, 1000))).toEqual([1000, 2000, 4000, 8000]);
  expect(backoffMs(30, 1000)).toBe(300_000);
});
