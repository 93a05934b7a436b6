import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handlers } from '../src/handlers.js';
import { createLog } from '../src/log.js';
import { work } from '../src/worker.js';

const log = createLog({ service: '${{ values.name }}', logLevel: 'silent' });
const settings = { concurrency: 1, pollMs: 5, jobTimeoutMs: 50 };

/** Works through the jobs with a queue in memory and gives what became of each. */
async function outcomes(jobs, doing) {
  const stop = new AbortController();
  const seen = [];
  const waiting = jobs.map((job, id) => ({ id, attempts: 1, payload: {}, ...job }));
  const note = (entry) => {
    seen.push(entry);
    if (seen.length === jobs.length) stop.abort();
  };
  const queue = {
    take: async () => waiting.shift(),
    done: async () => true,
    failed: async (job, error) => (job.attempts >= 5 ? 'dead' : (note.error = error.message) && 'waiting'),
  };
  const metrics = { observe: (kind, outcome) => note(`${kind} ${outcome}`) };
  await work({ queue, handlers: doing, settings, log, metrics, signal: stop.signal });
  return seen;
}

test('does a job and notes it', async () => {
  assert.deepEqual(await outcomes([{ kind: 'greet', payload: { name: 'Mira' } }], handlers), ['greet done']);
});

test('a failing job does not stop the ones behind it', async () => {
  const doing = {
    bad: async () => {
      throw new Error('no');
    },
    good: async () => {},
  };
  assert.deepEqual(await outcomes([{ kind: 'bad' }, { kind: 'good' }, { kind: 'bad', attempts: 5 }], doing), ['bad retried', 'good done', 'bad dead']);
});

test('a job of unknown kind is not lost', async () => {
  assert.deepEqual(await outcomes([{ kind: 'nobody' }], {}), ['nobody retried']);
});

test('a job that never ends is taken away', async () => {
  assert.deepEqual(await outcomes([{ kind: 'stuck' }], { stuck: () => new Promise(() => {}) }), ['stuck retried']);
});
