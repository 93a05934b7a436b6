import type { App } from '@paved/host';
import { hasRole, PavedError, type Actor } from '@paved/kernel';
import { z } from 'zod';
import { plain } from '../../model/plain-text.ts';
import type { Location } from '../../index.ts';
import { parseLocationQuery } from '../../model/location-query.ts';
import { decodeOpaque, encodeOpaque } from '../../model/query.ts';
import { refuseCredentials } from '../../model/location.ts';
import { locationEntityRef, toLocation } from '../locations.ts';
import { isLocal } from '../reading/own-disk.ts';
import { locationOfRef } from '../service.ts';
import { allLocations, findLocation, locationById } from '../store.ts';
import { originOf } from '../views.ts';
import type { RouteDeps } from './deps.ts';
import { onlyKnownQuery } from './known-query.ts';
import { sendJson } from './raw-json.ts';
import { at, entitySchema, locationBody, nameParams, noContent } from './schemas.ts';

const input = z.strictObject({
  type: z.enum(['url', 'git', 'file', 'directory']),
  target: z.string().min(1).max(4096),
  presence: z.enum(['required', 'optional']).optional().describe('Taken for Backstage’s clients; a registered source is always required.'),
});
/** The words that Backstage takes for yes. */
const isYes = (text: string | undefined): boolean => /^(y|yes|true|1|on)$/i.test(text ?? '');
const cursorShape = z.object({
  limit: z.number().int().min(1),
  afterId: z.string().optional(),
  query: z.record(z.string(), z.json()).optional(),
});
const idParams = z.object({ id: z.string() });
const shown = (location: Location) => ({ ...location, entityRef: locationEntityRef(location) });

