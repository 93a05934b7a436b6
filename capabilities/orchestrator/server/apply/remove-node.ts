import { messageOf, systemActor } from '@paved/kernel';
import type { StepContext } from '@paved/runs';
import type { DriverCall } from '../../index.ts';
import { instantDrivers } from '../../model/instant.ts';
import type { ResourceRow } from '../store.ts';
import { callOf, type ApplyNodeDeps } from './apply-node.ts';
import type { NodeStep } from './apply-run.ts';
import { driverInputOf } from '../observe.ts';

export type RemoveNode = (deployment: string, step: NodeStep, context: StepContext) => Promise<{ said: string }>;

/** Deletes, orphans or releases a resource that is not asked for any more. */
export function createRemoveNode(deps: ApplyNodeDeps): RemoveNode {
  const { store, now } = deps;
  return async (deploymentId, step, context) => {
    const deployment = await store.deployment(deploymentId);
    const row = await store.resource(step.uid);
    if (deployment === undefined || row === undefined || row.status === 'deleted') return { said: 'It is gone already.' };
    switch (step.action) {
      case 'orphan':
        await store.updateResource(step.uid, {
          status: 'orphaned',
          consumers: [],
          kept_for: await deps.ownersOf(deployment.component),
          deployment_id: deploymentId,
          updated_at: now(),
        });
        return { said: 'Kept aside with its data; destroy it by hand when it is not needed.' };
      case 'delete': {
        await destroyResource(
          deps,
          row,
          callOf(deps, deployment, row.key, context, () => {}),
          deploymentId,
        );
        return { said: 'Deleted.' };
      }
      default:
        await store.transaction((tx) => store.release(step.uid, deployment.component, now(), tx));
        return { said: 'Released; others still use it.' };
    }
  };
}

/** Takes back what a driver made, with its secrets. Idempotent. */
export async function destroyResource(
  deps: Pick<ApplyNodeDeps, 'store' | 'drivers' | 'now' | 'secrets'>,
  row: ResourceRow,
  call: DriverCall,
  deploymentId: string | null,
): Promise<void> {
  const { store, secrets, now } = deps;
  await store.updateResource(row.uid, { status: 'deprovisioning', updated_at: now() });
  try {
    if (!(row.driver in instantDrivers) && row.state !== null)
      await deps.drivers().get(row.driver).destroy(driverInputOf(row), row.state, call);
  } catch (error) {
    await store.updateResource(row.uid, { status: 'failed', error: messageOf(error).slice(0, 2000), updated_at: now() });
    throw error;
  }
  const sealed = await secrets.list(`resources/${row.uid}/`);
  await store.transaction(async (tx) => {
    for (const { path } of sealed) await secrets.remove(path, systemActor, tx);
    await store.updateResource(
      row.uid,
      {
        status: 'deleted',
        consumers: [],
        state: null,
        outputs: null,
        inputs: null,
        input_digest: null,
        holder: null,
        health: null,
        reason: null,
        facts: null,
        deployment_id: deploymentId,
        updated_at: now(),
      },
      tx,
    );
  });
}
