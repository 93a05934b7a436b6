import { PavedError } from '@paved/kernel';
import { hasEnded, type Run } from '../index.ts';

/** Without an event, waiting callers look again this often. */
const LOOK_MS = 1_000;

/** Callers that wait for runs to end. */
export interface Waiters {
  wait(runId: string, timeoutMs: number): Promise<Run>;
  /** A run ended here. */
  ended(run: Run): void;
  /** A run changed somewhere: look at it. */
  look(runId: string): void;
  /** Nobody is answered any more. */
  close(): void;
}

export function createWaiters(get: (runId: string) => Promise<Run | undefined>, ending: AbortSignal): Waiters {
  const waiting = new Map<string, Set<{ ended: (run: Run) => void; look: () => void; stop: () => void }>>();

  const stopped = (): PavedError => new PavedError('unavailable', 'The server stops; the run goes on.');
  const close = (): void => {
    for (const waiter of [...waiting.values()].flatMap((set) => [...set])) waiter.stop();
  };
  // Runs are handed over from here on: a handler of events that waits for one would hold the stop.
  ending.addEventListener('abort', close, { once: true });

  return {
    async wait(runId, timeoutMs) {
      if (ending.aborted) throw stopped();
      const { promise, resolve, reject } = Promise.withResolvers<Run>();
      const look = (): void => {
        get(runId).then(
          (run) => {
            if (run === undefined) reject(new PavedError('not_found', `There is no run ${runId}.`));
            else if (hasEnded(run.status)) resolve(run);
          },
          // The database is away: the next look tells.
          () => {},
        );
      };
      const stop = (): void => reject(stopped());
      const waiter = { ended: resolve, look, stop };
      const set = waiting.get(runId) ?? new Set();
      waiting.set(runId, set.add(waiter));
      const timer = setTimeout(
        () => reject(new PavedError('timeout', `The run ${runId} has not ended within ${timeoutMs / 1000} s; it goes on.`)),
        timeoutMs,
      );
      const looking = setInterval(look, LOOK_MS);
      // Registered first, looked at second: an end in between is not missed.
      look();
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        clearInterval(looking);
        set.delete(waiter);
        if (set.size === 0) waiting.delete(runId);
      }
    },
    ended(run) {
      for (const waiter of waiting.get(run.id) ?? []) waiter.ended(run);
    },
    look(runId) {
      for (const waiter of waiting.get(runId) ?? []) waiter.look();
    },
    close,
  };
}
