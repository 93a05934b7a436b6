import { Readable } from 'node:stream';
import type { App } from '@paved/host';
import { PavedError, type JsonObject } from '@paved/kernel';
import { z } from 'zod';
import { parseFields } from '../../model/fields.ts';
import { filterToQuery } from '../../model/predicate.ts';
import { decodeOpaque, encodeOpaque, parseOrder } from '../../model/query.ts';
import { filterExcept, parseSort } from '../../model/list/sort.ts';
import { projected, type ListAnswer, type Queries } from '../lists/queries.ts';
import { selectionOf, selectionQuery } from '../lists/selection.ts';
import { isSortedCursor } from '../lists/sorted/sorted-lists.ts';
import type { RouteDeps } from './deps.ts';
import { jsonList, sendJson } from './raw-json.ts';
import { permitted, withPermission } from './permitted.ts';
import { at, count, entityPage, many, partialEntity, predicateBody } from './schemas.ts';

const MAX_LIMIT = 10_000;
const totalItems = z.enum(['include', 'exclude']).optional().describe('`exclude` leaves the count out (totalItems is then 0).');
const filter = many('key=value, several joined by commas are an AND, several filters are an OR; a key alone asks whether it exists.');
const fields = many('Only these fields, dotted, parted by commas.');
const facetAnswer = z.object({ facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.number().int() }))) });

