import { setTimeout as sleep } from 'node:timers/promises';
import { assertPlanSeen } from '../plan-seen.ts';
import { formatDuration, PavedError, type Health } from '@paved/kernel';
import type { Audit } from '@paved/audit';
import type { Events, Logger } from '@paved/host';
import type { Facts } from '@paved/delivery';
import type { Scm } from '@paved/repositories';
import type { StepContext } from '@paved/runs';
import { DEPLOYMENT_CHANGED, WORKLOAD_CHANGED, type DeploymentStatus, type Plan } from '../../index.ts';
import { setId } from '../../model/deployment-set.ts';
import { factsOf } from '../delivery-facts.ts';
import { workloadState, type Observe } from '../observe.ts';
import { kept, sha256, type Basis, type Drawn, type Planning } from '../planning.ts';
import { shippedSet } from '../requests.ts';
import { toDeployment, type DeploymentRow, type Store } from '../store.ts';
import type { World } from '../world.ts';
import { superseded, type NodeStep } from './apply-run.ts';

export interface BookkeepingDeps {
  readonly store: Store;
  readonly world: World;
  readonly planning: Planning;
  readonly observe: Observe;
  readonly events: Events;
  readonly audit: Audit;
  readonly facts: Facts;
  readonly repositories: Scm;
  readonly log: Logger;
  readonly now: () => Date;
}

export type Bookkeeping = ReturnType<typeof createBookkeeping>;

/** Unhealthy for longer than this after apply: the deployment has failed. */
const SETTLE_MS = 60_000;
const fine: readonly Health[] = ['healthy', 'suspended'];

