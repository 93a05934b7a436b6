import { auditCapability } from '@paved/audit/server';
import { catalog, type KindDefinition } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { defineCapability } from '@paved/host';
import { serviceRef, type Actor } from '@paved/kernel';
import { orchestrator, type DeployRequest, type Deployment, type Orchestrator } from '@paved/orchestrator';
import { pipelines, type Pipelines } from '@paved/pipelines';
import { repositoriesCapability } from '@paved/repositories/server';
import { runsCapability } from '@paved/runs/server';
import { testPlatform, type TestPlatform, type TestPlatformOptions } from '@paved/testing';
import { templatesCapability } from '../index.ts';

/** What the platform was asked to deploy; nothing really runs. */
export interface Deployed {
  readonly requests: DeployRequest[];
  /** While set, deployments do not end. */
  hold: boolean;
}

/** Real catalog, runs, repositories and templates; deploying is noted only. */
export async function goldenPathPlatform(
  options: Partial<TestPlatformOptions> & { kinds?: readonly string[] } = {},
): Promise<TestPlatform & { deployed: Deployed }> {
  const deployed: Deployed = { requests: [], hold: false };
  const deployments = new Map<string, Deployment>();
  const fakeOrchestrator: Partial<Orchestrator> = {
    async deploy(request: DeployRequest, actor: Actor) {
      const id = request.idempotencyKey ?? 'none';
      const known = deployments.get(id);
      if (known !== undefined) return known;
      deployed.requests.push(request);
      const deployment: Deployment = {
        id,
        component: request.component,
        environment: request.environment,
        version: request.version ?? '0.1.0',
        ...(request.commit === undefined ? {} : { commit: request.commit }),
        mode: 'deploy',
        status: 'succeeded',
        runId: 'run_x',
        setId: 'set',
        planDigest: 'digest',
        actor: { ref: actor.ref, displayName: actor.displayName },
        startedAt: new Date(0).toISOString(),
      };
      deployments.set(id, deployment);
      return deployment;
    },
    deployment: async (id) => deployments.get(id),
    async settled(id) {
      while (deployed.hold) await new Promise((resolve) => setTimeout(resolve, 20));
      return deployments.get(id) as Deployment;
    },
    workloads: async (component) =>
      [...deployments.values()]
        .filter((one) => one.component === component)
        .map((one) => ({
          component: one.component,
          environment: one.environment,
          health: 'healthy',
          url: `http://${one.component.split('/')[1]}.dev.localhost`,
          deploymentId: one.id,
          ...(one.commit === undefined ? {} : { commit: one.commit }),
        })),
  };
  const fakePipelines: Pipelines = { artifactOf: async () => undefined, runOf: async () => undefined };
  // Kinds of capabilities that are left out, so that a whole company can be read.
  const kinds = defineCapability({
    name: 'kinds',
    provides: serviceRef<object>('kinds'),
    needs: { catalog },
    create: ({ needs }) => {
      for (const kind of options.kinds ?? [])
        needs.catalog.defineKind({ apiVersion: 'paved.dev/v1alpha1', kind, spec: { type: 'object' } } satisfies KindDefinition);
      return { service: {} };
    },
  });
  const platform = await testPlatform({
    capabilities: [auditCapability, runsCapability, catalogCapability, repositoriesCapability, templatesCapability, kinds],
    provide: [
      [orchestrator, fakeOrchestrator],
      [pipelines, fakePipelines],
    ],
    listen: true,
    ...options,
  });
  return Object.assign(platform, { deployed });
}
