import type { App } from '@paved/host';
import { PavedError } from '@paved/kernel';
import { z } from 'zod';
import { plain } from '../../model/plain-text.ts';
import { noContent } from '../routes/schemas.ts';
import type { SavedViews } from './saved-views.ts';
import type { SavedViewFields } from './store.ts';

const view = z
  .object({
    id: z.string(),
    name: z.string(),
    query: z.string().describe('The query of the list’s address, without `?`.'),
    ownerRef: z.string(),
    audience: z.enum(['me', 'team', 'everybody']),
    teamRef: z.string().optional(),
    defaultFor: z.string().optional().describe('The kind whose list opens with it.'),
    mine: z.boolean().describe('Whether you may change it.'),
    updatedAt: z.string(),
  })
  .meta({ id: 'CatalogView' });

const body = z.object({
  name: z.string().trim().min(1).max(80),
  query: z.string().max(8000),
  audience: z.enum(['me', 'team', 'everybody']).default('me'),
  teamRef: z.string().optional().describe('With audience `team`: which.'),
  defaultFor: z.string().max(63).optional().describe('Kind whose list opens with this view, for those who see it.'),
});
const params = z.object({ id: z.uuid() });

/** Saved views of the catalog's list. */
export function addSavedViewRoutes(app: App, { savedViews }: { savedViews: SavedViews }): void {
  const tags = ['catalog'];

  app.get(
    '/api/catalog/views',
    {
      config: { permission: 'catalog.entity.read' },
      schema: {
        operationId: 'listCatalogViews',
        tags,
        summary: 'Your views of the catalog, your teams’ and everybody’s.',
        response: { 200: z.object({ items: z.array(view), totalItems: z.number().int() }) },
      },
    },
    async (request) => {
      const items = await savedViews.list(request.actor);
      return { items, totalItems: items.length };
    },
  );

  app.get(
    '/api/catalog/views/:id',
    {
      config: { permission: 'catalog.entity.read' },
      schema: { operationId: 'getCatalogView', tags, summary: 'One view.', params, response: { 200: view } },
    },
    async (request) => savedViews.get(request.params.id, request.actor),
  );

  app.post(
    '/api/catalog/views',
    {
      config: { permission: 'catalog.view.create' },
      schema: { operationId: 'createCatalogView', tags, summary: 'Keeps a view, for yourself or shared.', body, response: { 201: view } },
    },
    async (request, reply) => reply.code(201).send(await savedViews.create(fieldsOf(request.body), request.actor, request.id)),
  );

  app.put(
    '/api/catalog/views/:id',
    {
      config: { permission: 'catalog.view.create' },
      schema: {
        operationId: 'replaceCatalogView',
        tags,
        summary: 'Renames, changes or shares a view.',
        params,
        body,
        response: { 200: view },
      },
    },
    async (request) => savedViews.update(request.params.id, fieldsOf(request.body), request.actor, request.id),
  );

  app.delete(
    '/api/catalog/views/:id',
    {
      config: { permission: 'catalog.view.create' },
      schema: { operationId: 'deleteCatalogView', tags, summary: 'Deletes a view.', params, response: { 204: noContent } },
    },
    async (request, reply) => {
      await savedViews.remove(request.params.id, request.actor, request.id);
      return reply.code(204).send(null);
    },
  );
}

function fieldsOf(asked: z.infer<typeof body>): SavedViewFields {
  if ((asked.audience === 'team') !== (asked.teamRef !== undefined))
    throw new PavedError('invalid', asked.audience === 'team' ? 'The view names no team.' : 'Only a view for a team names one.', {
      fix: 'Give teamRef together with audience "team".',
    });
  return {
    name: plain(asked.name),
    query: plain(asked.query.replace(/^\?/, '')),
    audience: asked.audience,
    teamRef: asked.teamRef === undefined ? null : plain(asked.teamRef.toLowerCase()),
    defaultFor: asked.defaultFor === undefined ? null : plain(asked.defaultFor.toLowerCase()),
  };
}
