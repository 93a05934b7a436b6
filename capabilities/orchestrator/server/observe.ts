import { messageOf, type JsonObject } from '@paved/kernel';
import type { Events, Logger } from '@paved/host';
import {
  WORKLOAD_CHANGED,
  type DriverInput,
  type Observation,
  type WorkloadFacts,
  type WorkloadOutputs,
  type WorkloadState,
} from '../index.ts';
import { instantDrivers } from '../model/instant.ts';
import type { Drivers } from './drivers.ts';
import type { DeploymentRow, ResourceRow, Store } from './store.ts';

/** Keeps what is known of resources up to date with what drivers see. */
export interface Observe {
  /** Looks soon; many calls at once are one look. Never throws. */
  soon(uid: string): void;
  /** Looks now and records the result. */
  now(uid: string): Promise<Observation | undefined>;
  stop(): Promise<void>;
}

export function createObserve(deps: { store: Store; events: Events; drivers: () => Drivers; log: Logger; now: () => Date }): Observe {
  const { store, events, log } = deps;
  const looking = new Map<string, Promise<unknown>>();
  const again = new Set<string>();
  let stopped = false;

  const look = async (uid: string): Promise<Observation | undefined> => {
    const row = await store.resource(uid);
    if (row === undefined || row.state === null || row.status === 'deleted' || row.driver in instantDrivers) return undefined;
    const seen = await deps
      .drivers()
      .get(row.driver)
      .observe(driverInputOf(row), row.state)
      .catch((error: unknown): Observation => ({ health: 'unknown', reason: messageOf(error) }));
    const same =
      row.health === seen.health &&
      (row.reason ?? undefined) === seen.reason &&
      JSON.stringify(row.facts ?? {}) === JSON.stringify(seen.facts ?? {});
    if (same && row.health !== null) return seen;
    await store.transaction(async (tx) => {
      const changed = await store.updateResource(
        uid,
        {
          health: seen.health,
          reason: seen.reason ?? null,
          facts: seen.facts === undefined ? null : JSON.stringify(seen.facts),
          updated_at: deps.now(),
        },
        tx,
      );
      if (changed === undefined || changed.type !== 'workload') return;
      const deployment = changed.deployment_id === null ? undefined : await store.deployment(changed.deployment_id, tx);
      await events.publish(tx, { type: WORKLOAD_CHANGED, subject: changed.component, data: { ...workloadState(changed, deployment) } });
    });
    return seen;
  };

  const soon = (uid: string): void => {
    if (stopped) return;
    if (looking.has(uid)) {
      again.add(uid);
      return;
    }
    const done = look(uid)
      .catch((error: unknown) => log.warn({ err: error, resource: uid }, 'A resource could not be observed.'))
      .finally(() => {
        looking.delete(uid);
        if (again.delete(uid)) soon(uid);
      });
    looking.set(uid, done);
  };

  return {
    soon,
    now: look,
    async stop() {
      stopped = true;
      await Promise.allSettled(looking.values());
    },
  };
}

/** What a driver is told about a resource that exists. */
export const driverInputOf = (row: ResourceRow): DriverInput => ({
  uid: row.uid,
  type: row.type,
  class: row.class,
  id: row.id,
  component: row.component,
  environment: row.environment,
  inputs: row.inputs ?? {},
});

/** A workload's row and the deployment that brought it, for clients. */
export function workloadState(
  row: ResourceRow,
  deployment: Pick<DeploymentRow, 'version' | 'commit' | 'id' | 'ended_at' | 'created_at'> | undefined,
): WorkloadState {
  const outputs = (row.outputs ?? {}) as WorkloadOutputs;
  const facts = (row.facts ?? {}) as Partial<WorkloadFacts> & JsonObject;
  const inputs = row.inputs ?? {};
  return {
    component: row.component,
    environment: row.environment,
    health: row.health ?? (row.status === 'provisioning' ? 'progressing' : 'unknown'),
    ...(row.reason === null ? (row.error === null ? {} : { reason: row.error }) : { reason: row.reason }),
    ...(typeof inputs['version'] === 'string' ? { version: inputs['version'] } : {}),
    ...(deployment?.commit === null || deployment?.commit === undefined ? {} : { commit: deployment.commit }),
    ...(outputs.url === undefined ? {} : { url: outputs.url }),
    ...(facts.instances === undefined ? {} : { instances: facts.instances }),
    ...(facts.restarts === undefined ? {} : { restarts: facts.restarts }),
    ...(deployment === undefined
      ? {}
      : { deployedAt: (deployment.ended_at ?? deployment.created_at).toISOString(), deploymentId: deployment.id }),
  };
}
