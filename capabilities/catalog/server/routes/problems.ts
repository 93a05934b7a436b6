import { pageOf, type App } from '@paved/host';
import { z } from 'zod';
import { plain } from '../../model/plain-text.ts';
import { decodeOpaque, encodeOpaque } from '../../model/query.ts';
import { problems } from '../views.ts';
import type { RouteDeps } from './deps.ts';
import { at, count } from './schemas.ts';

/** What is wrong in what sources say. */
export function addProblemRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/api/catalog/problems',
    {
      config: { permission: 'catalog.entity.read' },
      schema: {
        operationId: 'listCatalogProblems',
        tags: ['catalog'],
        summary: 'Broken documents, conflicts, missing files and removals that wait, with reason, line and fix.',
        querystring: z.object({
          locationId: z.uuid().optional(),
          kind: z.enum(['broken', 'conflict', 'missing', 'removal']).optional(),
          ref: z.string().optional().describe('Only what concerns this entity: its broken document, and others that claim its name.'),
          at,
          limit: count('Page size, default 100.'),
          cursor: z.string().optional(),
        }),
        response: {
          200: pageOf(
            z.object({
              kind: z.enum(['broken', 'conflict', 'missing', 'removal']),
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
          ).extend({ kinds: z.record(z.string(), z.number().int()).describe('How many there are of each kind, whichever is asked for.') }),
        },
      },
    },
    async (request) => {
      const { locationId, kind, ref: about, cursor } = request.query;
      const limit = Math.min(request.query.limit ?? 100, 1000);
      const offset = cursor === undefined ? 0 : Number(decodeOpaque(cursor)['offset'] ?? 0);
      const then = await deps.past.at(request.query.at);
      const { rows, total, kinds } = await problems(then.db, {
        limit,
        offset,
        ...(locationId === undefined ? {} : { locationId }),
        ...(kind === undefined ? {} : { kind }),
        ...(about === undefined ? {} : { ref: plain(about).toLowerCase() }),
      });
      return {
        items: rows.map(({ ref, other, fix, since, ...row }) => ({
          ...row,
          ...(ref === null ? {} : { ref }),
          ...(other === null ? {} : { other }),
          ...(fix === null ? {} : { fix }),
          since: since.toISOString(),
        })),
        totalItems: total,
        kinds,
        pageInfo: offset + rows.length < total && rows.length > 0 ? { nextCursor: encodeOpaque({ offset: offset + rows.length }) } : {},
      };
    },
  );
}
