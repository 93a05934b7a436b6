import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PavedError, type JsonObject } from '@paved/kernel';
import type { Database, Events } from '@paved/host';
import type { StepContext } from '@paved/runs';
import type { Secrets } from '@paved/secrets';
import type { DriverCall, DriverInput, DriverResult, Output } from '../../index.ts';
import { contextOf } from '../../model/component-context.ts';
import { instantDrivers } from '../../model/instant.ts';
import { inputDigestOf } from '../../model/plan.ts';
import { hasUnknown, mappedOutputs, resolveInputs, type Outputs } from '../../model/resolve.ts';
import type { Drivers } from '../drivers.ts';
import type { Observe } from '../observe.ts';
import { kept, sha256, type Drawn } from '../planning.ts';
import type { DeploymentRow, ResourceRow, Store } from '../store.ts';
import type { NodeStep } from './apply-run.ts';

export interface ApplyNodeDeps {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly events: Events;
  readonly drivers: () => Drivers;
  readonly observe: Observe;
  readonly now: () => Date;
  /** Canonical refs of a component's owners; none when it is not in the catalog any more. */
  readonly ownersOf: (component: string) => Promise<string[]>;
  /** The deployment with its graph, rebuilt from what was recorded when it was planned. */
  readonly recall: (deployment: string) => Promise<{ row: DeploymentRow; planned: Drawn }>;
}

export type ApplyNode = (
  deployment: string,
  step: NodeStep,
  context: StepContext,
  mask: (value: string) => void,
) => Promise<{ said: string }>;

const HOLD_PATIENCE_MS = 5 * 60_000;

/** Makes one node true: the same call again, after a crash or with equal inputs, changes nothing. */
export function createApplyNode(deps: ApplyNodeDeps): ApplyNode {
  const { store, secrets, now } = deps;
  return async (deploymentId, step, context, maskInRun) => {
    const secretsSeen: string[] = [];
    const mask = (value: string): void => {
      maskInRun(value);
      secretsSeen.push(value);
    };
    // What a driver says when it fails is kept beside the resource, outside the run and its masking.
    const told = (error: unknown): string =>
      secretsSeen
        .filter((secret) => secret.length >= 4)
        .reduce((text, secret) => text.replaceAll(secret, '••••'), messageOf(error))
        .slice(0, 2000);
    const { row: deployment, planned } = await deps.recall(deploymentId);
    const { graph, resolveBase } = planned;
    const node = graph?.nodes.find((one) => one.key === step.key);
    if (graph === undefined || node === undefined) throw new PavedError('internal', `The plan of ${deploymentId} has no node ${step.key}.`);
    const { driver: driverName } = node.definition.spec;
    const uids = new Map(graph.nodes.map((one) => [one.key, resolveBase.uidOf(one)]));
    const held = await hold(
      deps,
      { deployment, step, node, driverName, stateful: resolveBase.types[node.type]?.stateful === true },
      context,
    );
    const rows = await store.resourcesFor(deployment.environment, deployment.component, graph.nodes.map(resolveBase.uidOf));
    const byUid = new Map(rows.map((row) => [row.uid, row]));
    const inputs = resolveInputs(node, {
      ...resolveBase,
      graph,
      ownerOf: (one) => ownerOf(byUid.get(resolveBase.uidOf(one))),
      outputsOf: (key) => byUid.get(uids.get(key) ?? '')?.outputs ?? undefined,
    });
    if (hasUnknown(inputs))
      throw new PavedError('internal', `Inputs of ${node.key} are still unknown although everything before it was applied.`);
    const inputDigest = inputDigestOf({ driver: driverName, type: node.type, class: node.class }, inputs, sha256);
    const unchanged =
      held.input_digest === inputDigest && held.status === 'active' && held.driver === driverName && held.health !== 'failed';
    if (unchanged) {
      await store.updateResource(step.uid, {
        holder: null,
        deployment_id: deploymentId,
        definition: node.definition.name,
        updated_at: now(),
      });
      return { said: 'Nothing changed after all.' };
    }
    const input: DriverInput = {
      uid: step.uid,
      type: node.type,
      class: node.class,
      id: node.id,
      component: held.component,
      environment: deployment.environment,
      inputs,
    };
    const call = callOf(deps, deployment, node.key, context, mask);
    try {
      const result = await carryOut(deps, input, driverName, held, call, deployment);
      for (const secret of Object.values(result.secretOutputs ?? {})) mask(secret);
      const changed = await store.transaction(async (tx) => {
        const given = await storedOutputs(secrets, result, step.uid, deployment, tx);
        return store.updateResource(
          step.uid,
          {
            status: 'active',
            definition: node.definition.name,
            driver: driverName,
            depends_on: node.dependsOn.map((edge) => edge.key),
            input_digest: inputDigest,
            inputs: kept(inputs),
            state: kept(result.state),
            outputs: kept(mappedOutputs(node, given)),
            deployment_id: deploymentId,
            holder: null,
            error: null,
            ...(driverName in instantDrivers ? { health: 'healthy', reason: null } : {}),
            updated_at: now(),
          },
          tx,
        );
      });
      if (held.driver !== driverName && held.state !== null && held.input_digest !== null) {
        await deps
          .drivers()
          .get(held.driver)
          .destroy({ ...input, inputs: held.inputs ?? {} }, held.state, call);
      }
      if (changed !== undefined && !(driverName in instantDrivers)) await deps.observe.now(step.uid);
      return { said: `${verb[step.action]}.` };
    } catch (error) {
      // A workload's old version goes on serving; anything else is in doubt and is applied again next time.
      const status = held.input_digest === null ? 'failed' : node.type === 'workload' ? held.status : 'failed';
      if (!context.signal.aborted) await store.updateResource(step.uid, { status, holder: null, error: told(error), updated_at: now() });
      throw error;
    }
  };
}

