import { PavedError, type Actor, type Page } from '@paved/kernel';
import type { Events, Guard } from '@paved/host';
import type { Run, Runs } from '@paved/runs';
import { DEPLOYMENT_CHANGED, type ActiveResource, type Deployment, type LogLine, type Orchestrator, type WorkloadState } from '../index.ts';
import type { Drivers } from './drivers.ts';
import { driverInputOf, workloadState } from './observe.ts';
import { CREATE, type Requests } from './requests.ts';
import { openStatuses, toDeployment, type DeploymentRow, type Store } from './store.ts';
import type { Views, DeploymentFilter, ResourceView } from './views.ts';
import type { World } from './world.ts';

export const DESTROY_RUN = 'orchestrator.resource.destroy';

export type OrchestratorService = ReturnType<typeof createService>;

/** The orchestrator's port, and what only its own routes need. */
export function createService(deps: {
  store: Store;
  views: Views;
  world: World;
  requests: Requests;
  runs: Runs;
  events: Events;
  guard: Guard;
  drivers: () => Drivers;
}) {
  const { store, views, requests, events } = deps;

  const ended = (row: DeploymentRow): boolean => !openStatuses.includes(row.status);

  const workloads = async (component?: string): Promise<WorkloadState[]> => {
    const rows = await store.workloads(component);
    return Promise.all(
      rows.map(async (row) => workloadState(row, row.deployment_id === null ? undefined : await store.deployment(row.deployment_id))),
    );
  };

  const own: Omit<Orchestrator, 'destroyResource'> = {
    deploy: requests.deploy,
    plan: requests.plan,
    rollback: (component, environment, actor) => requests.rollback(component, environment, actor),
    promote: (component, from, to, actor) => requests.promote(component, from, to, actor),
    async deployment(id) {
      const row = await store.deployment(id);
      return row === undefined ? undefined : toDeployment(row);
    },
    async settled(id, timeoutMs = 20 * 60_000) {
      const deadline = Date.now() + timeoutMs;
      let wake = (): void => {};
      const stop = events.subscribe([DEPLOYMENT_CHANGED], (event) => {
        if (event.data['id'] === id) wake();
      });
      try {
        for (;;) {
          const changed = new Promise<void>((resolve) => (wake = resolve));
          const row = await store.deployment(id);
          if (row === undefined) throw new PavedError('not_found', `There is no deployment ${id}.`);
          if (ended(row)) return toDeployment(row);
          if (Date.now() > deadline)
            throw new PavedError('timeout', `The deployment ${id} has not ended yet (${row.status}).`, { fix: 'Ask again later.' });
          // The event comes at once; the timer is the net for a lost one.
          await Promise.race([changed, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
        }
      } finally {
        stop();
      }
    },
    workloads,
    planRemoval: requests.planRemoval,
    remove: requests.remove,
    resources: async (filter = {}) => (await views.resources(filter)).map(toActive),
  };

  return {
    ...own,
    requests,
    world: deps.world,
    board: () => views.board(),
    listDeployments: (filter: DeploymentFilter): Promise<Page<Deployment>> => views.deployments(filter),
    listResources: views.resources,

    /** A deployment with its plan. */
    async details(id: string): Promise<DeploymentRow> {
      const row = await store.deployment(id);
      if (row === undefined) throw new PavedError('not_found', `There is no deployment ${id}.`);
      return row;
    },

    async logs(component: string, environment: string, query: { tail: number; instance?: string }): Promise<LogLine[]> {
      const [row] = await store.workloads(component, environment);
      if (row === undefined || row.state === null) return [];
      return (await deps.drivers().get(row.driver).logs?.(driverInputOf(row), row.state, query)) ?? [];
    },

    /** Destroys what was kept aside, with its data, for good. `confirm` is its name, so that nobody does it by mistake. */
    async destroyResource(uid: string, confirm: string, actor: Actor, ownersOfGone: readonly string[] = []): Promise<Run> {
      const row = await store.resource(uid);
      if (row === undefined || row.status === 'deleted') throw new PavedError('not_found', `There is no resource ${uid}.`);
      const { ownerRefs } = await deps.world.component(row.component).catch(() => ({ ownerRefs: ownersOfGone }));
      deps.guard.require(actor, CREATE, { ref: row.component, ownerRefs });
      if (row.consumers.length > 0 && row.status !== 'orphaned') {
        throw new PavedError('conflict', `${row.key} is used by ${row.consumers.join(', ')}.`, {
          fix: 'Delete those services from the environment, or remove it from their Score files, first.',
        });
      }
      if (confirm !== row.id) {
        throw new PavedError('invalid', `Destroying ${row.key} deletes its data for good; "${confirm}" does not confirm it.`, {
          fix: `Confirm with its id, ${row.id}.`,
        });
      }
      return deps.runs.start({
        kind: DESTROY_RUN,
        input: { uid, key: row.key, environment: row.environment },
        actor,
        cause: { type: 'user' },
        subjects: [row.component, `environment:default/${row.environment.toLowerCase()}`],
      });
    },
  };
}

function toActive(row: ResourceView): ActiveResource {
  const bytes = row.facts?.['bytes'];
  return {
    uid: row.uid,
    key: row.key,
    type: row.type,
    class: row.class,
    id: row.id,
    component: row.component,
    environment: row.environment,
    status: row.status as ActiveResource['status'],
    stateful: row.stateful,
    consumers: [...row.consumers],
    ...(bytes === undefined ? {} : { bytes: Number(bytes) }),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
