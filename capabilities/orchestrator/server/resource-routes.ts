import { z } from 'zod';
import { PavedError, wholePage } from '@paved/kernel';
import type { App } from '@paved/host';
import type { Plan } from '../index.ts';
import { componentText, deploymentSchema, environmentText, planSchema, resourcePageSchema } from './schemas.ts';
import type { OrchestratorService } from './service.ts';
import { given, read, tags, type Copy } from './route-parts.ts';
import type { ResourceView } from './views.ts';
import { withoutPlaces } from './without-places.ts';
import type { World } from './world.ts';

/** What exists, and taking services and resources away. */
export function registerResourceRoutes(app: App, deps: { service: OrchestratorService; world: World; dataDirectory: string }): void {
  const { service, world } = deps;
  const told = <T>(value: T): T => withoutPlaces(value, deps.dataDirectory);

  app.delete(
    '/api/orchestrator/services',
    {
      schema: {
        operationId: 'deleteService',
        tags,
        summary: 'Take a service out of an environment, or out of all; databases are kept aside. With preview: what would go',
        querystring: z.object({
          component: componentText,
          environment: environmentText.optional().describe('Default: everywhere it runs.'),
          preview: z.stringbool().default(false),
          confirm: z.string().optional().describe('The component’s name; needed for protected environments.'),
        }),
        response: { 200: z.object({ plans: z.array(planSchema) }), 202: z.object({ deployments: z.array(deploymentSchema) }) },
      },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const { preview, confirm } = request.query;
      const component = await world.component(request.query.component);
      const inUse = [
        ...new Set(
          (await service.listResources({ component: component.ref }))
            .filter((r) => r.consumers.includes(component.ref))
            .map((r) => r.environment),
        ),
      ];
      const places = request.query.environment === undefined ? inUse : [(await world.environment(request.query.environment)).name];
      if (preview) {
        const plans = [];
        for (const place of places) plans.push(told(await service.requests.planRemoval(component.ref, place, request.actor)) as Copy<Plan>);
        return reply.code(200).send({ plans });
      }
      const known = await world.environments();
      const guarded = known.filter((environment) => places.includes(environment.name) && environment.spec.protected === true);
      if (guarded.length > 0 && confirm !== component.name) {
        throw new PavedError(
          'invalid',
          `${guarded.map((environment) => environment.title).join(' and ')} is protected; deleting ${component.name} there has to be confirmed.`,
          {
            fix: `Pass confirm=${component.name}.`,
          },
        );
      }
      const deployments = [];
      for (const place of places) deployments.push(await service.requests.remove(component.ref, place, request.actor));
      return reply.code(202).send({ deployments });
    },
  );

  app.get(
    '/api/orchestrator/resources',
    {
      schema: {
        operationId: 'listResources',
        tags,
        summary: 'Active resources: what exists, who uses it, what was kept aside',
        querystring: z.object({
          environment: environmentText.optional(),
          component: componentText.optional(),
          type: z.string().max(63).optional(),
          status: z.enum(['provisioning', 'active', 'failed', 'orphaned', 'deprovisioning', 'deleted']).optional(),
        }),
        response: { 200: resourcePageSchema },
      },
      config: read,
    },
    async (request) => {
      const { component, ...rest } = request.query;
      const rows = await service.listResources(
        given({ ...rest, component: component === undefined ? undefined : (await world.component(component)).ref }) as Parameters<
          typeof service.listResources
        >[0],
      );
      return wholePage(rows.map((row) => told(resourceOf(row))));
    },
  );

  app.post(
    '/api/orchestrator/resources/:uid/destroy',
    {
      schema: {
        operationId: 'destroyResource',
        tags,
        summary: 'Destroy what was kept aside, with its data, for good',
        params: z.object({ uid: z.string().max(64) }),
        body: z.strictObject({ confirm: z.string().describe('The resource’s id, such as workloads.checkout.db.') }),
        response: { 202: z.object({ runId: z.string() }) },
      },
      config: { signedIn: true },
    },
    async (request, reply) => {
      const run = await service.destroyResource(request.params.uid, request.body.confirm, request.actor);
      return reply.code(202).send({ runId: run.id });
    },
  );
}

const resourceOf = (row: ResourceView) => ({
  uid: row.uid,
  key: row.key,
  type: row.type,
  class: row.class,
  id: row.id,
  component: row.component,
  environment: row.environment,
  definition: row.definition,
  driver: row.driver,
  status: row.status as 'active',
  stateful: row.stateful,
  consumers: [...row.consumers],
  ...(row.health === null ? {} : { health: row.health }),
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.error === null ? {} : { error: row.error }),
  outputs: row.outputs ?? {},
  ...(row.deployment_id === null ? {} : { deploymentId: row.deployment_id }),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});
