import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import type { Capability } from '@paved/host';
import { systemActor, type Actor } from '@paved/kernel';
import { orchestrator, type ActiveResource, type Deployment, type Orchestrator } from '@paved/orchestrator';
import { pipelines } from '@paved/pipelines';
import { repositoriesCapability } from '@paved/repositories/server';
import { runs, type Run } from '@paved/runs';
import { runsCapability } from '@paved/runs/server';
import { secretsCapability } from '@paved/secrets/server';
import { testPlatform, type TestPlatform, type TestPlatformOptions } from '@paved/testing';
import { servicesCapability } from '../index.ts';

/** A person of the team playback, unless other groups are given. */
export const person = (name: string, role: Actor['role'] = 'developer', groups: readonly string[] = ['group:default/playback']): Actor => ({
  ref: `user:default/${name}`,
  displayName: name,
  role,
  ownershipRefs: [`user:default/${name}`, ...groups],
  door: 'api',
});

/** A world of resources in memory: what uses them is taken out, what keeps data is set aside. */
export function standInOrchestrator() {
  const resources: ActiveResource[] = [];
  const removals: { key: string | undefined; component: string; environment: string }[] = [];
  const destroyed: string[] = [];
  const state = { failing: false };
  const replace = (uid: string, more: Partial<ActiveResource>): void => {
    const at = resources.findIndex((one) => one.uid === uid);
    resources[at] = { ...(resources[at] as ActiveResource), ...more };
  };
  const inUse = (component: string, environment: string): ActiveResource[] =>
    resources.filter((one) => one.environment === environment && one.consumers.includes(component));
  const deployments = new Map<string, Deployment>();
  const service: Partial<Orchestrator> = {
    workloads: async () => [],
    resources: async ({ component, status } = {}) =>
      resources.filter(
        (one) =>
          one.status !== 'deleted' &&
          (component === undefined || one.component === component || one.consumers.includes(component)) &&
          (status === undefined || one.status === status),
      ),
    planRemoval: async (component, environment) => ({
      component,
      environment,
      version: '',
      digest: '',
      summary: { create: 0, update: 0, replace: 0, delete: 0, orphan: 0, restore: 0, none: 0 },
      nodes: inUse(component, environment).map(({ uid, key, type, class: of, id, stateful }) => ({
        uid,
        key,
        type,
        class: of,
        id,
        action: stateful ? ('orphan' as const) : ('delete' as const),
        reasons: [],
        definition: '',
        driver: '',
        dependsOn: [],
        inputs: {},
        explain: [],
      })),
    }),
    async remove(component, environment, actor, options = {}) {
      const known = deployments.get(options.idempotencyKey ?? '');
      if (known !== undefined) return known;
      removals.push({ key: options.idempotencyKey, component, environment });
      const deployment: Deployment = {
        id: `dep_${deployments.size}`,
        component,
        environment,
        version: '',
        mode: 'destroy',
        status: state.failing ? 'failed' : 'succeeded',
        ...(state.failing ? { error: 'The driver cannot today.' } : {}),
        runId: 'run_x',
        setId: '',
        planDigest: '',
        actor: { ref: actor.ref, displayName: actor.displayName },
        startedAt: new Date(0).toISOString(),
      };
      deployments.set(options.idempotencyKey ?? '', deployment);
      if (!state.failing) {
        for (const { uid, stateful } of inUse(component, environment)) {
          replace(uid, { status: stateful ? 'orphaned' : 'deleted', consumers: [], updatedAt: new Date().toISOString() });
        }
      }
      return deployment;
    },
    settled: async (id) => [...deployments.values()].find((one) => one.id === id) as Deployment,
    async destroyResource(uid) {
      destroyed.push(uid);
      replace(uid, { status: 'deleted' });
      return { id: 'run_destroy' };
    },
  };
  return {
    service,
    removals,
    destroyed,
    state,
    resources,
    /** Lets a component run in an environment, with a database. */
    runIn(component: string, environment: string): void {
      const name = component.split('/')[1];
      for (const [type, stateful] of [
        ['workload', false],
        ['postgres', true],
      ] as const) {
        resources.push({
          uid: `${type}-${name}-${environment}`,
          key: `${type}.default#workloads.${name}`,
          type,
          class: 'default',
          id: `workloads.${name}.${type}`,
          component,
          environment,
          status: 'active',
          stateful,
          consumers: [component],
          ...(stateful ? { bytes: 8_000_000 } : {}),
          createdAt: new Date(0).toISOString(),
          updatedAt: new Date(0).toISOString(),
        });
      }
    },
  };
}

export interface ServicesPlatform extends TestPlatform {
  readonly world: ReturnType<typeof standInOrchestrator>;
  /** Starts an import; gives its run when it has ended. */
  import(body: object, as?: Actor): Promise<Run>;
  ended(runId: string): Promise<Run>;
}

/** Everything real but the orchestrator and pipelines. */
export async function servicesPlatform(
  options: Partial<TestPlatformOptions> & {
    pipelineRun?: () => Promise<string | undefined>;
    world?: ReturnType<typeof standInOrchestrator>;
    // oxlint-disable-next-line typescript/no-explicit-any -- any capability
    wrap?: (capability: Capability<any, any>) => Capability<any, any>;
  } = {},
): Promise<ServicesPlatform> {
  const { pipelineRun, world = standInOrchestrator(), wrap = (capability) => capability, ...rest } = options;
  const platform = await testPlatform({
    capabilities: [
      auditCapability,
      runsCapability,
      wrap(catalogCapability),
      wrap(repositoriesCapability),
      wrap(secretsCapability),
      servicesCapability,
    ],
    provide: [
      [orchestrator, world.service],
      [pipelines, { artifactOf: async () => undefined, runOf: pipelineRun ?? (async () => undefined) }],
    ],
    listen: true,
    ...rest,
  });
  const group = (name: string) => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name },
    spec: { type: 'team', children: [] },
  });
  await platform
    .service(catalog)
    .put(
      [
        group('playback'),
        group('discovery'),
        { apiVersion: 'backstage.io/v1alpha1', kind: 'System', metadata: { name: 'player' }, spec: { owner: 'playback' } },
      ],
      'test',
      systemActor,
    );
  const ended = (runId: string): Promise<Run> => platform.service(runs).ended(runId, 30_000);
  return Object.assign(Object.create(platform) as TestPlatform, {
    world,
    ended,
    async import(body: object, as?: Actor) {
      const answer = await platform.request('POST', '/api/services/import', { body, ...(as === undefined ? {} : { as }) });
      if (answer.status !== 202) throw new Error(answer.text);
      return ended(String(answer.json.runId));
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  });
}

/** A repository somewhere else, with one commit. */
export function elsewhere(files: Record<string, string>, name = 'lyrics'): string {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'paved-elsewhere-')), name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args], { cwd: folder, stdio: 'ignore' });
  git('init', '-q', '-b', 'trunk');
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'First');
  return folder;
}
