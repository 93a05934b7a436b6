import { pageOf, type App } from '@paved/host';
import { PavedError } from '@paved/kernel';
import { z } from 'zod';
import { typeOfAddress } from '../../model/git-address.ts';
import { plain } from '../../model/plain-text.ts';
import { decodeOpaque, encodeOpaque } from '../../model/query.ts';
import { sourceConditions } from '../../model/source-condition.ts';
import { analyze } from '../reading/analyze.ts';
import { locationById } from '../store.ts';
import type { RouteDeps } from './deps.ts';
import { mayRead } from './locations.ts';
import { at, count } from './schemas.ts';
import { sourceBody, sourcesAt } from './source-body.ts';

/** The health of ingestion: sources with how reading them goes. */
export function addSourceRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const reads = { config: { permission: 'catalog.location.read' } };
  const idParams = z.object({ id: z.uuid() });

  app.get(
    '/api/catalog/sources',
    {
      ...reads,
      schema: {
        operationId: 'listCatalogSources',
        tags,
        summary: 'Every source with its state, last read, next read and what is wrong, worst first.',
        querystring: z.object({
          state: z.enum(sourceConditions).optional(),
          search: z.string().max(500).optional().describe('Part of the target.'),
          at: at.describe(
            'As it was then: what each held and what was wrong. Times and durations of reads are those of runs, and left out.',
          ),
          limit: count('Page size, default 100.'),
          cursor: z.string().optional(),
        }),
        response: {
          200: pageOf(sourceBody).extend({
            states: z.record(z.enum(sourceConditions), z.number().int()).describe('How many sources are in each state.'),
          }),
        },
      },
    },
    async (request) => {
      const { state, search, cursor } = request.query;
      const limit = Math.min(request.query.limit ?? 100, 1000);
      const offset = cursor === undefined ? 0 : Number(decodeOpaque(cursor)['offset'] ?? 0);
      const every = await sourcesAt(deps, request.query.at);
      const states = Object.fromEntries(
        sourceConditions.map((name) => [name, every.filter((source) => source.state === name).length]),
      ) as Record<(typeof sourceConditions)[number], number>;
      const needle = search?.toLowerCase();
      const found = every.filter(
        (source) =>
          (state === undefined || source.state === state) && (needle === undefined || source.target.toLowerCase().includes(needle)),
      );
      return {
        items: found.slice(offset, offset + limit),
        totalItems: found.length,
        states,
        pageInfo: offset + limit < found.length && limit > 0 ? { nextCursor: encodeOpaque({ offset: offset + limit }) } : {},
      };
    },
  );

  app.get(
    '/api/catalog/sources/:id',
    {
      ...reads,
      schema: {
        operationId: 'getCatalogSource',
        tags,
        summary: 'One source with its state.',
        params: idParams,
        querystring: z.object({ at }),
        response: { 200: sourceBody },
      },
    },
    async (request) => {
      const source = (await sourcesAt(deps, request.query.at)).find(({ id }) => id === request.params.id);
      if (source === undefined) throw unknownSource(request.params.id);
      return source;
    },
  );

  app.post(
    '/api/catalog/sources/:id/refresh',
    {
      config: { permission: 'catalog.entity.refresh' },
      schema: {
        operationId: 'refreshCatalogSource',
        tags,
        summary: 'Reads a source now; answers the run that does.',
        params: idParams,
        response: { 202: z.object({ runId: z.string() }) },
      },
    },
    async (request, reply) => {
      const row = await locationById(deps.db, request.params.id);
      if (row === undefined) throw unknownSource(request.params.id);
      const run = await deps.locations.start(row, request.actor, { type: 'user' });
      return reply.code(202).send({ runId: run.id });
    },
  );

  app.post(
    '/api/catalog/sources/analyze',
    {
      config: { permission: 'catalog.location.analyze', onlyReads: true },
      schema: {
        operationId: 'analyzeCatalogSource',
        tags,
        summary: 'What registering an address would bring, and what is wrong in it; nothing is kept.',
        body: z.strictObject({
          type: z.enum(['url', 'git', 'file', 'directory']).optional().describe('Absent: told from the address.'),
          target: z.string().min(1).max(4096),
        }),
        response: {
          200: z.object({
            type: z.enum(['url', 'git', 'file', 'directory']),
            target: z.string(),
            locationId: z.string().optional().describe('It is registered already.'),
            entities: z.array(
              z.object({
                ref: z.string(),
                kind: z.string(),
                title: z.string().optional(),
                source: z.string(),
                line: z.number().int(),
                claimedBy: z
                  .string()
                  .optional()
                  .describe('Another source, or another document before it, has this name already and keeps it.'),
              }),
            ),
            problems: z.array(
              z.object({
                source: z.string(),
                line: z.number().int(),
                path: z.string(),
                ref: z.string().optional(),
                message: z.string(),
                fix: z.string().optional(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const target = plain(request.body.target.trim());
      const location = { type: request.body.type ?? typeOfAddress(target), target };
      mayRead(request.actor, location);
      return analyze(deps, location, request.actor);
    },
  );
}

const unknownSource = (id: string): PavedError =>
  new PavedError('not_found', `Found no source with ID ${id}.`, { fix: 'List them at GET /api/catalog/sources.' });
