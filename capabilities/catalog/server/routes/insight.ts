import type { App } from '@paved/host';
import { formatRef, parseRef, PavedError } from '@paved/kernel';
import { z } from 'zod';
import { plain } from '../../model/plain-text.ts';
import { decodeOpaque, encodeOpaque } from '../../model/query.ts';
import { graphAround } from '../graph.ts';
import { allLocations } from '../store.ts';
import * as views from '../views.ts';
import type { RouteDeps } from './deps.ts';
import { at, count, pageInfo } from './schemas.ts';

const list = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? undefined : text.split(',').map((part) => part.trim())));

/** Ours, beside Backstage's: what is wrong, how things hang together, where they come from. */
export function addInsightRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const read = { config: { permission: 'catalog.entity.read' } };

  app.get(
    '/api/catalog/problems',
    {
      ...read,
      schema: {
        operationId: 'listCatalogProblems',
        tags,
        summary: 'Broken documents, conflicts and missing files, with reason and line.',
        querystring: z.object({ locationId: z.uuid().optional(), limit: count('Page size, default 100.'), cursor: z.string().optional() }),
        response: {
          200: z.object({
            items: z.array(
              z.object({
                kind: z.enum(['broken', 'conflict', 'missing']),
                locationId: z.string(),
                location: z.string(),
                source: z.string(),
                line: z.number().int(),
                path: z.string(),
                ref: z.string().optional(),
                other: z.string().optional().describe('The claimant that won.'),
                message: z.string(),
                fix: z.string().optional(),
                since: z.string(),
              }),
            ),
            totalItems: z.number().int(),
            pageInfo,
          }),
        },
      },
    },
    async (request) => {
      const { locationId, cursor } = request.query;
      const limit = Math.min(request.query.limit ?? 100, 1000);
      const offset = cursor === undefined ? 0 : Number(decodeOpaque(cursor)['offset'] ?? 0);
      const { rows, total } = await views.problems(deps.db, { limit, offset, ...(locationId === undefined ? {} : { locationId }) });
      return {
        items: rows.map(({ ref, other, fix, since, ...row }) => ({
          ...row,
          ...(ref === null ? {} : { ref }),
          ...(other === null ? {} : { other }),
          ...(fix === null ? {} : { fix }),
          since: since.toISOString(),
        })),
        totalItems: total,
        pageInfo: offset + rows.length < total && rows.length > 0 ? { nextCursor: encodeOpaque({ offset: offset + rows.length }) } : {},
      };
    },
  );

  app.get(
    '/api/catalog/sources',
    {
      config: { permission: 'catalog.location.read' },
      schema: {
        operationId: 'listCatalogSources',
        tags,
        summary: 'Every source with how its last read went.',
        response: {
          200: z.object({
            items: z.array(
              z.object({
                id: z.string(),
                type: z.string(),
                target: z.string(),
                origin: z.string().describe('`config` or `api`.'),
                createdBy: z.string(),
                syncedAt: z.string().optional(),
                error: z.string().optional(),
                entities: z.number().int(),
                stale: z.number().int(),
                problems: z.number().int(),
              }),
            ),
            totalItems: z.number().int(),
            pageInfo,
          }),
        },
      },
    },
    async () => {
      const counts = await views.countsByLocation(deps.db);
      const items = (await allLocations(deps.db)).map((row) => ({
        id: row.id,
        type: row.type,
        target: row.target,
        origin: row.origin,
        createdBy: row.createdBy,
        ...(row.syncedAt === null ? {} : { syncedAt: row.syncedAt.toISOString() }),
        ...(row.error === null ? {} : { error: row.error }),
        ...(counts.get(row.id) ?? { entities: 0, stale: 0, problems: 0 }),
      }));
      return { items, totalItems: items.length, pageInfo: {} };
    },
  );

  app.get(
    '/api/catalog/origin',
    {
      ...read,
      schema: {
        operationId: 'getEntityOrigin',
        tags,
        summary: 'Where an entity comes from and whether it is an old version.',
        querystring: z.object({ ref: z.string() }),
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
      const origin = await views.originOf(deps.db, ref);
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
            nodes: z.array(
              z.object({
                ref: z.string(),
                kind: z.string(),
                title: z.string(),
                type: z.string().optional(),
                known: z.boolean(),
                stale: z.boolean(),
                depth: z.number().int(),
              }),
            ),
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

const canonical = (ref: string): string => formatRef(parseRef(plain(ref)));
const unknown = (ref: string): PavedError => new PavedError('not_found', `There is no entity ${ref}.`, { fix: 'Check the reference.' });