/** Sources of entities, in Backstage's shapes. */
export function addLocationRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];
  const read = { config: { permission: 'catalog.location.read' }, preValidation: onlyKnownQuery };

  app.get(
    '/api/catalog/locations',
    {
      ...read,
      schema: {
        operationId: 'getLocations',
        tags,
        summary: 'All registered sources.',
        querystring: z.object({ at }),
        response: { 200: z.array(z.object({ data: locationBody })) },
      },
    },
    async (request) => (await registered(request.query.at)).map((location) => ({ data: shown(location) })),
  );

  app.post(
    '/api/catalog/locations/by-query',
    {
      ...read,
      schema: {
        operationId: 'getLocationsByQuery',
        tags,
        summary: 'A page of registered sources.',
        querystring: z.object({ at }),
        body: z
          .object({
            limit: z.number().int().min(1).optional().describe('Default 1000.'),
            query: z
              .record(z.string(), z.json())
              .optional()
              .describe('Predicate over id, type, target and entityRef, in any case: values, $all, $any, $not, $in, $hasPrefix.'),
            cursor: z.string().min(1).optional().describe('Of the page before; it says query and limit itself.'),
          })
          .nullish(),
        response: {
          200: z.object({
            items: z.array(locationBody),
            totalItems: z.number().int(),
            pageInfo: z.object({ nextCursor: z.string().optional() }),
          }),
        },
      },
    },
    async (request) => {
      const { cursor, ...asked } = request.body ?? {};
      const { limit = 1000, query, afterId } = cursor === undefined ? { ...asked, afterId: undefined } : readCursor(cursor);
      const matches = parseLocationQuery(query);
      const all = (await registered(request.query.at))
        .map(shown)
        .filter(matches)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const rest = afterId === undefined ? all : all.filter((location) => location.id > afterId);
      const items = rest.slice(0, limit);
      const next = { limit, afterId: items.at(-1)?.id ?? '', ...(query === undefined ? {} : { query }) };
      return { items, totalItems: all.length, pageInfo: rest.length > limit ? { nextCursor: encodeOpaque(next) } : {} };
    },
  );

  app.post(
    '/api/catalog/locations',
    {
      config: { permission: 'catalog.location.create' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'createLocation',
        tags,
        summary: 'Registers a source and reads it before answering.',
        querystring: z.object({
          dryRun: z.string().optional().describe('true: only say what it would bring.'),
          onConflict: z.enum(['refresh', 'reject']).optional(),
        }),
        body: input,
        response: { 201: z.object({ location: locationBody, entities: z.array(entitySchema), exists: z.boolean().optional() }) },
      },
    },
    async (request, reply) => {
      const { presence, ...location } = request.body;
      plain(location.target);
      mayRead(request.actor, location);
      const known = await findLocation(deps.db, location);
      if (isYes(request.query.dryRun)) {
        const entities = await deps.locations.preview(location);
        reply.code(201);
        return sendJson(
          reply,
          JSON.stringify({
            // Nothing is kept, so there is no id; Backstage writes the place there.
            location: {
              ...shown({ id: `${location.type}:${location.target}`, ...location }),
              ...(presence === undefined ? {} : { presence }),
            },
            entities,
            exists: known !== undefined,
          }),
        );
      }
      if (known !== undefined && request.query.onConflict !== 'refresh')
        throw new PavedError('conflict', `Location ${location.type}:${location.target} already exists`, {
          fix: 'It is read again with ?onConflict=refresh.',
          facts: { id: known.id },
        });
      const added = await deps.locations.add(location, request.actor);
      void deps.watch.rescan();
      const bodies = await deps.queries.byRefs(added.entityRefs, {});
      reply.code(201);
      return sendJson(
        reply,
        `{"location":${JSON.stringify(shown(added.location))},"entities":[${bodies.filter((body) => body !== undefined).join(',')}]${known === undefined ? '' : ',"exists":true'}}`,
      );
    },
  );

  app.get(
    '/api/catalog/locations/:id',
    {
      ...read,
      schema: {
        operationId: 'getLocation',
        tags,
        summary: 'One source.',
        params: idParams,
        querystring: z.object({ at }),
        response: { 200: locationBody },
      },
    },
    async (request) => {
      const { db } = await deps.past.at(request.query.at);
      const row = await locationById(db, request.params.id);
      if (row === undefined) throw unknownId(request.params.id);
      return shown(toLocation(row));
    },
  );

  app.put(
    '/api/catalog/locations/:id',
    {
      config: { permission: 'catalog.location.delete' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'updateLocation',
        tags,
        summary: 'Points a source elsewhere and reads it.',
        params: idParams,
        body: input,
        response: { 200: locationBody },
      },
    },
    async (request) => {
      const { presence: _, ...place } = request.body;
      mayRead(request.actor, place);
      plain(place.target);
      const location = await deps.locations.retarget(request.params.id, place, request.actor);
      void deps.watch.rescan();
      return shown(location);
    },
  );

  app.delete(
    '/api/catalog/locations/:id',
    {
      config: { permission: 'catalog.location.delete' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'deleteLocation',
        tags,
        summary: 'Removes a source with everything it brought.',
        params: idParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await deps.locations.remove(request.params.id, request.actor);
      void deps.watch.rescan();
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/catalog/locations/by-entity/:kind/:namespace/:name',
    {
      ...read,
      schema: {
        operationId: 'getLocationByEntity',
        tags,
        summary: 'The source an entity came from.',
        params: nameParams,
        querystring: z.object({ at }),
        response: { 200: locationBody },
      },
    },
    async (request) => {
      const { kind, namespace, name } = request.params;
      const ref = plain(`${kind}:${namespace}/${name}`.toLowerCase());
      const { db } = await deps.past.at(request.query.at);
      const row = await locationOfRef(db, ref);
      if (row === undefined) {
        const origin = await originOf(db, ref);
        throw new PavedError(
          'not_found',
          origin === undefined ? `found no entity for ref ${ref}` : `${ref} has no source: it is kept in the catalog itself.`,
          { fix: 'Check the reference.' },
        );
      }
      return shown(toLocation(row));
    },
  );

  // Places that providers discovered are theirs, as in Backstage.
  const registered = async (time: string | undefined): Promise<Location[]> =>
    (await allLocations((await deps.past.at(time)).db)).filter((row) => !row.origin.startsWith('provider:')).map(toLocation);
}

/** Files of the server are for whoever runs it, and no address carries a password. */
export function mayRead(actor: Actor, location: { type: string; target: string }): void {
  refuseCredentials(location.target);
  if (isLocal(location) && !hasRole(actor, 'administrator')) {
    throw new PavedError('forbidden', `Only an administrator registers sources that are files of the server.`, {
      fix: 'Use type url with the address of a repository.',
    });
  }
}

function readCursor(text: string): z.output<typeof cursorShape> {
  const read = cursorShape.safeParse(decodeOpaque(text));
  if (read.success) return read.data;
  throw new PavedError('invalid', 'Malformed cursor, could not be parsed', {
    fix: 'Use the cursor of the previous answer as it is, or leave it out to start again.',
  });
}

const unknownId = (id: string): PavedError =>
  new PavedError('not_found', `Found no location with ID ${id}`, { fix: 'List them at GET /api/catalog/locations.' });
