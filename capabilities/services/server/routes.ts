import { z } from 'zod';
import { wholePage } from '@paved/kernel';
import type { App } from '@paved/host';
import type { Kept, RemovalPreview } from '../index.ts';
import type { ServicesDeps } from './deps.ts';
import { destroyKept, keptData } from './kept.ts';
import { lookAt } from './look.ts';
import { READ_KEPT } from './permissions.ts';
import { startDelete, startImport } from './requests.ts';
import { importBody, importStarted, keptPage, removalSchema, runStarted } from './schemas.ts';

const tags = ['services'];
const component = z.string().min(1).max(300).describe('Reference of the component, `component:default/checkout` or just `checkout`.');

/** Zod's answers are mutable; ours are not. */
type Copy<T> = T extends readonly (infer U)[] ? Copy<U>[] : T extends object ? { -readonly [K in keyof T]: Copy<T[K]> } : T;

/** The beginning and the end of a service. What goes on in between belongs to the other capabilities. */
export function addRoutes(app: App, deps: ServicesDeps): void {
  app.post(
    '/api/services/import',
    {
      schema: {
        operationId: 'importService',
        tags,
        summary: 'Import an existing repository as a service: copied, described, registered, built and deployed by a run',
        body: importBody,
        response: { 202: importStarted },
      },
      config: { signedIn: true },
    },
    async ({ body, actor }, reply) => {
      const { run, slug, component: ref } = await startImport(deps, body, actor);
      return reply.code(202).send({ runId: run.id, slug, component: ref });
    },
  );

  app.get(
    '/api/services/removal',
    {
      schema: {
        operationId: 'previewServiceRemoval',
        tags,
        summary: 'What deleting a service takes away, and what is kept',
        querystring: z.object({ component }),
        response: { 200: removalSchema },
      },
      config: { signedIn: true },
    },
    async ({ query, actor }) => (await lookAt(deps, query.component, actor)) as Copy<RemovalPreview>,
  );

  app.post(
    '/api/services/removal',
    {
      schema: {
        operationId: 'removeService',
        tags,
        summary: 'Delete a service by a run; its databases and volumes are kept until they are destroyed one by one',
        body: z.strictObject({
          component,
          confirm: z.string().max(300).describe('The name of the component.'),
          keepRepository: z.boolean().default(false),
          expected: z.string().max(100).optional().describe('`digest` of the preview.'),
        }),
        response: { 202: runStarted },
      },
      config: { signedIn: true },
    },
    async ({ body, actor }, reply) => reply.code(202).send({ runId: (await startDelete(deps, body, actor)).id }),
  );

  app.get(
    '/api/services/kept',
    {
      schema: {
        operationId: 'listKeptData',
        tags,
        summary: 'Databases and volumes that were kept when their service was deleted, newest first',
        querystring: z.object({ component: component.optional() }),
        response: { 200: keptPage },
      },
      config: { permission: READ_KEPT },
    },
    async ({ query, actor }) => {
      const asked = query.component?.toLowerCase();
      const all = await keptData(deps, actor);
      const items = all.filter((one) => asked === undefined || one.component === asked || one.component === `component:default/${asked}`);
      return wholePage(items as Copy<Kept[]>);
    },
  );

  app.post(
    '/api/services/kept/:uid/destroy',
    {
      schema: {
        operationId: 'destroyKeptData',
        tags,
        summary: 'Destroy kept data for good',
        params: z.object({ uid: z.string().max(64) }),
        body: z.strictObject({ confirm: z.string().max(300).describe('The id of the resource, such as workloads.checkout.db.') }),
        response: { 202: runStarted },
      },
      config: { signedIn: true },
    },
    async ({ params, body, actor }, reply) => reply.code(202).send(await destroyKept(deps, params.uid, body.confirm, actor)),
  );
}
