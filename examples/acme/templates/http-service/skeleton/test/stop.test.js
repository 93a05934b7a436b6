import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildApp } from '../src/app.js';

test('lets a request in flight end before it stops', async () => {
  let started;
  const inFlight = new Promise((resolve) => {
    started = resolve;
  });
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  const slow = async (app) => {
    app.get('/slow', async () => {
      started();
      await held;
      return { done: true };
    });
  };
  const app = buildApp({ settings: { service: '${{ values.name }}', logLevel: 'silent' }, features: [slow] });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });

  const answer = fetch(`${address}/slow`);
  await inFlight;
  const closed = app.close();
  release();

  assert.deepEqual(await (await answer).json(), { done: true });
  await closed;
  await assert.rejects(fetch(address), 'nothing listens any more');
});
