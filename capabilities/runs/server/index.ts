import { audit } from '@paved/audit';
import { defineCapability } from '@paved/host';
import { hasEnded, RUN_CHANGED, runs, type RunKind, type RunStatus } from '../index.ts';
import { createDbosEngine, type Engine } from './dbos.ts';
import { createDispatcher } from './dispatcher.ts';
import { createExecutor, type Executor } from './executor.ts';
import { createRuns } from './migrations/001_runs.ts';
import { noop } from './noop.ts';
import { addRoutes } from './routes.ts';
import { createRunMetrics } from './run-metrics.ts';
import { createSchedules } from './schedules/schedules.ts';
import { createService } from './service.ts';
import { store } from './store.ts';
import { tidy, TIDY_MS } from './tidy.ts';
import { views } from './views.ts';
import { createWaiters } from './waiters.ts';
import { poisonFailure } from '../model/poison.ts';
import { createHeartbeat } from './workers/heartbeat.ts';
import { workerStore } from './workers/store.ts';
import { createWorkspaces } from './workspaces.ts';
import { runChanged } from './run-events.ts';

/** Announced by a server that stops, so that the others look for its runs at once. */
const WORKER_LEFT = 'runs.worker.left';
/** How long a stopping server lets steps in flight finish before another replica takes their runs. */
const DRAIN_GRACE_MS = 4_000;
/** Without a heartbeat for this long, the server is not fit to carry out runs. */
const UNHEALTHY_MS = 10_000;

/** What RUN_CHANGED carries. */
interface Changed {
  readonly id: string;
  readonly kind: string;
  readonly status: RunStatus;
  readonly cancelling?: boolean;
}

/** One engine for everything that happens. */
export const runsCapability = defineCapability({
  name: 'runs',
  provides: runs,
  needs: { audit },
  permissions: [
    { name: 'runs.run.read', description: 'See runs, their steps and logs.', role: 'viewer' },
    { name: 'runs.run.create', description: 'Start runs of kinds that are open to everybody.', role: 'developer' },
    { name: 'runs.run.cancel', description: 'Cancel and retry runs; developers their own.', role: 'platform-engineer', owner: 'developer' },
  ],
  migrations: { '001_runs': createRuns },
  create(context) {
    const { db, events, log, now } = context;
    const own = store.join(db);
    const worker = context.newId('worker');
    // oxlint-disable-next-line typescript/no-explicit-any -- kinds of every input live in one registry
    const kinds = new Map<string, RunKind<any, any>>();
    const metrics = createRunMetrics(context.metrics);
    const workspaces = createWorkspaces(context.dataDir);
    const waiters = createWaiters((id) => views.get(own, id), context.signal);
    // Engine, executor and dispatcher call each other; each reaches the others when it is called, not when it is made.
    let engine: Engine | undefined;
    let executor: Executor | undefined;
    const theEngine = (): Engine => engine as Engine;
    const theExecutor = (): Executor => executor as Executor;
    const dispatcher = createDispatcher({ db, events, log, now, worker, engine: theEngine, executor: theExecutor, kinds });
    const schedules = createSchedules({ db, log, now, start: (request, tx) => service.start(request, tx) });
    const service = createService({
      context,
      worker,
      audit: context.needs.audit,
      kinds,
      dispatcher,
      executor: theExecutor,
      waiters,
      metrics,
      schedule: schedules.add,
    });
    executor = createExecutor({
      db,
      events,
      log,
      now,
      workspaces,
      metrics,
      kinds,
      signal: context.signal,
      ended(run) {
        waiters.ended(run);
        dispatcher.ended(run.kind);
      },
    });
    engine = createDbosEngine({ databaseUrl: context.databaseUrl, worker, log, carryOut: dispatcher.carryOut });
    const cancelHeld = async (runId: string): Promise<void> => {
      if (
        !theExecutor()
          .held()
          .some((run) => run.id === runId)
      )
        return;
      const row = await store.byId(own, runId);
      if (row?.cancel) theExecutor().cancel(runId, row.cancel);
    };
    let tidiedAt = Number.NEGATIVE_INFINITY;
    const heartbeat = createHeartbeat({
      db,
      log,
      worker,
      replica: context.replica,
      engine: theEngine,
      executor: theExecutor,
      dispatcher,
      metrics,
      kinds,
      async poison(runId) {
        await db.transaction().execute(async (tx) => {
          const row = await store.endUnattended(store.join(tx), runId, { status: 'failed', error: poisonFailure, now: now() });
          if (row === undefined) return;
          await events.publish(tx, runChanged(row));
          metrics.ended(row);
        });
      },
      cancelHeld,
      async also() {
        await schedules.tick();
        if (performance.now() - tidiedAt < TIDY_MS) return;
        tidiedAt = performance.now();
        await workerStore.removeOld(own);
        await tidy({ db: own, engine: theEngine(), workspaces, now });
      },
    });
    const hear = ({ id, kind, status, cancelling }: Changed): void => {
      if (status === 'queued' && kinds.has(kind)) dispatcher.wake(kind);
      // When this fails, the next heartbeat sees it.
      if (cancelling === true) cancelHeld(id).catch(() => {});
      if (!hasEnded(status)) return;
      waiters.look(id);
      // A place may be free now.
      if (kinds.get(kind)?.concurrency !== undefined) dispatcher.wake(kind);
    };
    let unsubscribe: (() => void) | undefined;

    service.define(noop);
    return {
      service,
      routes: (app) => addRoutes(app, { service, db: own, kinds, guard: context.guard, signal: context.signal }),
      async start() {
        // A worker may die before its first heartbeat: that it lives is written before it takes any work.
        await heartbeat.first();
        await theEngine().launch();
        unsubscribe = events.subscribe([RUN_CHANGED, WORKER_LEFT], (event) =>
          event.type === WORKER_LEFT ? void heartbeat.sweep() : hear(event.data as unknown as Changed),
        );
        dispatcher.open();
        await heartbeat.sweep();
        heartbeat.run();
      },
      async drain() {
        await dispatcher.close();
        await theExecutor().drain(DRAIN_GRACE_MS);
        // From here on this server must neither look for runs nor be offered any, or it would catch what it lets go.
        unsubscribe?.();
        await heartbeat.stop();
        await theEngine().stop();
        const handed = await workerStore.handOver(own, worker);
        await heartbeat.leave();
        if (handed === 0) return;
        log.info({ runs: handed }, 'Runs are handed over.');
        await events.announce({ type: WORKER_LEFT, subject: worker, data: {} });
      },
      async stop() {
        unsubscribe?.();
        waiters.close();
        await heartbeat.stop();
        await theEngine().stop();
      },
      async health() {
        const age = heartbeat.age();
        return age > UNHEALTHY_MS ? `no heartbeat for ${Math.round(age / 1000)} s` : undefined;
      },
    };
  },
});
