import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Events, Logger } from '@paved/host';
import { messageOf, PavedError } from '@paved/kernel';
import type { Run, RunKind, RunStatus } from '../index.ts';
import { failureOf, StepFailed, type Failure } from '../model/failure.ts';
import { createMasker } from '../model/masking.ts';
import { isPoison, poisonFailure } from '../model/poison.ts';
import { isDatabaseAway, whenDatabaseIsBack } from './database-retry.ts';
import { never, type Execution, type StopReason } from './execution.ts';
import { createStepLog, type StepLog } from './logs/step-log.ts';
import { runChanged } from './run-events.ts';
import type { RunMetrics } from './run-metrics.ts';
import { runStep, skipStep, STOP_GRACE_MS, stopError } from './step-runner.ts';
import { createStepWriter } from './step-writer.ts';
import { LeaseLost, store, type Lease, type RunRow } from './store.ts';
import type { StepRecord } from './step-record.ts';
import type { CancelRequest } from './tables.ts';
import { undoSteps } from './undo.ts';
import { toRun } from './views.ts';
import type { Workspaces } from './workspaces.ts';

export interface ExecutorDeps {
  readonly db: Database;
  readonly events: Events;
  readonly log: Logger;
  readonly now: () => Date;
  readonly workspaces: Workspaces;
  readonly metrics: RunMetrics;
  // oxlint-disable-next-line typescript/no-explicit-any -- kinds of every input live in one registry
  readonly kinds: ReadonlyMap<string, RunKind<any, any>>;
  /** Aborted when the platform begins to stop. */
  readonly signal: AbortSignal;
  /** Called when a run has ended here, after commit. */
  readonly ended: (run: Run) => void;
}

/** Carries runs out in this process. */
export interface Executor {
  /** Runs the body under a lease that this worker holds, until it ended or is not ours any more. */
  /** `known`: its steps, when they were just written. */
  carryOut(row: RunRow, known?: readonly StepRecord[]): Promise<'ended' | 'parked'>;
  cancel(runId: string, request: CancelRequest): void;
  /** Stops without writing anything: the lease is gone. */
  park(runId: string): void;
  held(): { id: string; epoch: number }[];
  /** Lets steps in flight finish, for at most this long, and begins no others; then everything is parked. */
  drain(graceMs: number): Promise<void>;
}

interface RunEnd {
  readonly status: RunStatus;
  readonly output?: unknown;
  readonly error?: Failure;
}

/** How long a body that does not react may hold up the end of its run. */
const BODY_GRACE_MS = 2 * STOP_GRACE_MS;

