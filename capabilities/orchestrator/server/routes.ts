import { z } from 'zod';
import { PavedError, type Actor } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';
import type { App } from '@paved/host';
import type { DeployRequest, Plan } from '../index.ts';
import { boardOf } from './board.ts';
import {
  boardSchema,
  componentText,
  deploymentDetailsSchema,
  deploymentPageSchema,
  deploymentSchema,
  deploymentStatuses,
  environmentText,
  logLineSchema,
  planSchema,
  workloadSchema,
} from './schemas.ts';
import { given, read, tags, type Copy } from './route-parts.ts';
import type { OrchestratorService } from './service.ts';
import { toDeployment } from './store.ts';
import { withoutPlaces } from './without-places.ts';
import type { World } from './world.ts';

const shipBody = {
  component: componentText,
  environment: environmentText,
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'a full commit hash')
    .optional()
    .describe('Default: what was built last.'),
  version: z.string().min(1).max(100).optional(),
  score: z
    .string()
    .max(256 * 1024)
    .optional()
    .describe('A Score document to use instead of the repository’s score.yaml.'),
};
const expectedPlan = z.string().optional().describe('Digest of a plan that was looked at: something else is refused.');

export function registerRoutes(
  app: App,
  deps: { service: OrchestratorService; world: World; catalog: Catalog; dataDirectory: string },
): void {
  const { service, world, catalog } = deps;
  const told = <T>(value: T): T => withoutPlaces(value, deps.dataDirectory);
  const refOf = async (text: string): Promise<string> => (await world.component(text)).ref;

  app.get(
    '/api/orchestrator/environments',
    {
      schema: {
        operationId: 'getEnvironmentBoard',
        tags,
        summary: 'Environments in promotion order, with every service in them',
        response: { 200: boardSchema },
      },
      config: read,
    },
    async () => {
      const [cells, environments] = await Promise.all([service.board(), world.environments()]);
      return boardOf(cells, environments, catalog);
    },
  );

  app.get(
    '/api/orchestrator/workloads',
    {
      schema: {
        operationId: 'listWorkloads',
        tags,
        summary: 'What runs, of one component or of all',
        querystring: z.object({ component: componentText.optional() }),
        response: { 200: z.array(workloadSchema) },
      },
      config: read,
    },
    async (request) => service.workloads(request.query.component === undefined ? undefined : await refOf(request.query.component)),
  );

  app.get(
    '/api/orchestrator/deployments',
    {
      schema: {
        operationId: 'listDeployments',
        tags,
        summary: 'Deployments, newest first',
        querystring: z.object({
          component: componentText.optional(),
          environment: environmentText.optional(),
          status: z.union([z.enum(deploymentStatuses), z.array(z.enum(deploymentStatuses))]).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(30),
          cursor: z.string().optional(),
        }),
        response: { 200: deploymentPageSchema },
      },
      config: read,
    },
    async (request) => {
      const { component, status, ...rest } = request.query;
      return service.listDeployments(
        given({
          ...rest,
          component: component === undefined ? undefined : await refOf(component),
          status: status === undefined ? undefined : [status].flat(),
        }) as Parameters<typeof service.listDeployments>[0],
      );
    },
  );

  app.get(
    '/api/orchestrator/deployments/:id',
    {
      schema: {
        operationId: 'getDeployment',
        tags,
        summary: 'A deployment with its plan: every node, why, and which definitions were considered',
        params: z.object({ id: z.string().max(64) }),
        response: { 200: deploymentDetailsSchema },
      },
      config: read,
    },
    async (request) => {
      const row = await service.details(request.params.id);
      return {
        ...toDeployment(row),
        ...(row.plan === null ? {} : { plan: told(row.plan) as Copy<Plan> }),
        ...(row.request.source === undefined ? {} : { source: row.request.source }),
      };
    },
  );

  app.post(
    '/api/orchestrator/plan',
    {
      schema: {
        operationId: 'planDeployment',
        tags,
        summary: 'What a deployment would do, without doing it',
        body: z.strictObject({
          ...shipBody,
          mode: z.enum(['deploy', 'rollback', 'promote', 'destroy']).default('deploy'),
          from: environmentText.optional().describe('Where a promotion comes from.'),
        }),
        response: { 200: planSchema },
      },
      config: { signedIn: true },
    },
    async (request) => told(await planOf(service, request.body, request.actor)) as Copy<Plan>,
  );

  app.post(
    '/api/orchestrator/deployments',
    {
      schema: {
        operationId: 'createDeployment',
        tags,
        summary: 'Deploy; a deployment that waits in the same place is superseded',
        body: z.strictObject({ ...shipBody, expectedPlan, idempotencyKey: z.string().min(1).max(200).optional() }),
        response: { 202: deploymentSchema },
      },
      config: { signedIn: true },
    },
    async (request, reply) => reply.code(202).send(await service.deploy(given(request.body) as DeployRequest, request.actor)),
  );

  app.post(
    '/api/orchestrator/rollback',
    {
      schema: {
        operationId: 'rollBack',
        tags,
        summary: 'Go back to what ran before: its set, its definitions, its variables',
        body: z.strictObject({ component: componentText, environment: environmentText, expectedPlan }),
        response: { 202: deploymentSchema },
      },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const { component, environment } = request.body;
      return reply.code(202).send(await service.requests.rollback(component, environment, request.actor, request.body.expectedPlan));
    },
  );

  app.post(
    '/api/orchestrator/promote',
    {
      schema: {
        operationId: 'promote',
        tags,
        summary: 'Ship what runs in one environment to the next',
        body: z.strictObject({ component: componentText, from: environmentText, to: environmentText, expectedPlan }),
        response: { 202: deploymentSchema },
      },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const { component, from, to } = request.body;
      return reply.code(202).send(await service.requests.promote(component, from, to, request.actor, request.body.expectedPlan));
    },
  );

  app.get(
    '/api/orchestrator/logs',
    {
      schema: {
        operationId: 'getWorkloadLogs',
        tags,
        summary: 'The last lines of a workload; follow with the event stream, type orchestrator.workload.logged',
        querystring: z.object({
          component: componentText,
          environment: environmentText,
          tail: z.coerce.number().int().min(1).max(5000).default(200),
          instance: z.string().max(100).optional(),
        }),
        response: { 200: z.array(logLineSchema) },
      },
      config: read,
    },
    async (request) => {
      const { component, environment, tail, instance } = request.query;
      return service.logs(await refOf(component), (await world.environment(environment)).name, {
        tail,
        ...(instance === undefined ? {} : { instance }),
      });
    },
  );
}

async function planOf(
  service: OrchestratorService,
  body: { component: string; environment: string; mode: 'deploy' | 'rollback' | 'promote' | 'destroy'; from?: string | undefined },
  actor: Actor,
): Promise<Plan> {
  const { mode, from, ...request } = body;
  const { component, environment } = request;
  switch (mode) {
    case 'deploy':
      return service.plan(given(request) as DeployRequest, actor);
    case 'rollback':
      return service.requests.planRollback(component, environment, actor);
    case 'destroy':
      return service.requests.planRemoval(component, environment, actor);
    case 'promote': {
      const source = from ?? (await service.world.environment(environment)).spec.promotesFrom;
      if (source === undefined)
        throw new PavedError('invalid', `Nothing says what ${environment} is promoted from.`, { fix: 'Pass from.' });
      return service.requests.planPromotion(component, source, environment, actor);
    }
  }
}
