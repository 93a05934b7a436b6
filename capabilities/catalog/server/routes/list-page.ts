import { Readable } from 'node:stream';
import type { App } from '@paved/host';
import { PavedError } from '@paved/kernel';
import { z } from 'zod';
import { parseSort } from '../../model/list/sort.ts';
import { plain } from '../../model/plain-text.ts';
import { exported, type ExportFormat } from '../lists/export.ts';
import { selectionOf, selectionQuery } from '../lists/selection.ts';
import type { RouteDeps } from './deps.ts';
import { at, many } from './schemas.ts';

const CONTENT: Readonly<Record<ExportFormat, string>> = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' };

/** Ours, for lists of many entities: parted into groups, and taken away as a file. */
export function addListPageRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const read = { config: { permission: 'catalog.entity.read' } };

  app.get(
    '/api/catalog/entity-groups',
    {
      ...read,
      schema: {
        operationId: 'groupEntities',
        tags,
        summary: 'The matching entities parted by a field: each counts once, by its first value; those without it come last.',
        querystring: z.object({
          by: z.string().min(1).describe('field,asc or field,desc; the order in which groups follow each other.'),
          at,
          ...selectionQuery,
        }),
        response: {
          200: z.object({
            items: z.array(z.object({ value: z.string().nullable(), label: z.string(), count: z.number().int() })),
            totalItems: z.number().int(),
          }),
        },
      },
    },
    async (request) => {
      const [by] = parseSort([request.query.by]);
      if (by === undefined) throw new PavedError('invalid', 'Say what to group by.', { fix: 'For example by=kind,asc.' });
      const { sorted } = await deps.past.at(request.query.at);
      const items = await sorted.groups({ ...selectionOf(request.query), by });
      return { items, totalItems: items.reduce((sum, group) => sum + group.count, 0) };
    },
  );

  const columns = many(
    'Columns as dotted paths, parted by commas: metadata.name, relations.ownedBy, metadata.annotations.example.com/tier.',
  );
  const columnsOf = (texts: readonly string[]): string[] =>
    texts
      .flatMap((text) => text.split(','))
      .map((text) => plain(text.trim()))
      .filter((text) => text !== '');
  const file = (reply: { header(name: string, value: string): unknown }, format: ExportFormat): void => {
    reply.header('content-disposition', `attachment; filename="catalog-${deps.now().toISOString().slice(0, 10)}.${format}"`);
    reply.header('x-content-type-options', 'nosniff');
  };

  app.get(
    '/api/catalog/export',
    {
      ...read,
      schema: {
        operationId: 'exportEntities',
        tags,
        summary: 'All entities that match as a file, written while it is read.',
        querystring: z.object({
          format: z.enum(['csv', 'json']).default('csv'),
          columns,
          sort: many('field,asc or field,desc, the first counts most.'),
          at,
          ...selectionQuery,
        }),
        response: { 200: z.string().describe('A CSV file with a line of paths first, or a JSON list.') },
      },
    },
    async (request, reply) => {
      const { format } = request.query;
      const { sorted } = await deps.past.at(request.query.at);
      const portions = sorted.everything({ ...selectionOf(request.query), sort: parseSort(request.query.sort) });
      file(reply, format);
      return reply.type(CONTENT[format]).send(Readable.from(exported(portions, format, columnsOf(request.query.columns))) as never);
    },
  );

  app.post(
    '/api/catalog/export',
    {
      config: { permission: 'catalog.entity.read', onlyReads: true },
      schema: {
        operationId: 'exportTheseEntities',
        tags,
        summary: 'These entities as a file, in the order asked.',
        querystring: z.object({ at }),
        body: z.object({
          format: z.enum(['csv', 'json']).default('csv'),
          columns: z.array(z.string()).max(200).default([]),
          entityRefs: z.array(z.string()).min(1).max(10_000),
        }),
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { format, entityRefs } = request.body;
      const { queries } = await deps.past.at(request.query.at);
      const bodies = await queries.byRefs(
        entityRefs.map((ref) => ref.toLowerCase()),
        {},
      );
      const portion = async function* () {
        yield bodies.filter((body) => body !== undefined);
      };
      file(reply, format);
      return reply.type(CONTENT[format]).send(Readable.from(exported(portion(), format, columnsOf(request.body.columns))) as never);
    },
  );
}
