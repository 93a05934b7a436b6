import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLog } from '../src/log.js';
import { createMetrics } from '../src/metrics.js';
import { createProbes } from '../src/probes.js';

let ready = true;
let address;
const log = createLog({ service: '${{ values.name }}', logLevel: 'silent' });
const metrics = createMetrics({ counts: async () => ({ waiting: 3 }) });
const probes = createProbes({ isReady: async () => ready, metrics, log });

before(async () => {
  await new Promise((resolve) => probes.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${probes.address().port}`;
});
after(() => {
  probes.closeAllConnections();
  probes.close();
});

test('is healthy as long as it runs, ready only when it can work', async () => {
  assert.equal((await fetch(`${address}/healthz`)).status, 200);
  assert.equal((await fetch(`${address}/readyz`)).status, 200);
  ready = false;
  assert.equal((await fetch(`${address}/readyz`)).status, 503);
});

test('shows the queue as metrics', async () => {
  metrics.observe('greet', 'done', 0.1);
  const text = await (await fetch(`${address}/metrics`)).text();
  assert.match(text, /jobs\{state="waiting"\} 3/);
  assert.match(text, /job_duration_seconds_count\{kind="greet",outcome="done"\} 1/);
});
