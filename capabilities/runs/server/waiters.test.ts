import { expect, test } from 'vitest';
import { createWaiters } from './waiters.ts';

test('who waits for a run is answered when the server begins to stop, and later callers at once', async () => {
  const ending = new AbortController();
  const waiters = createWaiters(() => new Promise(() => {}), ending.signal);
  const waiting = waiters.wait('run_1', 600_000);
  ending.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
  await expect(waiters.wait('run_2', 600_000)).rejects.toMatchObject({ code: 'unavailable' });
});