/** Who asked for a resource first; nobody while it is deleted. */
const ownerOf = (row: ResourceRow | undefined) => (row === undefined || row.status === 'deleted' ? undefined : contextOf(row.component));

const verb: Record<NodeStep['action'], string> = {
  create: 'Created',
  update: 'Updated',
  replace: 'Replaced',
  restore: 'Restored',
  delete: 'Deleted',
  orphan: 'Kept aside',
  none: 'Left as it is',
};

async function carryOut(
  deps: ApplyNodeDeps,
  input: DriverInput,
  driverName: string,
  held: ResourceRow,
  call: DriverCall,
  deployment: DeploymentRow,
): Promise<DriverResult> {
  const instant = instantDrivers[driverName];
  if (instant !== undefined) {
    const facts = deployment.facts ?? { environment: deployment.environment, services: [] };
    return { state: {}, outputs: instant(input.inputs, facts) as DriverResult['outputs'] };
  }
  const driver = deps.drivers().get(driverName);
  const [first, ...others] = driver.validate(input);
  if (first !== undefined) {
    throw new PavedError('invalid', `${input.type} ${input.id}: ${first}`, {
      problems: [first, ...others].map((message) => ({ at: input.id, message })),
    });
  }
  const state: JsonObject | undefined = held.driver === driverName ? (held.state ?? undefined) : undefined;
  return driver.apply(input, state, call);
}

/** Waits for its turn when another component's deployment is at the same shared resource. */
async function hold(
  deps: ApplyNodeDeps,
  wanted: {
    deployment: DeploymentRow;
    step: NodeStep;
    node: { key: string; type: string; class: string; id: string; definition: { name: string }; dependsOn: readonly { key: string }[] };
    driverName: string;
    stateful: boolean;
  },
  context: StepContext,
): Promise<ResourceRow> {
  const { deployment, step, node, driverName, stateful } = wanted;
  for (let waited = 0; ; waited += 250) {
    const at = deps.now();
    const held = await deps.store.hold(
      {
        uid: step.uid,
        component: deployment.component,
        environment: deployment.environment,
        key: node.key,
        type: node.type,
        class: node.class,
        id: node.id,
        definition: node.definition.name,
        driver: driverName,
        stateful,
        status: 'provisioning',
        consumers: [deployment.component],
        depends_on: node.dependsOn.map((edge) => edge.key),
        holder: deployment.id,
        created_at: at,
        updated_at: at,
      },
      deployment.component,
    );
    if (held !== undefined) return held;
    if (waited === 0) context.log('Waiting: another deployment works on this shared resource.');
    if (waited > HOLD_PATIENCE_MS)
      throw new PavedError('timeout', `${node.key} was held by another deployment for 5 minutes.`, {
        fix: 'Look at what that deployment waits for, then retry.',
      });
    await sleep(250, undefined, { signal: context.signal });
  }
}

/** Outputs with their secrets put away; only references go further. */
async function storedOutputs(
  secrets: Secrets,
  result: DriverResult,
  uid: string,
  deployment: DeploymentRow,
  tx: Database,
): Promise<Outputs> {
  const sealed: [string, Output][] = [];
  // A driver tells a secret when it makes one; applied again it may leave it out, and the earlier version stays what it was.
  for (const { path, version } of await secrets.list(`resources/${uid}/`)) {
    sealed.push([path.slice(`resources/${uid}/`.length), { secretRef: { path, version } }]);
  }
  for (const [name, value] of Object.entries(result.secretOutputs ?? {})) {
    sealed.push([name, { secretRef: await secrets.put(`resources/${uid}/${name}`, value, deployment.actor, tx) }]);
  }
  return { ...result.outputs, ...Object.fromEntries(sealed) };
}

/** What a driver gets for one call. */
export function callOf(
  deps: Pick<ApplyNodeDeps, 'secrets'>,
  deployment: DeploymentRow,
  key: string,
  context: StepContext,
  mask: (value: string) => void,
): DriverCall {
  return {
    idempotencyKey: context.idempotencyKey,
    signal: context.signal,
    log: (text) => context.log(text),
    async reveal(ref) {
      const value = await deps.secrets.reveal(ref, deployment.actor, `deployment ${deployment.id} hands it to ${key}`);
      mask(value);
      return value;
    },
  };
}
