import { expect, test } from 'vitest';
import * as operations from './generated/sdk.gen.ts';
import * as client from './index.ts';

test('nothing of ours hides an operation of the same name', () => {
  const generated = Object.entries(operations);
  expect(generated.length).toBeGreaterThan(100);
  const reachable: Readonly<Record<string, unknown>> = { ...client };
  expect(generated.filter(([name, operation]) => reachable[name] !== operation).map(([name]) => name)).toEqual([]);
});
