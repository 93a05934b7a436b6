import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../src/migrate.js';
import { createQueue, retryDelayMs } from '../src/queue.js';
import { skip, throwAwayDatabase } from '../testing/throw-away-database.js';

async function withQueue(work, options = {}) {
  const database = await throwAwayDatabase();
  try {
    await migrate(database.pool);
    await database.pool.query('delete from job');
    await work(createQueue(database.pool, { maxAttempts: 2, jobTimeoutMs: 60_000, ...options }), database.pool);
  } finally {
    await database[Symbol.asyncDispose]();
  }
}

test('waits longer after each failure, but not for ever', () => {
  assert.deepEqual([1, 2, 3, 20].map(retryDelayMs), [2_000, 4_000, 8_000, 300_000]);
});

test('two workers never take the same job', { skip }, () =>
  withQueue(async (queue) => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => queue.add('greet', { n })));
    const taken = await Promise.all(Array.from({ length: 25 }, () => queue.take()));
    const ids = taken.filter(Boolean).map((job) => job.id);
    assert.equal(ids.length, 20);
    assert.equal(new Set(ids).size, 20);
  }));

test('a failed job is tried again later, then set aside, and can be revived', { skip }, () =>
  withQueue(async (queue, pool) => {
    await queue.add('greet');
    assert.equal(await queue.failed(await queue.take(), new Error('first')), 'waiting');
    assert.equal(await queue.take(), undefined, 'not due yet');
    await pool.query('update job set run_at = now()');
    assert.equal(await queue.failed(await queue.take(), new Error('second')), 'dead');
    assert.deepEqual(await queue.counts(), { dead: 1 });
    assert.equal((await pool.query('select last_error from job')).rows[0].last_error, 'second');
    assert.equal(await queue.revive(), 1);
    assert.ok(await queue.take());
  }));

test('the job of a dead worker is taken again, and the dead one cannot end it any more', { skip }, () =>
  withQueue(async (queue, pool) => {
    await queue.add('greet');
    const lost = await queue.take();
    assert.equal(await queue.take(), undefined, 'locked');
    await pool.query(`update job set locked_until = now() - interval '1 second'`);
    const again = await queue.take();
    assert.equal(again.id, lost.id);
    assert.equal(await queue.done(lost), false);
    assert.equal(await queue.done(again), true);
  }));
