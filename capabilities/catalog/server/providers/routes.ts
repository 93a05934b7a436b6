import type { App } from '@paved/host';
import { z } from 'zod';
import type { Providers } from './providers.ts';

const time = z.iso.datetime().nullable();
const shape = z.object({
  name: z.string(),
  type: z.string(),
  target: z.string(),
  schedule: z.string().describe('Cron expression, UTC.'),
  configured: z.boolean().describe('False: it left the configuration; what it brought is kept until it is removed.'),
  startedAt: time,
  syncedAt: time.describe('End of the last sync, good or bad.'),
  succeededAt: time,
  retryAt: time.describe('When it is asked again although its schedule says later: after a rate limit.'),
  runId: z.string().nullable(),
  error: z.string().nullable(),
  held: z.object({ removed: z.number().int(), of: z.number().int() }).nullable().describe('A removal that waits for a confirmation.'),
  problems: z.array(z.object({ at: z.string(), message: z.string(), fix: z.string().optional() })),
  entities: z.number().int(),
  locations: z.number().int().describe('Discovered places.'),
  locationsWithEntities: z.number().int(),
  fileProblems: z.number().int(),
});
const params = z.object({ name: z.string() });
const tags = ['catalog'];

/** `/api/catalog/providers`: who else says what exists, and how it goes. */
export function addProviderRoutes(app: App, providers: Providers): void {
  app.get(
    '/api/catalog/providers',
    {
      config: { permission: 'catalog.location.read' },
      schema: {
        operationId: 'listProviders',
        tags,
        summary: 'Every provider with how it goes.',
        response: { 200: z.object({ items: z.array(shape) }) },
      },
    },
    async () => ({
      items: (await providers.list()).map((row) => ({
        ...row,
        startedAt: row.startedAt?.toISOString() ?? null,
        syncedAt: row.syncedAt?.toISOString() ?? null,
        succeededAt: row.succeededAt?.toISOString() ?? null,
        retryAt: row.retryAt?.toISOString() ?? null,
        problems: [...row.problems],
      })),
    }),
  );

  app.post(
    '/api/catalog/providers/:name/sync',
    {
      config: { permission: 'catalog.provider.sync' },
      schema: {
        operationId: 'syncProvider',
        tags,
        summary: 'Asks a provider now; answers the run.',
        params,
        body: z.strictObject({ confirm: z.boolean().default(false).describe('Lets it remove more than the threshold.') }).prefault({}),
        response: { 202: z.object({ runId: z.string() }) },
      },
    },
    async (request, reply) => {
      const runId = await providers.start(request.params.name, request.actor, { type: 'user' }, { confirmed: request.body.confirm });
      return reply.code(202).send({ runId });
    },
  );

  app.delete(
    '/api/catalog/providers/:name',
    {
      config: { permission: 'catalog.location.delete' },
      schema: {
        operationId: 'deleteProvider',
        tags,
        summary: 'Removes a provider that left the configuration, with everything it brought.',
        params,
        response: { 200: z.object({ removed: z.number().int() }) },
      },
    },
    async (request) => ({ removed: (await providers.remove(request.params.name, request.actor)).removed }),
  );
}
