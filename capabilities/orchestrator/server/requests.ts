import { PavedError, systemActor, type Actor } from '@paved/kernel';
import type { Audit } from '@paved/audit';
import type { Events, Guard } from '@paved/host';
import type { Cause, Runs } from '@paved/runs';
import { assertPlanSeen } from './plan-seen.ts';
import { DEPLOYMENT_CHANGED, type Deployment, type DeployRequest, type Plan } from '../index.ts';
import { kept, type Basis, type Planning } from './planning.ts';
import { toDeployment, type DeploymentRow, type Store } from './store.ts';
import type { StoredRequest } from './tables.ts';
import type { KnownComponent, KnownEnvironment, World } from './world.ts';

export const APPLY_RUN = 'orchestrator.deployment.apply';
export const CREATE = 'orchestrator.deployment.create';

export interface RequestDeps {
  readonly store: Store;
  readonly world: World;
  readonly planning: Planning;
  readonly runs: Runs;
  readonly audit: Audit;
  readonly events: Events;
  readonly guard: Guard;
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
}

interface Order {
  readonly mode: Deployment['mode'];
  readonly version: string;
  readonly commit?: string | undefined;
  readonly setId?: string;
  readonly request: StoredRequest;
  readonly idempotencyKey?: string | undefined;
}

export type Requests = ReturnType<typeof createRequests>;

