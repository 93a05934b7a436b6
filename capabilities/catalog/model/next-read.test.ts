import { expect, it } from 'vitest';
import { waitUntilNextRead } from './next-read.ts';

const intervalMs = 300_000;
const at = (failures: number, chance = 0.5, retryAfterMs = 0) => waitUntilNextRead({ intervalMs, failures, chance, retryAfterMs });

it('asks every interval, spread by a tenth to both sides', () => {
  expect([at(0, 0), at(0), at(0, 0.999)]).toEqual([270_000, 300_000, 329_940]);
});
it('retries soon after a failure, then half as often each time, at least every hour', () => {
  expect([1, 2, 3, 4, 5, 8, 9, 60].map((n) => at(n) / 1000)).toEqual([30, 60, 120, 240, 480, 3600, 3600, 3600]);
  expect(waitUntilNextRead({ intervalMs: 86_400_000, failures: 60, chance: 0.5 })).toBe(86_400_000);
});
it('waits as long as it was asked to', () => {
  expect(at(1, 0, 900_000)).toBe(900_000);
  expect(at(6, 0.5, 1000)).toBe(960_000);
});
