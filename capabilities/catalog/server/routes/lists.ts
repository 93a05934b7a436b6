import type { App } from '@paved/host';
import { PavedError } from '@paved/kernel';
import { z } from 'zod';
import { parseFields } from '../../model/fields.ts';
import { filterToQuery } from '../../model/predicate.ts';
import { parseOrder } from '../../model/query.ts';
import { parseSort } from '../../model/list/sort.ts';
import { projected, type ListAnswer } from '../lists/queries.ts';
import { selectionOf } from '../lists/selection.ts';
import { isSortedCursor } from '../lists/sorted/sorted-lists.ts';
import type { RouteDeps } from './deps.ts';
import { onlyKnownQuery } from './known-query.ts';
import { jsonList, sendJson } from './raw-json.ts';
import { permitted, withPermission } from './permitted.ts';
import { at, count, entityPage, filter, many, partialEntity, predicateBody, wantedFields } from './schemas.ts';

const MAX_LIMIT = 10_000;
/** Entities of a page when nothing is said: Backstage's, and that of our sorted lists. */
const PAGE = 200;
const SORTED_PAGE = 20;
const totalItems = z.enum(['include', 'exclude']).optional().describe('`exclude` leaves the count out (totalItems is then 0).');

/** Pages and batches of entities, in Backstage's shapes. */
export function addListRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const read = { config: { permission: 'catalog.entity.read' }, preValidation: onlyKnownQuery };

  app.get(
    '/api/catalog/entities/by-query',
    {
      ...read,
      schema: {
        operationId: 'getEntitiesByQuery',
        tags,
        summary: 'A page of entities with count and cursors.',
        querystring: z.object({
          filter,
          fields: wantedFields,
          limit: count('Page size, default 200; 20 with `sort`.'),
          offset: count('Skip so many (first page only).'),
          orderField: many('field,asc or field,desc; entities without the field are left out.'),
          sort: many('Ours: field,asc or field,desc, several, the first counts most; entities without a field come last.'),
          cursor: z.string().optional(),
          at,
          permission: permitted,
          fullTextFilterTerm: z.string().optional().describe('Text that must occur.'),
          fullTextFilterFields: many('Where, parted by commas; default the order field.'),
          totalItems,
        }),
        response: { 200: entityPage },
      },
    },
    async (request, reply) => {
      const asked = request.query;
      const then = await deps.past.at(asked.at);
      // A cursor knows all but the fields and the size of the page; what stands beside it is not even read (Backstage).
      const [orderField, filter] = asked.cursor === undefined ? [asked.orderField, asked.filter] : [[], []];
      const order = parseOrder(orderField, 'field,order');
      const sort = parseSort(asked.sort);
      const wanted = parseFields(asked.fields);
      if (asked.cursor === undefined ? sort.length > 0 : isSortedCursor(asked.cursor)) {
        const { limit, offset = 0, cursor } = asked;
        const chosen = selectionOf(asked);
        const query = withPermission(deps.guard, request.actor, chosen.query, asked.permission);
        const page = { ...chosen, query, sort, limit: pageSize(limit, SORTED_PAGE), offset, ...(cursor === undefined ? {} : { cursor }) };
        return sendJson(reply, pageText(await then.sorted.page(page), wanted));
      }
      const textFields = asked.fullTextFilterFields
        .flatMap((text) => text.split(','))
        .map((text) => text.trim())
        .filter((text) => text !== '');
      const answer = await then.queries.list({
        query: withPermission(deps.guard, request.actor, filterToQuery(filter), asked.permission),
        order,
        ...textOf(asked.fullTextFilterTerm, textFields, order[0]?.field),
        limit: pageSize(asked.limit, PAGE),
        offset: asked.offset ?? 0,
        ...(asked.cursor === undefined ? {} : { cursor: asked.cursor }),
        total: asked.totalItems !== 'exclude',
      });
      return sendJson(reply, pageText(answer, wanted));
    },
  );

  app.post(
    '/api/catalog/entities/by-query',
    {
      ...read,
      schema: {
        operationId: 'queryEntitiesByPredicate',
        tags,
        summary: 'A page of entities by a predicate query.',
        querystring: z.object({ at, permission: permitted }),
        body: z
          .object({
            query: predicateBody,
            orderBy: z.array(z.object({ field: z.string().min(1), order: z.enum(['asc', 'desc']) })).optional(),
            keepMissing: z
              .boolean()
              .optional()
              .describe(
                'Ours: all fields of orderBy count, not only the first, and entities without one come last instead of being left out.',
              ),
            fullTextFilter: z.object({ term: z.string().optional(), fields: z.array(z.string()).optional() }).optional(),
            fields: z.array(z.string()).optional(),
            limit: z.number().int().min(0).optional(),
            offset: z.number().int().min(0).optional(),
            cursor: z.string().optional(),
            totalItems,
          })
          .nullish()
          .describe('Without a body: the first page of all.'),
        response: { 200: entityPage },
      },
    },
    async (request, reply) => {
      const asked = request.body ?? {};
      const then = await deps.past.at(request.query.at);
      const query = withPermission(deps.guard, request.actor, asked.query ?? {}, request.query.permission);
      const order = asked.orderBy ?? [];
      if (asked.cursor === undefined ? asked.keepMissing === true : isSortedCursor(asked.cursor)) {
        const { limit, offset = 0, cursor } = asked;
        const { text } = selectionOf({
          filter: [],
          fullTextFilterTerm: asked.fullTextFilter?.term,
          fullTextFilterFields: asked.fullTextFilter?.fields ?? [],
        });
        const answer = await then.sorted.page({
          query,
          ...(text === undefined ? {} : { text }),
          sort: parseSort(order.map((field) => `${field.field},${field.order}`)),
          limit: pageSize(limit, SORTED_PAGE),
          offset,
          ...(cursor === undefined ? {} : { cursor }),
        });
        return sendJson(reply, pageText(answer, parseFields(asked.fields ?? [])));
      }
      const answer = await then.queries.list({
        query,
        order,
        ...textOf(asked.fullTextFilter?.term, asked.fullTextFilter?.fields ?? [], order[0]?.field),
        limit: pageSize(asked.limit, PAGE),
        offset: asked.offset ?? 0,
        ...(asked.cursor === undefined ? {} : { cursor: asked.cursor }),
        total: asked.totalItems !== 'exclude',
      });
      return sendJson(reply, pageText(answer, parseFields(asked.fields ?? [])));
    },
  );

  app.post(
    '/api/catalog/entities/by-refs',
    {
      ...read,
      schema: {
        operationId: 'getEntitiesByRefs',
        tags,
        summary: 'Many entities by reference, in the order asked; null where there is none.',
        querystring: z.object({ filter, at }),
        body: z.object({ entityRefs: z.array(z.string()).max(10_000), fields: z.array(z.string()).optional(), query: predicateBody }),
        response: { 200: z.object({ items: z.array(partialEntity.nullable()) }) },
      },
    },
    async (request, reply) => {
      const { entityRefs, fields: fieldNames, query } = request.body;
      const wanted = parseFields(fieldNames ?? [], 'each its own');
      const conditions = [query ?? {}, filterToQuery(request.query.filter)].filter((part) => Object.keys(part).length > 0);
      const then = await deps.past.at(request.query.at);
      const bodies = await then.queries.byRefs(
        entityRefs.map((ref) => ref.toLowerCase()),
        conditions.length === 0 ? {} : { $all: conditions },
      );
      return sendJson(
        reply,
        `{"items":${jsonList(bodies.map((body) => (body === undefined ? undefined : projected([body], wanted)[0])))}}`,
      );
    },
  );
}

const textOf = (
  term: string | undefined,
  fieldNames: readonly string[],
  orderField: string | undefined,
): { text?: { term: string; fields: readonly string[] } } =>
  term === undefined || term.trim() === ''
    ? {}
    : { text: { term, fields: fieldNames.length > 0 ? fieldNames : [orderField ?? 'metadata.uid'] } };

function pageSize(limit: number | undefined, usual: number): number {
  if (limit !== undefined && limit > MAX_LIMIT)
    throw new PavedError('invalid', `A page holds at most ${MAX_LIMIT} entities.`, { fix: 'Ask for less and follow nextCursor.' });
  return limit ?? usual;
}

function pageText(answer: ListAnswer, wanted: string[] | undefined): string {
  const info = {
    ...(answer.nextCursor === undefined ? {} : { nextCursor: answer.nextCursor }),
    ...(answer.prevCursor === undefined ? {} : { prevCursor: answer.prevCursor }),
  };
  return `{"items":${jsonList(projected(answer.bodies, wanted))},"totalItems":${answer.totalItems},"pageInfo":${JSON.stringify(info)}}`;
}