export function createExecutor(deps: ExecutorDeps): Executor {
  const running = new Map<string, Execution>();
  let draining = false;

  const stop = (run: Execution, reason: StopReason): void => {
    if (run.stop !== undefined || run.parked) return;
    run.stop = reason;
    run.controller.abort(stopError(reason));
  };
  const open = async (row: RunRow, known?: readonly StepRecord[]): Promise<Execution> => {
    const kind = deps.kinds.get(row.kind);
    if (kind === undefined) throw new PavedError('internal', `This server does not know runs of kind ${row.kind}.`);
    const lease = { runId: row.id, epoch: row.epoch };
    const masker = createMasker();
    const logs = new Map<string, StepLog>();
    const log = deps.log.child({ run: row.id, kind: row.kind });
    const steps = known ?? (await whenDatabaseIsBack(() => store.steps(store.join(deps.db), row.id)));
    const parking = new AbortController();
    let appending = Promise.resolve();
    const inOrder = (append: () => Promise<void>): Promise<void> => (appending = appending.catch(() => {}).then(append));
    const run: Execution = {
      row,
      kind,
      lease,
      actor: row.actor,
      workspace: await deps.workspaces.open(row.id),
      masker,
      writer: createStepWriter({ db: deps.db, events: deps.events, lease, crashes: row.crashes, onLost: (error) => lost(run, error) }),
      steps: new Map<string, StepRecord>(steps.map((step) => [step.id, step])),
      used: new Set(),
      undos: [],
      controller: new AbortController(),
      log,
      logOf(step) {
        const known = logs.get(step) ?? createStepLog({ ...deps, lease, masker, inOrder, continues: row.attempt > 1 }, step);
        logs.set(step, known);
        return known;
      },
      stop: undefined,
      get parked() {
        return parking.signal.aborted;
      },
      whenParked: new Promise((resolve) => {
        parking.signal.addEventListener('abort', () => resolve('parked'), { once: true });
      }),
      park() {
        parking.abort();
        run.controller.abort(new PavedError('cancelled', 'Another server carries this run on.'));
        run.writer.close();
      },
      inFlight: new Set(),
      get draining() {
        return draining || deps.signal.aborted;
      },
    };
    return run;
  };
  /** A run that cannot even be opened fails; one that cannot be reached for a moment is tried again. */
  const openOrFail = async (row: RunRow, known?: readonly StepRecord[]): Promise<Execution | undefined> => {
    try {
      return await open(row, known);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      deps.log.error({ err: error, run: row.id }, 'A run could not be opened.');
      await end(
        { runId: row.id, epoch: row.epoch },
        { status: 'failed', error: failureOf(error, createMasker()) },
        known ?? [],
        () => false,
      );
      return undefined;
    }
  };
  const end = async (lease: Lease, result: RunEnd, steps: Iterable<StepRecord>, givenUp: () => boolean): Promise<void> => {
    const now = deps.now();
    const row = await whenDatabaseIsBack(
      () =>
        deps.db.transaction().execute(async (tx) => {
          const ended = await store.finish(store.join(tx), lease, { ...result, now });
          await deps.events.publish(tx, runChanged(ended));
          return ended;
        }),
      givenUp,
    );
    deps.metrics.ended(row);
    deps.ended(toRun(row, [...steps]));
  };
  const lost = (run: Execution, error: unknown): void => {
    if (error instanceof LeaseLost) run.park();
    else run.log.warn({ err: error }, 'A step could not be shown.');
  };

  /** The body, or the reason why it is not waited for any longer. */
  const body = async (run: Execution): Promise<unknown> => {
    const { row, kind } = run;
    const stopped = new Promise<never>((_resolve, reject) => {
      run.controller.signal.addEventListener(
        'abort',
        () => void sleep(BODY_GRACE_MS, undefined, { ref: false }).then(() => reject(run.controller.signal.reason as Error)),
        { once: true },
      );
    });
    const work = kind.execute({
      id: row.id,
      input: row.input,
      actor: run.actor,
      cause: row.cause,
      attempt: row.attempt,
      workspace: run.workspace,
      signal: run.controller.signal,
      step: (id, options, step) => runStep(run, deps.now, id, options, step),
      skip: (id, options) => skipStep(run, deps.now, id, options),
      mask: (...values) => run.masker.add(...values),
    });
    return Promise.race([work, stopped]);
  };

  const settle = async (run: Execution): Promise<RunEnd> => {
    try {
      const output = await body(run);
      if (run.parked) return never();
      // Work that finished in spite of a cancel or timeout does not make it undone.
      if (run.stop !== undefined) throw stopError(run.stop);
      const text = output === undefined ? undefined : JSON.stringify(output);
      return { status: 'succeeded', ...(text === undefined ? {} : { output: run.masker.json(JSON.parse(text)) }) };
    } catch (thrown) {
      if (run.parked || thrown instanceof LeaseLost || (run.draining && run.stop === undefined)) return never();
      // Some step may still run beside the one that failed: what it creates must be known before anything is undone.
      await Promise.all(run.inFlight);
      const failure = failureOf(run.stop === undefined ? thrown : stopError(run.stop), run.masker, stepOf(thrown));
      if (failure.code === 'internal' || failure.code === undefined) run.log.debug({ err: thrown }, 'A run failed.');
      const left = run.kind.undo === true ? await undo(run) : [];
      const error =
        left.length === 0
          ? failure
          : {
              ...failure,
              message: `${failure.message} Not everything could be taken back: ${left.join(', ')}.`,
              fix: failure.fix ?? 'Look at the logs of these steps and take them back by hand.',
            };
      return { status: run.stop?.type === 'cancelled' ? 'cancelled' : 'failed', error };
    }
  };

  /** The run's own signal may be aborted already: undoing has one of its own, and draining waits for it as for a step. */
  const undo = async (run: Execution): Promise<string[]> => {
    const controller = new AbortController();
    void run.whenParked.then(() => controller.abort(new PavedError('cancelled', 'Another server carries this on.')));
    const undoing = undoSteps(run, deps.now, controller.signal);
    run.inFlight.add(undoing.catch(() => {}));
    return undoing;
  };

  const finish = async (run: Execution): Promise<void> => {
    const result = await settle(run);
    for (const step of run.steps.values()) {
      if (step.status !== 'running' && step.status !== 'pending') continue;
      step.status = step.status === 'pending' ? 'skipped' : result.status === 'cancelled' ? 'cancelled' : 'failed';
      step.endedAt = deps.now();
      run.writer.touch(step);
    }
    await run.writer.flush();
    await end(run.lease, result, run.steps.values(), () => run.parked);
  };

  return {
    async carryOut(row, known) {
      const run = await openOrFail(row, known);
      if (run === undefined) return 'ended';
      running.set(row.id, run);
      const timer = deadline(run, (message) => stop(run, { type: 'timeout', message }));
      if (row.cancel !== null) stop(run, cancelReason(row.cancel));
      else if (isPoison(row)) stop(run, { type: 'poison', ...poisonFailure });
      // Asked between reading the row and being found here: nobody else will tell us. Beside the work, so that it costs no time.
      else
        void store.cancelOf(store.join(deps.db), row.id).then(
          (asked) => asked === null || stop(run, cancelReason(asked)),
          () => {},
        );
      try {
        return await Promise.race([finish(run).then(() => 'ended' as const), run.whenParked]);
      } catch (error) {
        // Nothing can be said about the run any more: whoever takes the lease says it.
        if (!(error instanceof LeaseLost)) run.log.error({ err: error }, `A run could not be ended: ${messageOf(error)}`);
        run.park();
        return 'parked';
      } finally {
        clearTimeout(timer);
        run.writer.close();
        if (running.get(row.id) === run) running.delete(row.id);
      }
    },
    cancel(runId, request) {
      const run = running.get(runId);
      if (run !== undefined) stop(run, cancelReason(request));
    },
    park(runId) {
      running.get(runId)?.park();
    },
    held: () => [...running.values()].map((run) => ({ id: run.row.id, epoch: run.lease.epoch })),
    async drain(graceMs) {
      const runs = [...running.values()];
      draining = true;
      const steps = runs.flatMap((run) => [...run.inFlight]);
      await Promise.race([Promise.allSettled(steps), sleep(graceMs, undefined, { ref: false })]);
      for (const run of runs) run.park();
    },
  };
}

function deadline(run: Execution, onTimeout: (message: string) => void): NodeJS.Timeout | undefined {
  const limit = run.kind.timeoutMs;
  if (limit === undefined) return undefined;
  const started = run.row.started_at?.getTime() ?? Date.now();
  return setTimeout(
    () => onTimeout(`The run took longer than ${limit / 1000} s.`),
    Math.min(2 ** 31 - 1, Math.max(0, started + limit - Date.now())),
  );
}

function cancelReason(request: CancelRequest): StopReason {
  return { type: 'cancelled', message: `${request.byName} cancelled it${request.reason === undefined ? '' : `: ${request.reason}`}.` };
}

const stepOf = (thrown: unknown): string | undefined => (thrown instanceof StepFailed ? thrown.step : undefined);
