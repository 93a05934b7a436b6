import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as Sdk from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import type { Logger } from '@paved/host';

/**
 * The durable engine below runs: it starts a run's workflow here, and brings a workflow whose worker is gone back to life
 * on some replica. Which replica may write results is decided by the run's lease, not by the engine.
 */
export interface Engine {
  launch(): Promise<void>;
  /** Starts carrying out a run in this process; does nothing when the workflow is known already. */
  start(runId: string, generation: number): Promise<void>;
  /** Offers a run to all replicas; one of them carries it on. */
  resume(runId: string, generation: number): Promise<void>;
  /** Removes what the engine remembers of ended runs. */
  forget(runs: readonly { id: string; generation: number }[]): Promise<void>;
  stop(): Promise<void>;
}

export interface EngineDeps {
  readonly databaseUrl: string;
  /** Unique per process life, so that the engine never takes a dead process's work for its own. */
  readonly worker: string;
  readonly log: Logger;
  /** Carries a run out. `parked`: it is not ours any more, its workflow must not be recorded as ended. */
  readonly carryOut: (runId: string, generation: number) => Promise<'ended' | 'parked'>;
}

/** All replicas share it, else runs that a former release started would never be resumed: step ids make replay compatible. */
const WORKFLOW_VERSION = 'paved-runs-1';
const CONNECTIONS = 4;
const NEVER = 2 ** 31 - 1;

export function createDbosEngine(deps: EngineDeps): Engine {
  const { DBOS, Error: errors } = loadCopy();
  // Work must not see the workflow's async context: what it calls is ours, not the engine's.
  const outside = AsyncLocalStorage.snapshot();
  let pool: pg.Pool | undefined;

  const workflow = DBOS.registerWorkflow(
    async (runId: string, generation: number): Promise<void> => {
      const end = await outside(() => deps.carryOut(runId, generation)).catch((error: unknown) => {
        deps.log.error({ err: error, run: runId }, 'A run could not be carried out here; it is offered again.');
        return 'parked' as const;
      });
      // A workflow that returns is over for the engine: only a run that has ended may let it.
      if (end === 'parked') await new Promise(() => {});
    },
    { name: 'paved.run', maxRecoveryAttempts: NEVER },
  );
  const quiet = (entry: unknown): void => deps.log.debug({ engine: String(entry) }, 'The engine says something.');

  return {
    async launch() {
      pool = new pg.Pool({
        connectionString: deps.databaseUrl,
        max: CONNECTIONS,
        idleTimeoutMillis: 30_000,
        application_name: 'paved runs',
      });
      pool.on('error', (error) => deps.log.warn({ err: error }, 'The engine lost a database connection.'));
      DBOS.setConfig({
        name: 'paved',
        systemDatabaseUrl: deps.databaseUrl,
        systemDatabasePool: pool,
        systemDatabaseSchemaName: 'runs_engine',
        applicationVersion: WORKFLOW_VERSION,
        executorID: deps.worker,
        useListenNotify: false,
        schedulerPollingIntervalMs: 3_600_000,
        logger: {
          debug() {},
          info() {},
          warn: quiet,
          error: (entry) => deps.log.warn({ engine: String(entry) }, 'The engine reports an error.'),
        },
      });
      await oneAtATime(pool, () => DBOS.launch());
    },
    async start(runId, generation) {
      await outside(() => DBOS.startWorkflow(workflow, { workflowID: workflowId(runId, generation) })(runId, generation));
    },
    async resume(runId, generation) {
      try {
        await outside(() => DBOS.resumeWorkflow(workflowId(runId, generation)));
      } catch (error) {
        // Its worker died between taking the run and telling the engine.
        if (!(error instanceof errors.DBOSNonExistentWorkflowError)) throw error;
        await this.start(runId, generation);
      }
    },
    async forget(runs) {
      const ids = runs.flatMap(({ id, generation }) => Array.from({ length: generation }, (_, i) => workflowId(id, i + 1)));
      if (ids.length > 0) await DBOS.deleteWorkflows(ids);
    },
    async stop() {
      if (pool === undefined) return;
      await DBOS.shutdown();
      await pool.end();
      pool = undefined;
    },
  };
}

/**
 * The engine migrates its schema when it is launched, and two that do so at once deadlock. Tried again and again instead of waited for:
 * who waits for a lock holds a snapshot, and the engine builds its indexes concurrently, that is, after every older snapshot is gone.
 */
async function oneAtATime(pool: pg.Pool, launch: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  const lost = (): void => {};
  client.on('error', lost);
  try {
    const taken = async (): Promise<boolean> =>
      (await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(hashtextextended('paved.runs_engine', 0)) as taken`)).rows[0]
        ?.taken === true;
    while (!(await taken())) await sleep(50);
    await launch();
  } finally {
    client.off('error', lost);
    // The lock goes with its connection.
    client.release(true);
  }
}

const workflowId = (runId: string, generation: number): string => (generation === 1 ? runId : `${runId}.${generation}`);

/** The SDK keeps its state in its modules; a platform gets a copy of its own, so that two can live in one process. */
function loadCopy(): typeof Sdk {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@dbos-inc/dbos-sdk');
  const folder = entry.slice(0, entry.lastIndexOf(path.join('@dbos-inc', 'dbos-sdk')));
  const own = path.join(folder, '@dbos-inc', 'dbos-sdk') + path.sep;
  for (const file of Object.keys(require.cache)) if (file.startsWith(own)) delete require.cache[file];
  return require(entry) as typeof Sdk;
}
