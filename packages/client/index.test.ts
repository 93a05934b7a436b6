import { expect, test } from 'vitest';
import * as operations from './generated/sdk.gen.ts';
import * as client from './index.ts';

test('nothing of ours hides an operation of the same name', () => {
  const names = Object.keys(operations);
  expect(names.length).toBeGreaterThan(100);
  const reachable = client as Readonly<Record<string, unknown>>;
  expect(names.filter((name) => reachable[name] !== operations[name as keyof typeof operations])).toEqual([]);
});
