import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { buildApp } from '../src/app.js';
import { message } from '../src/greeting.js';

const settings = { service: '${{ values.name }}', logLevel: 'silent' };
let app;
let databaseWorks = true;

before(() => {
  app = buildApp({
    settings,
    checks: {
      example: async () => {
        if (!databaseWorks) throw new Error('down');
      },
    },
  });
  return app.ready();
});
after(() => app.close());

test('says hello', async () => {
  const response = await app.inject('/');
  assert.equal(response.statusCode, 200);
  assert.deepEqual(response.json(), { message, service: settings.service });
});

test('is healthy as long as the process runs', async () => {
  assert.deepEqual((await app.inject('/healthz')).json(), { status: 'ok' });
});

test('is ready only while what it needs works', async () => {
  assert.equal((await app.inject('/readyz')).statusCode, 200);
  databaseWorks = false;
  const response = await app.inject('/readyz');
  databaseWorks = true;
  assert.equal(response.statusCode, 503);
  assert.deepEqual(response.json(), { status: 'not ready', checks: { example: 'failed' } });
});

test('counts requests by route, not by path', async () => {
  await app.inject('/nowhere/12345');
  const { body } = await app.inject('/metrics');
  assert.match(body, /http_request_duration_seconds_count\{method="GET",route="\/",status="200"\} \d+/);
  assert.match(body, /process_cpu_seconds_total/);
  assert.doesNotMatch(body, /12345/);
});

test('answers an unknown path with 404', async () => {
  assert.equal((await app.inject('/nowhere')).statusCode, 404);
});
