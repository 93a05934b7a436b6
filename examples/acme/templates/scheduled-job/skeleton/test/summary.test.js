import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transaction } from '../src/database.js';
import { migrate } from '../src/migrate.js';
import { readSettings } from '../src/settings.js';
import { dayBefore, summarise } from '../src/summary.js';
import { skip, throwAwayDatabase } from '../testing/throw-away-database.js';

test('works on the day before, also over the end of a month', () => {
  assert.equal(dayBefore(new Date('2026-03-01T00:00:01Z')), '2026-02-28');
});

test('a wrong day is named', () => {
  const wired = { PGHOST: 'localhost', PGUSER: 'app', PGDATABASE: 'app' };
  assert.throws(() => readSettings({ ...wired, DAY: 'yesterday' }), /DAY is "yesterday"; write it as/);
  assert.equal(readSettings({ ...wired, DAY: '2026-11-21' }).day, '2026-11-21');
});

test('a missing database is named', () => {
  assert.throws(() => readSettings({}), /PGHOST is not set/);
});

test('counts a day once, however often it runs', { skip }, async () => {
  const database = await throwAwayDatabase();
  try {
    await migrate(database.pool);
    await database.pool.query('delete from play');
    await database.pool.query(
      `insert into play (artist, title, seconds, played_at) values
        ('A', 'x', 10, '2026-11-20T00:00:00Z'), ('A', 'y', 20, '2026-11-20T23:59:59Z'), ('B', 'z', 5, '2026-11-20T12:00:00Z'),
        ('A', 'next day', 99, '2026-11-21T00:00:00Z')`,
    );
    const run = () => transaction(database.pool, (client) => summarise(client, '2026-11-20'));
    assert.deepEqual(await run(), { day: '2026-11-20', artists: 2 });
    assert.deepEqual(await run(), { day: '2026-11-20', artists: 2 });
    const { rows } = await database.pool.query('select artist, plays::int, seconds::int from daily_summary order by artist');
    assert.deepEqual(rows, [
      { artist: 'A', plays: 2, seconds: 30 },
      { artist: 'B', plays: 1, seconds: 5 },
    ]);
  } finally {
    await database[Symbol.asyncDispose]();
  }
});