/** Lists, batches and facets, in Backstage's shapes. */
export function addListRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const read = { config: { permission: 'catalog.entity.read' } };

  app.get(
    '/api/catalog/entities',
    {
      ...read,
      schema: {
        operationId: 'getEntities',
        tags,
        summary: 'All entities that match, as a plain list.',
        querystring: z.object({
          filter,
          fields,
          order: many('asc:metadata.name or desc:…'),
          limit: count('At most so many.'),
          offset: count('Skip so many.'),
          after: z.string().optional().describe('From the Link header of the page before.'),
          permission: permitted,
          at,
        }),
        response: { 200: z.array(partialEntity) },
      },
    },
    async (request, reply) => {
      const { after, ...asked } = request.query;
      const { queries } = await deps.past.at(asked.at);
      const query = withPermission(deps.guard, request.actor, filterToQuery(asked.filter), asked.permission);
      const order = parseOrder(asked.order, 'order:field');
      const wanted = parseFields(asked.fields);
      const place = after === undefined ? undefined : decodeOpaque(after);
      const limit = asked.limit ?? (typeof place?.['limit'] === 'number' ? place['limit'] : undefined);
      const offset = asked.offset ?? (typeof place?.['offset'] === 'number' ? place['offset'] : 0);
      if (limit === undefined)
        return reply
          .type('application/json; charset=utf-8')
          .send(Readable.from(everything(queries, query, order, offset, wanted)) as never);
      const bodies = await queries.all({ query, order, limit: Math.min(limit, MAX_LIMIT) + 1, offset });
      if (bodies.length > limit) {
        const next = new URLSearchParams([
          ...asked.filter.map((f) => ['filter', f]),
          ...asked.fields.map((f) => ['fields', f]),
          ...asked.order.map((o) => ['order', o]),
          ...(asked.at === undefined ? [] : [['at', asked.at]]),
          ...(asked.permission === undefined ? [] : [['permission', asked.permission]]),
          ['limit', String(limit)],
          ['after', encodeOpaque({ limit, offset: offset + limit })],
        ] as [string, string][]);
        reply.header('link', `</api/catalog/entities?${next.toString()}>; rel="next"`);
      }
      return sendJson(reply, jsonList(projected(bodies.slice(0, limit), wanted)));
    },
  );

  async function* everything(
    queries: Queries,
    query: JsonObject,
    order: ReturnType<typeof parseOrder>,
    offset: number,
    wanted: string[] | undefined,
  ): AsyncGenerator<string> {
    let before = '[';
    for await (const bodies of queries.pages({ query, order, offset })) {
      yield before + projected(bodies, wanted).join(',');
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
  }

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
          fields,
          limit: count('Page size, default 20.'),
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
      const order = parseOrder(asked.orderField, 'field,order');
      const sort = parseSort(asked.sort);
      const wanted = parseFields(asked.fields);
      if (asked.cursor === undefined ? sort.length > 0 : isSortedCursor(asked.cursor)) {
        const { limit, offset = 0, cursor } = asked;
        const chosen = selectionOf(asked);
        const query = withPermission(deps.guard, request.actor, chosen.query, asked.permission);
        const page = { ...chosen, query, sort, limit: pageSize(limit), offset, ...(cursor === undefined ? {} : { cursor }) };
        return sendJson(reply, pageText(await then.sorted.page(page), wanted));
      }
      const textFields = asked.fullTextFilterFields
        .flatMap((text) => text.split(','))
        .map((text) => text.trim())
        .filter((text) => text !== '');
      const answer = await then.queries.list({
        query: withPermission(deps.guard, request.actor, filterToQuery(asked.filter), asked.permission),
        order,
        ...textOf(asked.fullTextFilterTerm, textFields, order[0]?.field),
        limit: pageSize(asked.limit),
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
        body: z.object({
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
        }),
        response: { 200: entityPage },
      },
    },
    async (request, reply) => {
      const asked = request.body;
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
          limit: pageSize(limit),
          offset,
          ...(cursor === undefined ? {} : { cursor }),
        });
        return sendJson(reply, pageText(answer, parseFields(asked.fields ?? [])));
      }
      const answer = await then.queries.list({
        query,
        order,
        ...textOf(asked.fullTextFilter?.term, asked.fullTextFilter?.fields ?? [], order[0]?.field),
        limit: pageSize(asked.limit),
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
      const wanted = parseFields(fieldNames ?? []);
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

  app.get(
    '/api/catalog/entity-facets',
    {
      ...read,
      schema: {
        operationId: 'getEntityFacets',
        tags,
        summary: 'Values of fields with how many entities have them.',
        querystring: z.object({
          facet: z.union([z.string(), z.array(z.string())]).describe('A dotted field, for example spec.type.'),
          ...selectionQuery,
          at,
          exceptOwn: z.stringbool().optional().describe('Ours: count each facet without the filter’s conditions on its own field.'),
        }),
        response: { 200: facetAnswer },
      },
    },
    async (request, reply) => {
      const asked = request.query;
      const { text } = selectionOf(asked);
      const then = await deps.past.at(asked.at);
      // Facets that nothing narrows share one question.
      const questions = Map.groupBy([asked.facet].flat(), (field) =>
        JSON.stringify(asked.exceptOwn === true ? filterExcept(asked.filter, field) : asked.filter),
      );
      const answers = await Promise.all(
        [...questions].map(([filters, fields]) => then.queries.facets(fields, filterToQuery(JSON.parse(filters) as string[]), text)),
      );
      return sendJson(reply, JSON.stringify({ facets: Object.assign({}, ...answers) as Record<string, unknown> }));
    },
  );

  app.post(
    '/api/catalog/entity-facets',
    {
      ...read,
      schema: {
        operationId: 'queryEntityFacetsByPredicate',
        tags,
        summary: 'The same by a predicate query.',
        querystring: z.object({ at }),
        body: z.object({ facets: z.array(z.string()).min(1).max(50), query: predicateBody }),
        response: { 200: facetAnswer },
      },
    },
    async (request, reply) => {
      const then = await deps.past.at(request.query.at);
      return sendJson(reply, JSON.stringify({ facets: await then.queries.facets(request.body.facets, request.body.query ?? {}) }));
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

function pageSize(limit: number | undefined): number {
  if (limit !== undefined && limit > MAX_LIMIT)
    throw new PavedError('invalid', `A page holds at most ${MAX_LIMIT} entities.`, { fix: 'Ask for less and follow nextCursor.' });
  return limit ?? 20;
}

function pageText(answer: ListAnswer, wanted: string[] | undefined): string {
  const info = {
    ...(answer.nextCursor === undefined ? {} : { nextCursor: answer.nextCursor }),
    ...(answer.prevCursor === undefined ? {} : { prevCursor: answer.prevCursor }),
  };
  return `{"items":${jsonList(projected(answer.bodies, wanted))},"totalItems":${answer.totalItems},"pageInfo":${JSON.stringify(info)}}`;
}