/** Everything that starts a deployment, and the same as a preview. */
export function createRequests(deps: RequestDeps) {
  const { store, world, planning, runs, audit, events, guard, now, newId } = deps;

  const allowed = async (
    component: string,
    environment: string,
    actor: Actor,
  ): Promise<{ component: KnownComponent; environment: KnownEnvironment }> => {
    const known = await world.component(component);
    guard.require(actor, CREATE, { ref: known.ref, ownerRefs: known.ownerRefs });
    return { component: known, environment: await world.environment(environment) };
  };

  /** Queues a deployment; what waited before it in the same place is superseded. */
  const place = async (
    component: KnownComponent,
    environment: KnownEnvironment,
    order: Order,
    actor: Actor,
    cause: Cause,
  ): Promise<Deployment> => {
    const { row, superseded } = await store.transaction(async (tx) => {
      await store.lockPlace(component.ref, environment.name, tx);
      const { idempotencyKey } = order;
      const known = idempotencyKey === undefined ? undefined : await store.byKey(component.ref, environment.name, idempotencyKey, tx);
      if (known !== undefined) return { row: known, superseded: [] };
      const id = newId('dep');
      const waiting: DeploymentRow[] = [];
      for (const other of await store.queued(component.ref, environment.name, tx)) {
        const gone = await store.updateDeployment(
          other.id,
          ['queued'],
          { status: 'superseded', ended_at: now(), error: `${order.version} by ${actor.displayName} took its place.` },
          tx,
        );
        if (gone !== undefined) waiting.push(gone);
      }
      const run = await runs.start(
        {
          kind: APPLY_RUN,
          input: { deployment: id, component: component.ref, environment: environment.name, mode: order.mode, version: order.version },
          actor,
          cause,
          subjects: [component.ref, `environment:default/${environment.name.toLowerCase()}`],
          dedupeKey: id,
        },
        tx,
      );
      const row = await store.addDeployment(
        {
          id,
          component: component.ref,
          environment: environment.name,
          version: order.version,
          commit: order.commit ?? null,
          mode: order.mode,
          status: 'queued',
          run_id: run.id,
          set_id: order.setId ?? null,
          request: kept(order.request),
          actor: JSON.stringify(actor),
          idempotency_key: idempotencyKey ?? null,
          created_at: now(),
        },
        tx,
      );
      await audit.record(
        {
          actor,
          action: CREATE,
          subject: component.ref,
          ...(cause.ref === undefined ? {} : { cause: cause.ref }),
          facts: { deployment: id, environment: environment.name, version: order.version, mode: order.mode },
        },
        tx,
      );
      await events.publish(
        tx,
        ...[...waiting, row].map((changed) => ({
          type: DEPLOYMENT_CHANGED,
          subject: changed.component,
          data: { ...toDeployment(changed) },
        })),
      );
      return { row, superseded: waiting };
    });
    for (const other of superseded) await runs.cancel(other.run_id, systemActor, `superseded by ${row.version}`).catch(() => {});
    return toDeployment(row);
  };

  /**
   * Without a word on what to ship: the set that was built last, of the commit when one is named. Where versions come by promotion, what
   * runs there is shipped again, with today's variables: another version comes only when somebody promotes it.
   */
  const builtBefore = async (request: DeployRequest, component: KnownComponent, environment: KnownEnvironment) => {
    if (request.artifact !== undefined || request.score !== undefined || request.version !== undefined) return undefined;
    if (request.commit === undefined && environment.spec.promotesFrom !== undefined) {
      const [running] = await store.succeeded(component.ref, environment.name, 1);
      const set =
        running === undefined || running.mode === 'destroy' || running.set_id === null ? undefined : await store.set(running.set_id);
      if (running !== undefined && set !== undefined) return { ...set, version: running.version, commit: running.commit };
    }
    return store.newestBuilt(component.ref, request.commit);
  };

  const basisOfDeploy = async (request: DeployRequest, component: KnownComponent, environment: KnownEnvironment): Promise<Basis> => {
    const built = await builtBefore(request, component, environment);
    const set =
      built === undefined
        ? await planning.makeSet(component, { ...request, version: versionOf(request) })
        : { body: built.body, ...(built.artifact_location === null ? {} : { artifactLocation: built.artifact_location }) };
    return planning.basisOf(component.ref, environment, { set });
  };

  /** The deployment to go back to: the newest succeeded one that shipped something else than what is there. */
  const rollbackTarget = async (component: KnownComponent, environment: KnownEnvironment): Promise<DeploymentRow> => {
    const [current, ...before] = (await store.succeeded(component.ref, environment.name, 50)).filter((row) => row.mode !== 'destroy');
    const target = before.find((row) => row.set_id !== null && row.set_id !== current?.set_id);
    if (target === undefined) {
      throw new PavedError('conflict', `${component.name} has no earlier version in ${environment.name} to go back to.`, {
        fix: 'Deploy another version first.',
      });
    }
    return target;
  };

  const basisOfRollback = async (component: KnownComponent, environment: KnownEnvironment, target: DeploymentRow): Promise<Basis> => {
    const set = await shippedSet(store, target);
    return planning.basisOf(component.ref, environment, {
      set,
      ...(target.lock === null ? {} : { lock: target.lock }),
      ...(target.variables === null ? {} : { variables: target.variables }),
    });
  };

  const promotionSource = async (component: KnownComponent, from: string, environment: KnownEnvironment): Promise<DeploymentRow> => {
    const { promotesFrom } = environment.spec;
    if (promotesFrom !== undefined && promotesFrom.toLowerCase() !== from.toLowerCase()) {
      throw new PavedError('invalid', `${environment.title} takes its versions from ${promotesFrom}, not from ${from}.`, {
        fix: `Promote to ${promotesFrom} first.`,
      });
    }
    const [newest] = await store.succeeded(component.ref, from, 1);
    if (newest === undefined || newest.mode === 'destroy' || newest.set_id === null) {
      throw new PavedError('conflict', `Nothing of ${component.name} runs in ${from}.`, { fix: `Deploy it to ${from} first.` });
    }
    return newest;
  };

  /** Said at once, while somebody still looks at the plan; the run looks again, since things may move until its turn comes. */
  const unlessStale = async (expectedPlan: string | undefined, basis: () => Promise<Basis>): Promise<void> => {
    if (expectedPlan !== undefined) assertPlanSeen(expectedPlan, (await planning.plan(await basis())).plan);
  };

  const basisOfPromotion = async (component: KnownComponent, environment: KnownEnvironment, source: DeploymentRow): Promise<Basis> =>
    planning.basisOf(component.ref, environment, { set: await shippedSet(store, source) });

  return {
    async deploy(request: DeployRequest, actor: Actor, cause?: { runId?: string }): Promise<Deployment> {
      const { component, environment } = await allowed(request.component, request.environment, actor);
      const built = await builtBefore(request, component, environment);
      const { score, artifact, expectedPlan, idempotencyKey } = request;
      const commit = request.commit ?? built?.commit ?? undefined;
      const asked = idempotencyKey !== undefined && (await store.byKey(component.ref, environment.name, idempotencyKey)) !== undefined;
      if (!asked) await unlessStale(expectedPlan, () => basisOfDeploy(request, component, environment));
      const order: Order = {
        mode: 'deploy',
        version: built?.version ?? versionOf(request),
        commit,
        ...(built === undefined ? {} : { setId: built.id }),
        idempotencyKey,
        request: {
          ...(score === undefined ? {} : { score }),
          ...(artifact === undefined ? {} : { artifact: { digest: artifact.digest, type: artifact.type, location: artifact.location } }),
          ...(expectedPlan === undefined ? {} : { expectedPlan }),
        },
      };
      return place(component, environment, order, actor, causeOf(cause, commit));
    },

    async plan(request: DeployRequest, actor: Actor): Promise<Plan> {
      const { component, environment } = await allowed(request.component, request.environment, actor);
      return (await planning.plan(await basisOfDeploy(request, component, environment))).plan;
    },

    async rollback(componentRef: string, environmentName: string, actor: Actor, expectedPlan?: string): Promise<Deployment> {
      const { component, environment } = await allowed(componentRef, environmentName, actor);
      const target = await rollbackTarget(component, environment);
      await unlessStale(expectedPlan, () => basisOfRollback(component, environment, target));
      return place(component, environment, again('rollback', target, expectedPlan), actor, causeOf(undefined, target.commit ?? undefined));
    },

    async planRollback(componentRef: string, environmentName: string, actor: Actor): Promise<Plan> {
      const { component, environment } = await allowed(componentRef, environmentName, actor);
      const target = await rollbackTarget(component, environment);
      return (await planning.plan(await basisOfRollback(component, environment, target))).plan;
    },

    async promote(componentRef: string, from: string, to: string, actor: Actor, expectedPlan?: string): Promise<Deployment> {
      const { component, environment } = await allowed(componentRef, to, actor);
      const source = await promotionSource(component, from, environment);
      await unlessStale(expectedPlan, () => basisOfPromotion(component, environment, source));
      return place(component, environment, again('promote', source, expectedPlan), actor, causeOf(undefined, source.commit ?? undefined));
    },

    async planPromotion(componentRef: string, from: string, to: string, actor: Actor): Promise<Plan> {
      const { component, environment } = await allowed(componentRef, to, actor);
      const source = await promotionSource(component, from, environment);
      return (await planning.plan(await basisOfPromotion(component, environment, source))).plan;
    },

    /** What deleting a service from an environment would do. */
    async planRemoval(componentRef: string, environmentName: string, actor: Actor): Promise<Plan> {
      const { component, environment } = await allowed(componentRef, environmentName, actor);
      return (await planning.plan(await planning.basisOf(component.ref, environment, { variables: {} }))).plan;
    },

    async remove(
      componentRef: string,
      environmentName: string,
      actor: Actor,
      options: { idempotencyKey?: string; runId?: string } = {},
    ): Promise<Deployment> {
      const { component, environment } = await allowed(componentRef, environmentName, actor);
      const { idempotencyKey } = options;
      return place(
        component,
        environment,
        { mode: 'destroy', version: '', request: {}, idempotencyKey },
        actor,
        causeOf(options, undefined),
      );
    },
  };
}

/** The set that a deployment shipped. */
export async function shippedSet(store: Store, row: DeploymentRow): Promise<NonNullable<Basis['set']>> {
  const set = row.set_id === null ? undefined : await store.set(row.set_id);
  if (set === undefined) throw new PavedError('conflict', `The deployment ${row.id} shipped nothing that could be used again.`);
  return { body: set.body, ...(set.artifact_location === null ? {} : { artifactLocation: set.artifact_location }) };
}

const again = (mode: 'rollback' | 'promote', source: DeploymentRow, expectedPlan?: string): Order => ({
  mode,
  version: source.version,
  commit: source.commit ?? undefined,
  ...(source.set_id === null ? {} : { setId: source.set_id }),
  request: { source: source.id, from: source.environment, ...(expectedPlan === undefined ? {} : { expectedPlan }) },
});

const versionOf = (request: DeployRequest): string =>
  request.version ?? request.artifact?.version ?? request.commit?.slice(0, 7) ?? 'unversioned';

const causeOf = (cause: { runId?: string } | undefined, commit: string | undefined): Cause =>
  cause?.runId !== undefined ? { type: 'run', ref: cause.runId } : { type: 'user', ...(commit === undefined ? {} : { ref: commit }) };
