import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildApp } from '../src/app.js';
import { tracks } from '../src/tracks.js';

test('serves its contract, and every operation in it exists', async () => {
  const app = buildApp({ settings: { service: '${{ values.name }}', logLevel: 'silent' }, features: [tracks(undefined)] });
  await app.ready();
  const document = (await app.inject('/openapi.json')).json();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of Object.keys(operations)) {
      assert.ok(app.hasRoute({ method: method.toUpperCase(), url: path.replace(/\{(\w+)\}/g, ':$1') }), `${method} ${path} is not served`);
    }
  }
  await app.close();
});
