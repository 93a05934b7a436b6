import { expect, it } from 'vitest';
import { isDeeperThan } from './json-depth.ts';

it('counts brackets outside of strings', () => {
  expect(isDeeperThan('[[[]]]', 3)).toBe(false);
  expect(isDeeperThan('[[[{}]]]', 3)).toBe(true);
  expect(isDeeperThan(JSON.stringify(['[[[[[[', '\\"[[[[[']), 1)).toBe(false);
  expect(isDeeperThan('[]'.repeat(1000), 1)).toBe(false);
  expect(isDeeperThan('['.repeat(1_000_000), 200)).toBe(true);
});
