import type { Database, Logger } from '@paved/host';
import type { Engine } from '../dbos.ts';
import type { RunKind } from '../../index.ts';
import { isPoison, mayBeTakenBack } from '../../model/poison.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Executor } from '../executor.ts';
import type { RunMetrics } from '../run-metrics.ts';
import { store } from '../store.ts';
import { livesHere, workerHome } from './worker-home.ts';
import { workerStore, type Pulse } from './store.ts';

const BEAT_MS = 1_000;

export interface HeartbeatDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly worker: string;
  readonly replica: string;
  readonly engine: () => Engine;
  readonly executor: () => Executor;
  readonly dispatcher: Dispatcher;
  readonly metrics: RunMetrics;
  // oxlint-disable-next-line typescript/no-explicit-any -- kinds of every input live in one registry
  readonly kinds: ReadonlyMap<string, RunKind<any, any>>;
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
  first(): Promise<Pulse>;
  run(): void;
  /** Looks for runs of dead workers now; failures are logged, the next look comes soon. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
  /** Says that this worker is gone. */
  leave(): Promise<void>;
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
  let doubtful = new Set<string>();
  let looking: Promise<void> | undefined;

  const first = async (): Promise<Pulse> => {
    const pulse = await workerStore.beat(db, deps.worker, deps.replica, home);
    beatAt = performance.now();
    return pulse;
  };

  const sweep = async (pulse: Pulse): Promise<void> => {
    const dead = pulse.neighbours.filter((other) => !livesHere(other.pid, other.started)).map((other) => other.id);
    await workerStore.remove(db, dead);
    if (!pulse.orphans && dead.length === 0) return;
    for (const run of await workerStore.releaseDead(db, [...deps.kinds.keys()])) {
      const takeBack = deps.kinds.get(run.kind)?.undo === true && mayBeTakenBack(run);
      if (isPoison(run) && !takeBack) await deps.poison(run.id);
      else await deps.engine().resume(run.id, run.generation);
    }
  };

  /**
   * Runs that are ours by the database but were never begun here (their start failed) are offered again; runs that we carry
   * out but do not hold any more are parked. Both only when seen twice: one look may come between two halves of a change.
   */
  const reconcile = async (pulse: Pulse, held: readonly { id: string; epoch: number }[]): Promise<void> => {
    const key = (run: { id: string; epoch: number }): string => `${run.id} ${run.epoch}`;
    const here = new Set(held.map(key));
    const there = new Set(pulse.held.map(key));
    const now = new Set([...here, ...there].filter((one) => !here.has(one) || !there.has(one)));
    const certain = [...now].filter((one) => doubtful.has(one));
    doubtful = now;
    for (const run of held) if (certain.includes(key(run))) deps.executor().park(run.id);
    const strays = pulse.held.filter((run) => certain.includes(key(run))).map((run) => run.id);
    if (strays.length > 0) deps.log.warn({ runs: strays }, 'Runs that could not be started are offered again.');
    await workerStore.release(db, deps.worker, strays);
  };

  const look = async (pulse: Pulse, held: readonly { id: string; epoch: number }[]): Promise<void> => {
    await reconcile(pulse, held);
    for (const run of pulse.held) if (run.cancelling) await deps.cancelHeld(run.id);
    deps.metrics.queued(pulse.queued);
    deps.metrics.held(held.length);
    if (Object.keys(pulse.queued).length > 0) deps.dispatcher.wake();
    await sweep(pulse);
    await deps.also();
  };

  const beat = async (): Promise<void> => {
    const held = deps.executor().held();
    const pulse = await first();
    // Looking may take its time; the heartbeat may not.
    looking ??= look(pulse, held)
      .catch((error: unknown) => deps.log.warn({ err: error }, 'Looking after runs failed; the next look comes soon.'))
      .finally(() => {
        looking = undefined;
      });
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
    sweep: () =>
      first()
        .then(sweep)
        .catch((error: unknown) => deps.log.warn({ err: error }, 'Runs of other servers could not be looked for.')),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await beating;
      await looking;
    },
    async leave() {
      await workerStore.remove(db, [deps.worker]);
    },
    age: () => performance.now() - beatAt,
  };
}
