import type { App } from '@paved/host';
import { z } from 'zod';
import { impactTable } from '../../model/impact-table.ts';
import { impactOf, type ImpactAnswer } from '../impact.ts';
import * as views from '../views.ts';
import type { RouteDeps } from './deps.ts';
import { canonical, nodeFacts, unknown } from './insight.ts';
import { at } from './schemas.ts';

const item = z.object({
  ref: z.string(),
  distance: z.number().int().describe('Hops from the root.'),
  by: z.string().describe('The one before it on the way from the root.'),
  reason: z
    .enum(['dependsOn', 'consumesApi', 'providesApi', 'hasPart', 'partOf'])
    .describe('It depends on `by`, calls it, is an API that `by` provides, has `by` as a part, or is a part of it.'),
  ...nodeFacts,
  tier: z
    .string()
    .optional()
    .describe(
      'How much it matters, in the words of its computed property or spec field `tier` or `criticality`, or of a label or annotation that ends so.',
    ),
  tierRank: z.number().int().optional().describe('1 is what matters most; absent when the words of `tier` have no order.'),
});
const order = z.enum(['nearest', 'tier']).default('nearest').describe('tier: what matters most first, and the nearest of those.');

/** Who is affected when an entity does not work: as an answer, and as a file. */
export function addImpactRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const read = { config: { permission: 'catalog.entity.read' } };
  const asked = async (query: {
    ref: string;
    limit: number;
    order: 'nearest' | 'tier';
    at?: string | undefined;
  }): Promise<ImpactAnswer> => {
    const root = canonical(query.ref);
    const then = await deps.past.at(query.at);
    if ((await views.originOf(then.db, root)) === undefined) throw unknown(root);
    return impactOf(then.db, root, query.limit, query.order);
  };

  app.get(
    '/api/catalog/impact',
    {
      ...read,
      schema: {
        operationId: 'getCatalogImpact',
        tags,
        summary: 'Who is affected when an entity does not work, over any number of hops.',
        querystring: z.object({
          ref: z.string(),
          limit: z.coerce.number().int().min(1).max(5000).default(1000).describe('The nearest so many.'),
          order,
          at,
        }),
        response: {
          200: z.object({
            root: z.string(),
            items: z.array(item),
            owners: z
              .array(z.object({ owner: z.string().optional(), count: z.number().int() }))
              .describe('Who owns how many of them, most first; without `owner` those nobody owns.'),
            truncated: z.boolean(),
          }),
        },
      },
    },
    async (request) => {
      const { root, items, truncated } = await asked(request.query);
      const owners = [...Map.groupBy(items, (one) => one.owner)].map(([owner, held]) => ({
        ...(owner === undefined ? {} : { owner }),
        count: held.length,
      }));
      return { root, items: [...items], owners: owners.toSorted((a, b) => b.count - a.count), truncated };
    },
  );

  app.get(
    '/api/catalog/impact/export',
    {
      ...read,
      schema: {
        operationId: 'exportCatalogImpact',
        tags,
        summary: 'The same as a CSV file, with the way to each; the nearest 5,000.',
        querystring: z.object({ ref: z.string(), order: order.default('tier'), at }),
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { root, items } = await asked({ ...request.query, limit: 5000 });
      const name = root.slice(root.indexOf('/') + 1).replaceAll(/[^\w.-]/g, '_');
      reply.header('content-disposition', `attachment; filename="impact-of-${name}-${deps.now().toISOString().slice(0, 10)}.csv"`);
      reply.header('x-content-type-options', 'nosniff');
      return reply.type('text/csv; charset=utf-8').send(impactTable(items) as never);
    },
  );
}
