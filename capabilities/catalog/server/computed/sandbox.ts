import { Worker } from 'node:worker_threads';
import type { ComputedProperty } from '../../model/computed/property.ts';
import type { Outcome } from '../../model/computed/evaluate.ts';
import type { Loaded } from './views.ts';
import type { FromWorker, ToWorker } from './worker.ts';

/** One evaluation may take so long, in milliseconds; then the worker is ended. */
const ONE_MS = 3_000;
/** A batch may take so long, in milliseconds of the worker's time. */
const BATCH_MS = 10_000;
const LOOK_MS = 100;
const MEMORY_MB = 256;

/** An expression that took too long or too much: the property is left out until its declaration changes. */
export class Hostile extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** Evaluates what strangers wrote in a thread of its own that can be ended at any time. Started when first needed. */
export interface Sandbox {
  /** Hands over entities; they stay until `clear`. */
  know(entities: readonly Loaded[]): void;
  /** The outcomes in the order of the jobs. Throws `Hostile`. */
  evaluate(property: ComputedProperty, jobs: readonly { ref: string; related: readonly string[] }[]): Promise<readonly Outcome[]>;
  clear(): void;
  stop(): Promise<void>;
}

export function createSandbox(limits: { oneMs?: number; batchMs?: number } = {}): Sandbox {
  const oneMs = limits.oneMs ?? ONE_MS;
  const pulse = new Int32Array(new SharedArrayBuffer(4));
  let worker: Worker | undefined;
  let next = 0;

  const started = (): Worker => {
    if (worker !== undefined) return worker;
    const fresh = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: { pulse: pulse.buffer, batchMs: limits.batchMs ?? BATCH_MS },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, stackSizeMb: 4 },
      env: {},
    });
    fresh.unref();
    // Whoever waits hears of it by its own listener; without any the thread is only made anew.
    fresh.on('error', () => {});
    fresh.on('exit', () => {
      if (worker === fresh) worker = undefined;
    });
    return (worker = fresh);
  };
  const post = (message: ToWorker): void => started().postMessage(message);
  const end = async (): Promise<void> => {
    const old = worker;
    worker = undefined;
    await old?.terminate();
  };

  return {
    know: (entities) => post({ type: 'entities', entities }),
    clear: () => {
      if (worker !== undefined) post({ type: 'clear' });
    },
    async evaluate(property, jobs) {
      const id = ++next;
      const running = started();
      Atomics.store(pulse, 0, 0);
      const { promise, resolve, reject } = Promise.withResolvers<FromWorker>();
      const hear = (message: FromWorker): void => {
        if (message.id === id) resolve(message);
      };
      const fail = (error: Error & { code?: string }): void =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new Hostile(`It needs more than ${MEMORY_MB} MB of memory.`) : error);
      const exit = (): void => reject(new Error('The thread that evaluates expressions ended.'));
      running.on('message', hear).on('error', fail).on('exit', exit);
      let last = 0;
      let since = performance.now();
      const timer = setInterval(() => {
        const now = Atomics.load(pulse, 0);
        if (now === 0 || now !== last) {
          last = now;
          since = performance.now();
        } else if (performance.now() - since > oneMs) reject(new Hostile(`One evaluation took longer than ${oneMs} ms.`));
      }, LOOK_MS);
      try {
        running.postMessage({ type: 'evaluate', id, property, jobs } satisfies ToWorker);
        const answer = await promise;
        if (answer.slow) throw new Hostile(`${jobs.length} evaluations took longer than ${(limits.batchMs ?? BATCH_MS) / 1000} s.`);
        return answer.outcomes;
      } catch (error) {
        await end();
        throw error;
      } finally {
        clearInterval(timer);
        running.off('message', hear).off('error', fail).off('exit', exit);
      }
    },
    stop: end,
  };
}
