import type { Database, Logger } from '@paved/host';
import type { Engine } from '../dbos.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Executor } from '../executor.ts';
import type { RunMetrics } from '../run-metrics.ts';
import { store } from '../store.ts';
import { livesHere, workerHome } from './worker-home.ts';
import { workerStore } from './store.ts';

const BEAT_MS = 1_000;
/** A run whose worker died this often in a row, without a step getting done in between, is not tried again. */
export const CRASH_LIMIT = 5;

export interface HeartbeatDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly worker: string;
  readonly replica: string;
  readonly engine: () => Engine;
  readonly executor: () => Executor;
  readonly dispatcher: Dispatcher;
  readonly metrics: RunMetrics;
  readonly kinds: ReadonlyMap<string, unknown>;
  /** Fails a run that keeps stopping its workers. */
  readonly poison: (runId: string) => Promise<void>;
  /** Told that a run this worker holds is to be cancelled. */
  readonly cancelHeld: (runId: string) => Promise<void>;
  /** Other things to look at once a second. */
  readonly also: () => Promise<void>;
}

/** Says that this worker lives, finds runs of workers that do not, and notices what notifications missed. */
export interface Heartbeat {
  /** Must be called before any work is taken. */
  first(): Promise<void>;
  run(): void;
  /** Looks for runs of dead workers now. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
  /** Milliseconds since the last heartbeat was stored. */
  age(): number;
}

export function createHeartbeat(deps: HeartbeatDeps): Heartbeat {
  const db = store.join(deps.db);
  const home = workerHome();
  let beatAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> = Promise.resolve();
  let stopped = false;

  const first = async (): Promise<void> => {
    await workerStore.beat(db, deps.worker, deps.replica, home);
    beatAt = performance.now();
  };

  const sweep = async (): Promise<void> => {
    const neighbours = await workerStore.neighbours(db, deps.worker, home.home);
    await workerStore.remove(
      db,
      neighbours.filter((other) => !livesHere(other.pid, other.pid_started)).map((other) => other.id),
    );
    for (const run of await workerStore.releaseDead(db, [...deps.kinds.keys()])) {
      if (run.crashes >= CRASH_LIMIT) await deps.poison(run.id);
      else await deps.engine().resume(run.id, run.generation);
    }
  };

  const beat = async (): Promise<void> => {
    // Taken before the look: a run begun after it is not missing from it.
    const held = deps.executor().held();
    await first();
    const pulse = await workerStore.pulse(db, deps.worker);
    const ours = new Map(pulse.held.map((run) => [run.id, run]));
    for (const run of held) if (ours.get(run.id)?.epoch !== run.epoch) deps.executor().park(run.id);
    for (const run of pulse.held) if (run.cancelling) await deps.cancelHeld(run.id);
    deps.metrics.queued(pulse.queued);
    deps.metrics.held(held.length);
    if (Object.keys(pulse.queued).length > 0) deps.dispatcher.wake();
    await sweep();
    await deps.also();
  };

  const next = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      beating = beat()
        .catch((error: unknown) => deps.log.warn({ err: error }, 'The heartbeat of runs failed; it goes on.'))
        .finally(next);
    }, BEAT_MS);
  };

  return {
    first,
    run: next,
    sweep,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await beating;
      await workerStore.remove(db, [deps.worker]);
    },
    age: () => performance.now() - beatAt,
  };
}
