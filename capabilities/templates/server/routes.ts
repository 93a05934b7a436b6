import { z } from 'zod';
import type { JsonObject } from '@paved/kernel';
import type { App } from '@paved/host';
import { preview, templateCard, templateDetail } from './api-shapes.ts';
import type { TemplateService } from './service.ts';

const params = z.object({ namespace: z.string(), name: z.string() });
const values = z.record(z.string(), z.unknown()).default({});
const tags = ['templates'];

/** `/api/templates`: golden paths as cards, their preview, and their start. */
export function addTemplateRoutes(app: App, service: TemplateService): void {
  const refOf = ({ namespace, name }: { namespace: string; name: string }): string => `template:${namespace}/${name}`;

  app.get(
    '/api/templates',
    {
      schema: {
        operationId: 'listTemplates',
        tags,
        summary: 'Golden paths, most used first',
        response: { 200: z.object({ items: z.array(templateCard) }) },
      },
      config: { permission: 'templates.template.read' },
    },
    async () => ({ items: plain(await service.list()) }),
  );

  app.get(
    '/api/templates/:namespace/:name',
    {
      schema: {
        operationId: 'getTemplate',
        tags,
        summary: 'One golden path with the pages of its form',
        params,
        response: { 200: templateDetail },
      },
      config: { permission: 'templates.template.read' },
    },
    async (request) => {
      const { card, template } = await service.get(refOf(request.params));
      return plain({
        card,
        pages: template.pages,
        ...(template.secretsSchema === undefined ? {} : { secretsSchema: template.secretsSchema }),
        ...(template.presentation === undefined ? {} : { presentation: template.presentation }),
        steps: template.steps.map(({ id, name, action }) => ({ id, name, action })),
      });
    },
  );

  app.post(
    '/api/templates/:namespace/:name/preview',
    {
      schema: {
        operationId: 'previewTemplate',
        tags,
        summary: 'What these values would make: files, entities, resources; nothing is changed',
        params,
        body: z.object({ values }),
        response: { 200: preview },
      },
      config: { permission: 'templates.template.execute' },
    },
    async (request) => plain(await service.preview(refOf(request.params), request.body.values as JsonObject, request.actor)),
  );

  app.post(
    '/api/templates/:namespace/:name/execute',
    {
      schema: {
        operationId: 'executeTemplate',
        tags,
        summary: 'Starts the golden path; follow the run',
        params,
        body: z.object({ values, secrets: z.record(z.string(), z.string()).optional() }),
        response: { 201: z.object({ runId: z.string(), href: z.string() }) },
      },
      config: { permission: 'templates.template.execute' },
    },
    async (request, reply) => {
      const { secrets } = request.body;
      const run = await service.execute(
        refOf(request.params),
        { values: request.body.values as JsonObject, ...(secrets === undefined ? {} : { secrets }) },
        request.actor,
      );
      return reply.code(201).send({ runId: run.id, href: `/runs/${run.id}` });
    },
  );
}

/** Readonly lists inside become plain JSON, which the answer schemas are written for. */
const plain = <T>(value: T): Mutable<T> => value as Mutable<T>;
type Mutable<T> = T extends readonly (infer U)[] ? Mutable<U>[] : T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
