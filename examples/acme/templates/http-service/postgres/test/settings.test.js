import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../src/settings.js';

const wired = { PGHOST: 'localhost', PGUSER: 'app', PGDATABASE: 'app' };

test('a wrong value is named', () => {
  assert.throws(() => readSettings({ ...wired, PORT: 'eighty' }), /PORT is "eighty"; it must be a whole number/);
});

test('a missing database is named', () => {
  assert.throws(() => readSettings({}), /PGHOST is not set/);
});

test('has defaults for everything that may be left out', () => {
  assert.equal(readSettings(wired).port, 8080);
  assert.equal(readSettings(wired).database.port, 5432);
});