/** What a deployment writes down about itself, step by step. Every method may be repeated. */
export function createBookkeeping(deps: BookkeepingDeps) {
  const { store, world, planning, events, now } = deps;

  const must = async (id: string): Promise<DeploymentRow> => {
    const row = await store.deployment(id);
    if (row === undefined) throw new PavedError('not_found', `There is no deployment ${id}.`);
    return row;
  };

  type Change = Parameters<Store['updateDeployment']>[2];
  /** Changes the deployment and tells; undefined when it is in another status. */
  const change = (id: string, from: readonly DeploymentStatus[], what: Change): Promise<DeploymentRow | undefined> =>
    store.transaction(async (tx) => {
      const row = await store.updateDeployment(id, from, what, tx);
      if (row !== undefined) await events.publish(tx, { type: DEPLOYMENT_CHANGED, subject: row.component, data: { ...toDeployment(row) } });
      return row;
    });

  const check = async (row: DeploymentRow, status: 'running' | 'succeeded' | 'failed' | 'cancelled', summary: string): Promise<void> => {
    if (row.commit === null || row.mode === 'destroy') return;
    const { repository } = await world.component(row.component).catch(() => ({ repository: undefined }));
    if (repository === undefined) return;
    // A check is a courtesy on the commit's page; it never fails a deployment.
    await deps.repositories
      .setCheck(repository, row.commit, { name: `deploy/${row.environment}`, status, summary, href: `/runs/${row.run_id}` })
      .catch((error: unknown) => deps.log.warn({ err: error, deployment: row.id }, 'A check could not be set.'));
  };

  /** The basis that was recorded when the deployment was planned. */
  const recordedBasis = async (row: DeploymentRow): Promise<Basis> => {
    const environment = await world.environment(row.environment);
    const set = row.set_id === null ? undefined : await shippedSet(store, row);
    const basis = await planning.basisOf(row.component, environment, {
      ...(set === undefined ? {} : { set }),
      ...(row.lock === null ? {} : { lock: row.lock }),
      ...(row.variables === null ? {} : { variables: row.variables as Basis['variables'] }),
    });
    return row.facts === null ? basis : { ...basis, facts: row.facts };
  };

  return {
    /** A retried run: its deployment goes on. */
    async reopen(id: string): Promise<void> {
      await change(id, ['failed', 'cancelled'], { status: 'applying', error: null, ended_at: null });
    },

    async read(id: string): Promise<{ set: string; version: string }> {
      const row = await must(id);
      const begun = row.status === 'planning' ? row : await change(id, ['queued', 'applying'], { status: 'planning' });
      if (begun === undefined) throw superseded();
      await check(row, 'running', `Deploying ${row.version}`);
      // A rollback, a promotion or a repetition ships what was shipped before.
      if (row.mode !== 'deploy' || row.set_id !== null) return { set: row.set_id ?? '', version: row.version };
      const component = await world.component(row.component);
      const { body, artifactLocation } = await planning.makeSet(component, {
        version: row.version,
        ...(row.commit === null ? {} : { commit: row.commit }),
        ...(row.request.score === undefined ? {} : { score: row.request.score }),
        ...(row.request.artifact === undefined ? {} : { artifact: row.request.artifact }),
      });
      const set = setId(body, sha256);
      await store.addSet(set, body, artifactLocation, now());
      await store.updateDeployment(id, ['planning'], { set_id: set });
      return { set, version: row.version };
    },

    async plan(id: string, log: (text: string) => void): Promise<{ nodes: NodeStep[]; said: string }> {
      const row = await must(id);
      const environment = await world.environment(row.environment);
      const source = row.request.source === undefined ? undefined : await store.deployment(row.request.source);
      const set = row.set_id === null ? undefined : await shippedSet(store, row);
      const basis = await planning.basisOf(row.component, environment, {
        ...(set === undefined ? {} : { set }),
        ...(row.mode === 'rollback' && source?.lock != null ? { lock: source.lock } : {}),
        ...(row.mode === 'rollback' && source?.variables != null ? { variables: source.variables as Basis['variables'] } : {}),
      });
      const { plan, lock, graph } = await planning.plan(basis);
      assertPlanSeen(row.request.expectedPlan, plan);
      const planned = await change(id, ['planning', 'applying'], {
        status: 'applying',
        plan_digest: plan.digest,
        plan: kept(plan),
        lock: kept(lock),
        variables: kept(basis.variables),
        facts: kept(basis.facts),
      });
      if (planned === undefined) throw superseded();
      for (const node of plan.nodes) log(`${node.action.padEnd(8)} ${node.key}  ${node.reasons.join('; ')}`);
      const rows = await store.resourcesFor(
        row.environment,
        row.component,
        plan.nodes.map((node) => node.uid),
      );
      const others = new Set(rows.filter((resource) => !resource.consumers.includes(row.component)).map((resource) => resource.uid));
      return { nodes: nodeSteps(plan, new Set(graph?.nodes.map((node) => node.key)), others), said: summaryOf(plan) };
    },

    /** The deployment with its graph, as it was planned. */
    async recall(id: string): Promise<{ row: DeploymentRow; planned: Drawn }> {
      const row = await must(id);
      return { row, planned: planning.draw(await recordedBasis(row)) };
    },

    /** Waits until the workload is healthy, seen twice in a row. */
    async settle(id: string, step: StepContext): Promise<{ health: Health; url?: string }> {
      const row = await must(id);
      const workload = row.plan?.nodes.find((node) => node.type === 'workload');
      if (workload === undefined) return { health: 'unknown' };
      const started = Date.now();
      for (let good = 0; ;) {
        const seen = await deps.observe.now(workload.uid);
        good = seen !== undefined && fine.includes(seen.health) ? good + 1 : 0;
        if (good >= 2 && seen !== undefined) {
          const url = (await store.resource(workload.uid))?.outputs?.['url'];
          step.log(`Healthy after ${formatDuration(Date.now() - started)}.`);
          return { health: seen.health, ...(typeof url === 'string' ? { url } : {}) };
        }
        if (Date.now() - started > SETTLE_MS) {
          throw new PavedError(
            'timeout',
            `${row.version} is not healthy after ${formatDuration(SETTLE_MS)}: ${seen?.reason ?? seen?.health ?? 'nothing is known of it'}.`,
            {
              fix: 'Look at its logs; roll back to have the version before.',
            },
          );
        }
        await sleep(150, undefined, { signal: step.signal });
      }
    },

    async finish(id: string, runId: string): Promise<void> {
      const before = await must(id);
      const [previous] = (await store.succeeded(before.component, before.environment, 5)).filter((other) => other.id !== id);
      const row = await store.transaction(async (tx) => {
        const done = await store.updateDeployment(id, ['applying'], { status: 'succeeded', ended_at: now(), error: null }, tx);
        if (done === undefined) return undefined;
        await events.publish(tx, { type: DEPLOYMENT_CHANGED, subject: done.component, data: { ...toDeployment(done) } });
        const workload = done.plan?.nodes.find((node) => node.type === 'workload');
        const resource = workload === undefined ? undefined : await store.resource(workload.uid, tx);
        if (resource !== undefined)
          await events.publish(tx, { type: WORKLOAD_CHANGED, subject: done.component, data: { ...workloadState(resource, done) } });
        await deps.facts.append(factsOf(done, previous, resource, runId), tx);
        await deps.audit.record(
          {
            actor: done.actor,
            action: `orchestrator.deployment.${done.mode}`,
            subject: done.component,
            cause: runId,
            facts: { deployment: id, environment: done.environment, version: done.version, set: done.set_id ?? '' },
          },
          tx,
        );
        return done;
      });
      if (row !== undefined) await check(row, 'succeeded', `${row.version} runs in ${row.environment}`);
    },

    /** Its run has ended without a result. */
    async ended(row: DeploymentRow, status: 'failed' | 'cancelled', message: string): Promise<void> {
      const done = await change(row.id, ['queued', 'planning', 'applying'], { status, error: message, ended_at: now() });
      if (done !== undefined) await check(done, status, message);
    },
  };
}

/** `the route`, `the postgres db`: what a step's title calls a resource; a resource named like its type is called once. */
function called({ type, id }: Plan['nodes'][number]): string {
  const name = id.split('.').at(-1) ?? id;
  return type === 'workload' || name === type ? `the ${type}` : `the ${type} ${name}`;
}

function nodeSteps(plan: Plan, inGraph: ReadonlySet<string>, others: ReadonlySet<string>): NodeStep[] {
  return plan.nodes.map((node) => ({
    key: node.key,
    uid: node.uid,
    title: called(node),
    action: node.action,
    gone: !inGraph.has(node.key),
    joins: inGraph.has(node.key) && others.has(node.uid),
    dependsOn: node.dependsOn,
    reason: node.reasons.join('; '),
  }));
}

/** A plan in a few words: "2 to create, 1 to update, 3 unchanged". */
export function summaryOf(plan: Plan): string {
  const words = {
    create: 'to create',
    update: 'to update',
    replace: 'to replace',
    restore: 'to restore',
    delete: 'to delete',
    orphan: 'kept aside',
    none: 'unchanged',
  } as const;
  const parts = (Object.keys(words) as (keyof typeof words)[])
    .filter((action) => plan.summary[action] > 0)
    .map((action) => `${plan.summary[action]} ${words[action]}`);
  return parts.join(', ') || 'nothing to do';
}
