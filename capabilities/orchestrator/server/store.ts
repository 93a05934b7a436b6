import { sql, type Insertable, type Kysely, type Selectable, type Updateable } from 'kysely';
import type { Database } from '@paved/host';
import type { Deployment, DeploymentStatus } from '../index.ts';
import type { DeploymentSet } from '../model/deployment-set.ts';
import type { ActiveResource } from '../model/plan.ts';
import type { Tables } from './tables.ts';

export type DeploymentRow = Selectable<Tables['deployment']>;
export type ResourceRow = Selectable<Tables['resource']>;
export type Store = ReturnType<typeof createStore>;

/** Deployments that will still change. */
export const openStatuses: readonly DeploymentStatus[] = ['queued', 'planning', 'applying'];

/** The orchestrator's tables. Methods join a transaction when one is given. */
export function createStore(db: Database) {
  const tables = (tx: Database = db): Kysely<Tables> => tx.withSchema('orchestrator');
  return {
    transaction: <T>(work: (tx: Database) => Promise<T>): Promise<T> => db.transaction().execute(work),

    /** Whoever changes the queue of a component in an environment does so alone. */
    async lockPlace(component: string, environment: string, tx: Database): Promise<void> {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`paved.orchestrator ${component} ${environment}`}, 0))`.execute(tx);
    },

    async addSet(id: string, set: DeploymentSet, location: string | undefined, at: Date, tx?: Database): Promise<void> {
      await tables(tx)
        .insertInto('deployment_set')
        .values({ id, component: set.component, body: JSON.stringify(set), artifact_location: location ?? null, created_at: at })
        .onConflict((c) => c.column('id').doUpdateSet({ artifact_location: location ?? null }))
        .execute();
    },

    set: (id: string) => tables().selectFrom('deployment_set').selectAll().where('id', '=', id).executeTakeFirst(),

    /** What was built last of a component (from this commit, when given), by any deployment that shipped it: a rollback builds nothing. */
    newestBuilt: async (component: string, commit?: string) => {
      const query = tables()
        .selectFrom('deployment as d')
        .innerJoin('deployment_set as s', 's.id', 'd.set_id')
        .select(['s.id', 's.body', 's.artifact_location', 'd.version', 'd.commit'])
        .where('d.component', '=', component)
        .where('s.artifact_location', 'is not', null)
        .orderBy('s.created_at', 'desc')
        .orderBy('d.seq', 'desc')
        .limit(1);
      return (commit === undefined ? query : query.where('d.commit', '=', commit)).executeTakeFirst();
    },

    async addDeployment(row: Insertable<Tables['deployment']>, tx: Database): Promise<DeploymentRow> {
      return tables(tx).insertInto('deployment').values(row).returningAll().executeTakeFirstOrThrow();
    },

    deployment: (id: string, tx?: Database): Promise<DeploymentRow | undefined> =>
      tables(tx).selectFrom('deployment').selectAll().where('id', '=', id).executeTakeFirst(),

    byRun: (runId: string): Promise<DeploymentRow | undefined> =>
      tables().selectFrom('deployment').selectAll().where('run_id', '=', runId).executeTakeFirst(),

    byKey: (component: string, environment: string, key: string, tx?: Database): Promise<DeploymentRow | undefined> =>
      tables(tx)
        .selectFrom('deployment')
        .selectAll()
        .where('component', '=', component)
        .where('environment', '=', environment)
        .where('idempotency_key', '=', key)
        .executeTakeFirst(),

    /** Deployments of a place that wait for their turn. */
    queued: (component: string, environment: string, tx: Database): Promise<DeploymentRow[]> =>
      tables(tx)
        .selectFrom('deployment')
        .selectAll()
        .where('component', '=', component)
        .where('environment', '=', environment)
        .where('status', '=', 'queued')
        .execute(),

    /** Succeeded deployments that shipped something, newest first. */
    succeeded: (component: string, environment: string, limit: number): Promise<DeploymentRow[]> =>
      tables()
        .selectFrom('deployment')
        .selectAll()
        .where('component', '=', component)
        .where('environment', '=', environment)
        .where('status', '=', 'succeeded')
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute(),

    /** Changes a deployment in one of these statuses; undefined when it is in another. */
    updateDeployment: (
      id: string,
      from: readonly DeploymentStatus[],
      change: Updateable<Tables['deployment']>,
      tx?: Database,
    ): Promise<DeploymentRow | undefined> =>
      tables(tx)
        .updateTable('deployment')
        .set(change)
        .where('id', '=', id)
        .where('status', 'in', [...from])
        .returningAll()
        .executeTakeFirst(),

    resource: (uid: string, tx?: Database): Promise<ResourceRow | undefined> =>
      tables(tx).selectFrom('resource').selectAll().where('uid', '=', uid).executeTakeFirst(),

    /** What a component uses in an environment, and whatever has one of these uids. */
    resourcesFor: (environment: string, component: string, uids: readonly string[]): Promise<ResourceRow[]> =>
      tables()
        .selectFrom('resource')
        .selectAll()
        .where('environment', '=', environment)
        .where((e) => e.or([e(e.val(component), '=', e.fn.any('consumers')), ...(uids.length === 0 ? [] : [e('uid', 'in', [...uids])])]))
        .orderBy('key')
        .execute(),

    /** Resources with something behind them, to be adopted at start. */
    alive: (): Promise<ResourceRow[]> =>
      tables().selectFrom('resource').selectAll().where('state', 'is not', null).where('status', '<>', 'deleted').orderBy('uid').execute(),

    workloads: (component?: string, environment?: string): Promise<ResourceRow[]> => {
      let query = tables().selectFrom('resource').selectAll().where('type', '=', 'workload').where('status', '<>', 'deleted');
      if (component !== undefined) query = query.where((e) => e(e.val(component), '=', e.fn.any('consumers')));
      if (environment !== undefined) query = query.where('environment', '=', environment);
      return query.orderBy('key').execute();
    },

    /**
     * Takes a resource for a deployment; it is made when new. Gives undefined while another deployment that has not ended holds it.
     */
    async hold(row: Insertable<Tables['resource']> & { holder: string }, consumer: string): Promise<ResourceRow | undefined> {
      return db.transaction().execute(async (tx) => {
        await tables(tx)
          .insertInto('resource')
          .values(row)
          .onConflict((c) => c.column('uid').doNothing())
          .execute();
        const found = await tables(tx).selectFrom('resource').selectAll().where('uid', '=', row.uid).forUpdate().executeTakeFirstOrThrow();
        if (found.holder !== null && found.holder !== row.holder) {
          const other = await tables(tx).selectFrom('deployment').select('status').where('id', '=', found.holder).executeTakeFirst();
          if (other !== undefined && openStatuses.includes(other.status)) return undefined;
        }
        // What was deleted starts afresh: nothing of its past is true any more.
        const fresh = found.status === 'deleted' ? { consumers: [], input_digest: null, inputs: null, state: null, outputs: null } : found;
        const consumers = [...new Set([...fresh.consumers, consumer])].toSorted();
        return tables(tx)
          .updateTable('resource')
          .set({
            holder: row.holder,
            updated_at: row.updated_at,
            consumers,
            ...(found.status === 'deleted'
              ? { component: row.component, input_digest: null, inputs: null, state: null, outputs: null, created_at: row.created_at }
              : {}),
            ...(fresh.input_digest === null ? { status: 'provisioning' } : {}),
          })
          .where('uid', '=', row.uid)
          .returningAll()
          .executeTakeFirstOrThrow();
      });
    },

    updateResource: (uid: string, change: Updateable<Tables['resource']>, tx?: Database): Promise<ResourceRow | undefined> =>
      tables(tx).updateTable('resource').set(change).where('uid', '=', uid).returningAll().executeTakeFirst(),

    /** A component does not use it any more. */
    async release(uid: string, component: string, at: Date, tx: Database): Promise<void> {
      await tables(tx)
        .updateTable('resource')
        .set({ consumers: sql`array_remove(consumers, ${component})`, updated_at: at })
        .where('uid', '=', uid)
        .execute();
    },
  };
}

/** A row as planning sees it. */
export const toActive = (row: ResourceRow): ActiveResource => ({
  uid: row.uid,
  component: row.component,
  key: row.key,
  type: row.type,
  class: row.class,
  id: row.id,
  definition: row.definition,
  driver: row.driver,
  stateful: row.stateful,
  status: row.status,
  consumers: row.consumers,
  dependsOn: row.depends_on,
  ...(row.input_digest === null ? {} : { inputDigest: row.input_digest }),
  ...(row.inputs === null ? {} : { inputs: row.inputs }),
  ...(row.outputs === null ? {} : { outputs: row.outputs }),
  ...(row.health === null ? {} : { health: row.health }),
});

/** A row as clients see it. */
export const toDeployment = (row: DeploymentRow): Deployment => ({
  id: row.id,
  component: row.component,
  environment: row.environment,
  version: row.version,
  ...(row.commit === null ? {} : { commit: row.commit }),
  mode: row.mode,
  status: row.status,
  runId: row.run_id,
  setId: row.set_id ?? '',
  planDigest: row.plan_digest ?? '',
  actor: { ref: row.actor.ref, displayName: row.actor.displayName },
  startedAt: row.created_at.toISOString(),
  ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
  ...(row.error === null ? {} : { error: row.error }),
});
