import type { App } from '@paved/host';
import { formatRef, parseRef, PavedError } from '@paved/kernel';
import { z } from 'zod';
import { plain } from '../../model/plain-text.ts';
import { graphAround } from '../graph.ts';
import * as views from '../views.ts';
import type { RouteDeps } from './deps.ts';
import { at } from './schemas.ts';

const list = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? undefined : text.split(',').map((part) => part.trim())));

export const nodeFacts = {
  kind: z.string(),
  title: z.string(),
  type: z.string().optional(),
  owner: z.string().optional().describe('The group or user that owns it.'),
  lifecycle: z.string().optional(),
  known: z.boolean().describe('false: named by someone, but not in the catalog.'),
  stale: z.boolean(),
};

/** Ours, beside Backstage's: what is wrong, how things hang together, where they come from. */
export function addInsightRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const read = { config: { permission: 'catalog.entity.read' } };

  app.get(
    '/api/catalog/origin',
    {
      ...read,
      schema: {
        operationId: 'getEntityOrigin',
        tags,
        summary: 'Where an entity comes from and whether it is an old version.',
        querystring: z.object({ ref: z.string(), at }),
        response: {
          200: z.object({
            ref: z.string(),
            source: z.string(),
            line: z.number().int(),
            locationId: z.string().optional(),
            stale: z.boolean(),
            updatedAt: z.string(),
          }),
        },
      },
    },
    async (request) => {
      const ref = canonical(request.query.ref);
      const { db } = await deps.past.at(request.query.at);
      const origin = await views.originOf(db, ref);
      if (origin === undefined) throw unknown(ref);
      return {
        ref,
        source: origin.source,
        line: origin.line,
        ...(origin.locationId === null ? {} : { locationId: origin.locationId }),
        stale: origin.stale,
        updatedAt: origin.updatedAt.toISOString(),
      };
    },
  );

  app.get(
    '/api/catalog/graph',
    {
      ...read,
      schema: {
        operationId: 'getCatalogGraph',
        tags,
        summary: 'Entities around one, over any number of hops.',
        querystring: z.object({
          ref: z.string(),
          depth: z.coerce.number().int().min(1).max(20).default(1),
          direction: z
            .enum(['outgoing', 'incoming', 'both'])
            .default('both')
            .describe('outgoing: what it points to; incoming: what points to it, so what is affected when it breaks.'),
          relations: list.describe('Only these, for example dependsOn,consumesApi.'),
          kinds: list.describe('Only these kinds.'),
          limit: z.coerce.number().int().min(1).max(5000).default(500),
          at,
        }),
        response: {
          200: z.object({
            root: z.string(),
            nodes: z.array(z.object({ ref: z.string(), ...nodeFacts, depth: z.number().int() })),
            edges: z.array(z.object({ from: z.string(), type: z.string(), to: z.string() })),
            truncated: z.boolean(),
          }),
        },
      },
    },
    async (request) => {
      const { ref, depth, direction, relations, kinds, limit } = request.query;
      const root = canonical(ref);
      const then = await deps.past.at(request.query.at);
      if ((await views.originOf(then.db, root)) === undefined) throw unknown(root);
      const answer = await graphAround(then.db, root, {
        depth,
        direction,
        limit,
        ...(relations === undefined ? {} : { relations }),
        ...(kinds === undefined ? {} : { kinds: kinds.map((kind) => kind.toLowerCase()) }),
      });
      return { root: answer.root, nodes: [...answer.nodes], edges: [...answer.edges], truncated: answer.truncated };
    },
  );
}

export const canonical = (ref: string): string => formatRef(parseRef(plain(ref)));
export const unknown = (ref: string): PavedError =>
  new PavedError('not_found', `There is no entity ${ref}.`, { fix: 'Check the reference.' });
