import type { Database, Events, Logger } from '@paved/host';
import type { Cause, RunKind } from '../index.ts';
import type { Engine } from './dbos.ts';
import type { Executor } from './executor.ts';
import { runChanged } from './run-events.ts';
import type { StepRecord } from './step-record.ts';
import { store, type RunRow } from './store.ts';

/** Runs that one look takes over, so that replicas share a burst. */
const BATCH = 50;
/** Runs that one server carries out at once; more wait in the queue. Runs started by runs always fit, else both would wait. */
const ROOM = 200;

export interface DispatcherDeps {
  readonly db: Database;
  readonly events: Events;
  readonly log: Logger;
  readonly now: () => Date;
  readonly worker: string;
  readonly engine: () => Engine;
  readonly executor: () => Executor;
  // oxlint-disable-next-line typescript/no-explicit-any -- kinds of every input live in one registry
  readonly kinds: ReadonlyMap<string, RunKind<any, any>>;
}

/** Gives queued runs to this worker as far as limits allow. */
export interface Dispatcher {
  /** Looks for queued runs; of one kind, or of all. Never throws: the next look comes for sure. */
  wake(kind?: string): void;
  /** Claims runs of a kind inside a transaction; call `begin` with them after commit. */
  claim(tx: Database, kind: string): Promise<RunRow[]>;
  /** Starts what was claimed. */
  begin(rows: readonly RunRow[], steps?: ReadonlyMap<string, readonly StepRecord[]>): void;
  /** What the engine calls for a workflow: carries out the run if it is ours, or takes it over when it was released. */
  carryOut(runId: string, generation: number): Promise<'ended' | 'parked'>;
  /** Whether a run that is started now may begin here. */
  accepting(cause: Cause): boolean;
  /** A run ended here. */
  ended(kind: string): void;
  open(): void;
  close(): Promise<void>;
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const claimed = new Map<string, { row: RunRow; steps: readonly StepRecord[] | undefined }>();
  const looking = new Map<string, Promise<void>>();
  const again = new Set<string>();
  let accepting = false;
  let turnedAway = false;
  const room = (): number => {
    const left = ROOM - claimed.size - deps.executor().held().length;
    if (left <= 0) turnedAway = true;
    return left;
  };

  const limited = (kind: string): boolean => deps.kinds.get(kind)?.concurrency !== undefined;

  const claim = async (tx: Database, kind: string): Promise<RunRow[]> => {
    const own = store.join(tx);
    const concurrency = deps.kinds.get(kind)?.concurrency;
    let rows: RunRow[];
    if (concurrency === undefined) rows = await store.claimUnlimited(own, deps.worker, [kind], deps.now(), BATCH);
    else {
      await store.lockKind(own, kind);
      const perKey = concurrency.key === undefined ? undefined : (concurrency.perKey ?? 1);
      rows = await store.claimLimited(own, deps.worker, kind, { limit: concurrency.limit, perKey }, deps.now());
    }
    await deps.events.publish(tx, ...rows.map(runChanged));
    return rows;
  };

  const begin: Dispatcher['begin'] = (rows, steps) => {
    for (const row of rows) {
      claimed.set(row.id, { row, steps: steps?.get(row.id) });
      deps
        .engine()
        .start(row.id, row.generation)
        .catch((error: unknown) => {
          // The heartbeat finds that it is held but not carried out, and offers it again.
          claimed.delete(row.id);
          deps.log.error({ err: error, run: row.id }, 'A run could not be started.');
        });
    }
  };

  const look = async (name: string): Promise<void> => {
    const kinds = name === '' ? [...deps.kinds.keys()] : [name];
    const open = kinds.filter((kind) => !limited(kind));
    const most = Math.min(BATCH, room());
    if (most <= 0) return;
    if (open.length > 0) {
      const rows = await deps.db.transaction().execute(async (tx) => {
        const rows = await store.claimUnlimited(store.join(tx), deps.worker, open, deps.now(), most);
        await deps.events.publish(tx, ...rows.map(runChanged));
        return rows;
      });
      begin(rows);
      if (rows.length === most) again.add(name);
    }
    for (const kind of kinds.filter(limited)) begin(await deps.db.transaction().execute((tx) => claim(tx, kind)));
  };

  const wake = (kind = ''): void => {
    if (!accepting) return;
    if (looking.has(kind)) {
      again.add(kind);
      return;
    }
    const done = look(kind)
      .catch((error: unknown) => deps.log.warn({ err: error }, 'Queued runs could not be looked at; the next look comes soon.'))
      .finally(() => {
        looking.delete(kind);
        if (again.delete(kind)) wake(kind);
      });
    looking.set(kind, done);
  };

  return {
    wake,
    claim,
    begin,
    async carryOut(runId, generation) {
      const known = claimed.get(runId);
      claimed.delete(runId);
      if (!accepting) return 'parked';
      if (known !== undefined && known.row.generation === generation) return deps.executor().carryOut(known.row, known.steps);
      const row = await store.byId(store.join(deps.db), runId);
      if (row === undefined || !deps.kinds.has(row.kind)) return 'parked';
      const leased = await store.lease(store.join(deps.db), deps.worker, runId, generation);
      if (leased === undefined) return 'parked';
      deps.log.info({ run: runId, kind: leased.kind, attempt: leased.attempt }, 'A run is carried on.');
      return deps.executor().carryOut(leased);
    },
    accepting: (cause) => accepting && (cause.type === 'run' || room() > 0),
    ended(kind) {
      if (limited(kind)) wake(kind);
      if (turnedAway && room() > 0) {
        turnedAway = false;
        wake();
      }
    },
    open() {
      accepting = true;
      wake();
    },
    async close() {
      accepting = false;
      await Promise.all(looking.values());
    },
  };
}
