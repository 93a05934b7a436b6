import type { App } from '@paved/host';
import { PavedError, refOf } from '@paved/kernel';
import { z } from 'zod';
import { plain } from '../../model/plain-text.ts';
import { parseEntity } from '../lists/queries.ts';
import { locationOfRef } from '../service.ts';
import { beginWrite, removeEntities } from '../store.ts';
import { tell } from '../sync.ts';
import * as views from '../views.ts';
import type { RouteDeps } from './deps.ts';
import { onlyKnownQuery } from './known-query.ts';
import { sendJson, sendNothing } from './raw-json.ts';
import { at, entitySchema, nameParams, noContent } from './schemas.ts';

const uidParams = z.object({ uid: z.string() });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Single entities, in Backstage's shapes. */
export function addEntityRoutes(app: App, deps: RouteDeps): void {
  const tags = ['catalog'];

  app.get(
    '/api/catalog/entities/by-name/:kind/:namespace/:name',
    {
      config: { permission: 'catalog.entity.read' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'getEntityByName',
        tags,
        summary: 'One entity by kind, namespace and name, in any case.',
        params: nameParams,
        querystring: z.object({ at }),
        response: { 200: entitySchema },
      },
    },
    async (request, reply) => {
      const { kind, namespace, name } = request.params;
      const then = await deps.past.at(request.query.at);
      const row = await then.queries.byRef(plain(`${kind}:${namespace}/${name}`.toLowerCase()));
      if (row === undefined) throw unknownName(request.params);
      return sendJson(reply, row.body, row.etag);
    },
  );

  app.get(
    '/api/catalog/entities/by-name/:kind/:namespace/:name/ancestry',
    {
      config: { permission: 'catalog.entity.read' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'getEntityAncestryByName',
        tags,
        summary: 'The Location entities through which an entity was found.',
        params: nameParams,
        querystring: z.object({ at }),
        response: {
          200: z.object({
            rootEntityRef: z.string(),
            items: z.array(z.object({ entity: entitySchema, parentEntityRefs: z.array(z.string()) })),
          }),
        },
      },
    },
    async (request, reply) => {
      const { kind, namespace, name } = request.params;
      const ref = plain(`${kind}:${namespace}/${name}`.toLowerCase());
      const rows = await views.ancestry((await deps.past.at(request.query.at)).db, ref);
      if (rows.length === 0) throw new PavedError('not_found', `No such entity ${ref}`, { fix: 'Check the spelling.' });
      const known = new Set(rows.map((row) => row.ref));
      const items = rows.map(
        (row) =>
          `{"entity":${row.body},"parentEntityRefs":${JSON.stringify(row.parentRef !== null && known.has(row.parentRef) ? [row.parentRef] : [])}}`,
      );
      return sendJson(reply, `{"rootEntityRef":${JSON.stringify(ref)},"items":[${items.join(',')}]}`);
    },
  );

  app.get(
    '/api/catalog/entities/by-uid/:uid',
    {
      config: { permission: 'catalog.entity.read' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'getEntityByUid',
        tags,
        summary: 'One entity by its uid.',
        params: uidParams,
        querystring: z.object({ at }),
        response: { 200: entitySchema },
      },
    },
    async (request, reply) => {
      const row = await byUid(request.params.uid, (await deps.past.at(request.query.at)).db);
      return sendJson(reply, row.body, row.etag);
    },
  );

  app.delete(
    '/api/catalog/entities/by-uid/:uid',
    {
      config: { signedIn: true },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'deleteEntityByUid',
        tags,
        summary: 'Deletes an entity; one that a source still names comes back when it is read again.',
        params: uidParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const row = await foundByUid(request.params.uid, deps.db);
      // Already gone is what was asked for (as in Backstage); whether one may ask says the permission alone.
      if (row === undefined) {
        deps.guard.require(request.actor, 'catalog.entity.delete', { ref: `uid ${request.params.uid}`, ownerRefs: [] });
        return reply.code(204).send(null);
      }
      deps.guard.require(request.actor, 'catalog.entity.delete', { ref: row.ref, ownerRefs: await views.owners(deps.db, row.ref) });
      const before = parseEntity(row.body);
      await deps.db.transaction().execute(async (tx) => {
        const at = deps.now();
        await beginWrite(tx, { at, actor: request.actor.ref, cause: 'delete' });
        await removeEntities(tx, [row.ref], at);
        await tell(deps, tx, [{ ref: row.ref, change: 'removed' }]);
        await deps.audit.record(
          { actor: request.actor, action: 'catalog.entity.delete', subject: refOf(before), before, cause: request.id },
          tx,
        );
      });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/catalog/refresh',
    {
      config: { permission: 'catalog.entity.refresh' },
      preValidation: onlyKnownQuery,
      schema: {
        operationId: 'refreshEntity',
        tags,
        summary: 'Reads an entity’s source again soon.',
        body: z.strictObject({ entityRef: z.string().min(1), authorizationToken: z.string().optional() }),
        response: { 200: noContent },
      },
    },
    async (request, reply) => {
      const ref = plain(request.body.entityRef.toLowerCase());
      const origin = await views.originOf(deps.db, ref);
      if (origin === undefined)
        throw new PavedError('not_found', `There is no entity ${ref}.`, {
          fix: 'Write the whole reference, for example component:default/checkout.',
        });
      const row = await locationOfRef(deps.db, ref);
      if (row !== undefined) await deps.locations.start(row, request.actor, { type: 'user', ref: request.id });
      return sendNothing(reply);
    },
  );

  async function byUid(uid: string, db = deps.db): Promise<views.BodyRow> {
    const row = await foundByUid(uid, db);
    if (row === undefined)
      throw new PavedError('not_found', `No entity with uid ${uid}`, { fix: 'Ask by name: uids change when an entity is made anew.' });
    return row;
  }
}

const foundByUid = async (uid: string, db: RouteDeps['db']): Promise<views.BodyRow | undefined> =>
  uuid.test(uid) ? views.bodyByUid(db, uid) : undefined;

const unknownName = ({ kind, namespace, name }: { kind: string; namespace: string; name: string }): PavedError =>
  new PavedError('not_found', `No entity named '${name}' found, with kind '${kind}' in namespace '${namespace}'`, {
    fix: 'Check the spelling, or look for it with GET /api/catalog/entities/by-query?fullTextFilterTerm=…',
  });
