import { Readable } from 'node:stream';
import type { App } from '@paved/host';
import { PavedError, type JsonObject } from '@paved/kernel';
import { z } from 'zod';
import { parseFields } from '../../model/fields.ts';
import { filterToQuery } from '../../model/predicate.ts';
import { encodeOpaque, parseOrder, readAfter } from '../../model/query.ts';
import { projected } from '../lists/queries.ts';
import type { RouteDeps } from './deps.ts';
import { onlyKnownQuery } from './known-query.ts';
import { permitted, withPermission } from './permitted.ts';
import { jsonList, sendJson } from './raw-json.ts';
import { at, count, filter, many, partialEntity, wantedFields } from './schemas.ts';

const MAX_LIMIT = 10_000;

/**
 * Backstage's older list, a bare array. Without limit, offset and after it is all of them: in order of the first `order` only, and without
 * those lacking it. A page of it counts every `order`, keeps those lacking a field at the end, and goes by reference when none is given.
 */
export function addWholeListRoute(app: App, deps: RouteDeps): void {
  app.get(
    '/api/catalog/entities',
    {
      config: { permission: 'catalog.entity.read' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'getEntities',
        tags: ['catalog'],
        summary: 'All entities that match, as a plain list.',
        querystring: z.object({
          filter,
          fields: wantedFields,
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
      const asked = request.query;
      const { queries } = await deps.past.at(asked.at);
      const query = withPermission(deps.guard, request.actor, filterToQuery(asked.filter), asked.permission);
      const order = parseOrder(asked.order, 'order:field');
      const wanted = parseFields(asked.fields);
      if (asked.limit === 0)
        throw new PavedError('invalid', 'Invalid limit, must be greater than zero', { fix: 'Ask for at least one, or leave limit out.' });
      const after = asked.after === undefined ? {} : readAfter(asked.after);
      const wish = after.limit ?? asked.limit;
      // The Link header leads on when more are asked for than a page holds.
      const limit = wish === undefined ? undefined : Math.min(wish, MAX_LIMIT);
      const offset = after.offset ?? asked.offset ?? 0;
      const paged = asked.limit !== undefined || asked.offset !== undefined || asked.after !== undefined;
      if (limit === undefined) {
        const pages = paged ? queries.pagesFrom({ query, order, offset }) : queries.pages({ query, order });
        return reply.type('application/json; charset=utf-8').send(Readable.from(asList(pages, wanted)) as never);
      }
      const bodies = await queries.all({ query, order, limit: limit + 1, offset });
      if (bodies.length > limit) {
        const next = new URLSearchParams([
          ...asked.filter.map((f) => ['filter', f]),
          ...asked.fields.map((f) => ['fields', f]),
          ...asked.order.map((o) => ['order', o]),
          ...(asked.at === undefined ? [] : [['at', asked.at]]),
          ...(asked.permission === undefined ? [] : [['permission', asked.permission]]),
          ['limit', String(limit)],
          ['after', encodeOpaque({ limit, offset: offset + limit } satisfies JsonObject)],
        ] as [string, string][]);
        reply.header('link', `</api/catalog/entities?${next.toString()}>; rel="next"`);
      }
      return sendJson(reply, jsonList(projected(bodies.slice(0, limit), wanted)));
    },
  );
}

async function* asList(pages: AsyncGenerator<string[]>, wanted: string[] | undefined): AsyncGenerator<string> {
  let before = '[';
  for await (const bodies of pages) {
    yield before + projected(bodies, wanted).join(',');
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}
