import { openLiveStream, type App } from '@paved/host';
import { PavedError, type JsonObject } from '@paved/kernel';
import { z } from 'zod';
import { parseFields } from '../../model/fields.ts';
import { filterToQuery, parsePredicate } from '../../model/predicate.ts';
import { many } from '../routes/schemas.ts';
import type { RouteDeps } from '../routes/deps.ts';
import { watchQuery, type WatchMessage } from './query-watch.ts';

/** `GET /api/catalog/watch`: the result of a query, and what changes in it, as server-sent events. */
export function addWatchRoute(app: App, deps: RouteDeps): void {
  app.get(
    '/api/catalog/watch',
    {
      config: { permission: 'catalog.entity.read' },
      schema: {
        operationId: 'watchEntities',
        tags: ['catalog'],
        summary: 'A query’s entities, then every change in them, as server-sent events',
        description:
          'Messages: `added` and `updated` {ref, entity}, `removed` {ref} (also for an entity that no longer matches), `synced` {entities} when everything so far is told, ' +
          '`reset` before everything is told anew. Resume with Last-Event-ID (or `after`); a change may then be told twice.',
        querystring: z.object({
          filter: many('As for entities: commas are an AND, several filters an OR.'),
          query: z.string().max(20_000).optional().describe('A predicate as JSON, as for POST entities/by-query.'),
          fields: many('Only these fields, dotted, parted by commas.'),
          after: z.string().optional().describe('Resume after this id; the Last-Event-ID header wins.'),
        }),
      },
    },
    async (request, reply) => {
      const asked = request.query;
      const conditions = [filterToQuery(asked.filter), predicateOf(asked.query)].filter((part) => Object.keys(part).length > 0);
      const query: JsonObject = conditions.length === 0 ? {} : { $all: conditions };
      parsePredicate(query);
      const fields = parseFields(asked.fields);
      const resume = request.headers['last-event-id']?.toString() ?? asked.after;
      if (resume !== undefined && resume !== '') assertPosition(resume);
      const stream = openLiveStream(request, reply, deps.ending);
      const tell = (message: WatchMessage, id: string): void => stream.send({ event: message.event, data: dataOf(message), id });
      try {
        const stop = await watchQuery(deps, { query, fields, tell, ...(resume === undefined || resume === '' ? {} : { resume }) });
        stream.onEnd(stop);
      } catch (error) {
        // The answer has begun: the client hears that it ended, and resumes.
        request.log.warn({ err: error }, 'A watch could not begin.');
        stream.end();
      }
    },
  );
}

function dataOf(message: WatchMessage): unknown {
  switch (message.event) {
    case 'added':
    case 'updated':
      return `{"ref":${JSON.stringify(message.ref)},"entity":${message.entity}}`;
    case 'removed':
      return { ref: message.ref };
    case 'reset':
      return {};
    case 'synced':
      return { entities: message.entities };
  }
}

function predicateOf(text: string | undefined): JsonObject {
  if (text === undefined || text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Said below.
  }
  throw new PavedError('invalid', 'The query is no JSON object.', { fix: 'Write query={"kind":"Component"}, URL-encoded.' });
}

function assertPosition(text: string): void {
  if (!/^\d{1,19}-\d{1,19}$/.test(text))
    throw new PavedError('invalid', `"${text}" is not an event id.`, { fix: 'Resume with the last id that the stream sent.' });
}
