import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../src/settings.js';

test('a wrong value is named', () => {
  assert.throws(() => readSettings({ PORT: 'eighty' }), /PORT is "eighty"; it must be a whole number/);
});

test('has defaults for everything that may be left out', () => {
  assert.equal(readSettings({}).port, 8080);
});
