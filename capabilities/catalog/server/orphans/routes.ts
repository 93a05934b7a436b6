import { pageOf, type App } from '@paved/host';
import { z } from 'zod';
import { plain } from '../../model/plain-text.ts';
import { decodeOpaque, encodeOpaque } from '../../model/query.ts';
import type { RouteDeps } from '../routes/deps.ts';
import { at, count } from '../routes/schemas.ts';
import { removeOrphans } from './remove-orphans.ts';
import { orphans, type OrphanRow } from './views.ts';

/** Entities that no source names any more, with who named them before and until when. */
export function addOrphanRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];

  app.get(
    '/api/catalog/orphans',
    {
      config: { permission: 'catalog.entity.read' },
      schema: {
        operationId: 'listCatalogOrphans',
        tags,
        summary: 'Entities that no source names any more but that are kept, with the reason.',
        querystring: z.object({ limit: count('Page size, default 100.'), cursor: z.string().optional(), at }),
        response: {
          200: pageOf(
            z.object({
              ref: z.string(),
              uid: z.string(),
              kind: z.string(),
              title: z.string(),
              location: z.string().describe('The source that named it.'),
              namedBy: z.string().optional().describe('The Location document that led to its file.'),
              source: z.string(),
              line: z.number().int(),
              lastNamedAt: z.string().optional(),
              since: z.string().describe('When a sync found that it is not named any more.'),
              reason: z.string(),
            }),
          ).extend({
            policy: z.enum(['keep', 'remove']).describe('catalog.orphans'),
          }),
        },
      },
    },
    async (request) => {
      const limit = Math.min(request.query.limit ?? 100, 1000);
      const offset = request.query.cursor === undefined ? 0 : Number(decodeOpaque(request.query.cursor)['offset'] ?? 0);
      const then = await deps.past.at(request.query.at);
      const { rows, total } = await orphans(then.db, { limit, offset });
      return {
        items: rows.map(({ namedBy, lastNamedAt, since, ...row }) => ({
          ...row,
          ...(namedBy === null ? {} : { namedBy }),
          ...(lastNamedAt === null ? {} : { lastNamedAt: lastNamedAt.toISOString() }),
          since: since.toISOString(),
          reason: reasonOf({ namedBy, lastNamedAt, since, ...row }),
        })),
        totalItems: total,
        policy: deps.orphans,
        pageInfo: offset + rows.length < total && rows.length > 0 ? { nextCursor: encodeOpaque({ offset: offset + rows.length }) } : {},
      };
    },
  );

  app.post(
    '/api/catalog/orphans/remove',
    {
      config: { permission: 'catalog.location.delete' },
      schema: {
        operationId: 'removeCatalogOrphans',
        tags,
        summary: 'Removes orphans: those given, or all.',
        body: z.strictObject({ refs: z.array(z.string().max(500)).max(10_000).optional() }),
        response: { 200: z.object({ removed: z.array(z.string()) }) },
      },
    },
    async (request) => ({
      removed: await removeOrphans(
        deps,
        request.actor,
        request.body.refs?.map((ref) => plain(ref).toLowerCase()),
      ),
    }),
  );
}

/** What a person wants to know: who named it, where, and when that ended. */
function reasonOf(row: Omit<OrphanRow, 'uid' | 'kind' | 'title'>): string {
  const through = row.namedBy === null || row.namedBy.startsWith('location:default/generated-') ? '' : ` through ${row.namedBy}`;
  const until = row.lastNamedAt === null ? '' : ` until ${row.lastNamedAt.toISOString()}`;
  return `${row.location} named it${through} in ${row.source}:${row.line}${until}. The read of ${row.since.toISOString()} did not find it there.`;
}
