import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildApp } from '../src/app.js';
import { migrate } from '../src/migrate.js';
import { tracks } from '../src/tracks.js';
import { skip, throwAwayDatabase } from '../testing/throw-away-database.js';

const settings = { service: '${{ values.name }}', logLevel: 'silent' };

/** Runs `work` against the service with a fresh, migrated database. */
async function withService(work) {
  const database = await throwAwayDatabase();
  const app = buildApp({ settings, features: [tracks(database.pool)], checks: { database: () => database.pool.query('select 1') } });
  try {
    await migrate(database.pool);
    await work(app, database.pool);
  } finally {
    await app.close();
    await database[Symbol.asyncDispose]();
  }
}

test('a fresh service answers with its first rows', { skip }, () =>
  withService(async (app) => {
    const { items } = (await app.inject('/api/tracks')).json();
    assert.equal(items.length, 5);
    assert.ok(items.every((track) => track.title && track.artist && track.seconds > 0));
  }));

test('adds a track, finds it by id and by artist', { skip }, () =>
  withService(async (app) => {
    const added = await app.inject({ method: 'POST', url: '/api/tracks', payload: { title: 'Late Bus', artist: 'Mara Lind', seconds: 199 } });
    assert.equal(added.statusCode, 201);
    const track = added.json();
    assert.deepEqual((await app.inject(added.headers.location)).json(), track);
    assert.deepEqual((await app.inject('/api/tracks?artist=Mara%20Lind')).json().items, [track]);
  }));

test('refuses a track without a title and says why', { skip }, () =>
  withService(async (app) => {
    const response = await app.inject({ method: 'POST', url: '/api/tracks', payload: { artist: 'Mara Lind', seconds: 1 } });
    assert.equal(response.statusCode, 400);
    assert.match(response.json().message, /title/);
  }));

test('an unknown id is 404', { skip }, () =>
  withService(async (app) => {
    assert.equal((await app.inject('/api/tracks/999999')).statusCode, 404);
  }));

test('instances that start together migrate once', { skip }, () =>
  withService(async (app, pool) => {
    await pool.query('drop table track, migration');
    const applied = await Promise.all([migrate(pool), migrate(pool), migrate(pool)]);
    assert.deepEqual(applied.flat(), ['001_track.sql', '002_first_tracks.sql']);
    assert.equal((await app.inject('/readyz')).statusCode, 200);
  }));
