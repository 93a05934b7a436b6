import { setTimeout as wait } from 'node:timers/promises';

/**
 * Takes jobs and works on them until `signal` aborts; then the jobs in hand are finished and the promise resolves.
 */
export async function work({ queue, handlers, settings, log, metrics, signal }) {
  await Promise.all(Array.from({ length: settings.concurrency }, () => loop()));

  async function loop() {
    while (!signal.aborted) {
      let job;
      try {
        job = await queue.take();
      } catch (error) {
        log.warn({ err: error }, 'The queue does not answer');
      }
      if (job) await one(job);
      else await wait(settings.pollMs, undefined, { signal }).catch(() => {});
    }
  }

  async function one(job) {
    const entry = log.child({ job: job.id, kind: job.kind, attempt: job.attempts });
    const started = performance.now();
    let outcome = 'done';
    try {
      const handler = handlers[job.kind];
      if (!handler) throw new Error(`Nobody knows how to do "${job.kind}".`);
      const late = AbortSignal.timeout(settings.jobTimeoutMs);
      await Promise.race([handler(job.payload, { log: entry, signal: late }), failOn(late)]);
      if (!(await queue.done(job))) entry.warn('Done, but another worker had taken the job over');
    } catch (error) {
      try {
        outcome = (await queue.failed(job, error)) === 'dead' ? 'dead' : 'retried';
        entry[outcome === 'dead' ? 'error' : 'warn']({ err: error }, outcome === 'dead' ? 'Job set aside' : 'Job failed; it is tried again');
      } catch (lost) {
        outcome = 'lost';
        entry.error({ err: lost }, 'The outcome could not be noted; the job is taken again when its lock runs out');
      }
    }
    metrics.observe(job.kind, outcome, (performance.now() - started) / 1000);
  }
}

const failOn = (signal) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('The job took too long.')), { once: true });
  });
