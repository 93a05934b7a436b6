import type { App } from '@paved/host';
import { z } from 'zod';
import { confirmRemoval } from '../syncing/confirm-removal.ts';
import type { RouteDeps } from './deps.ts';

/** Removals too large to happen without a person. */
export function addRemovalRoutes(app: App, deps: RouteDeps): void {
  app.post(
    '/api/catalog/sources/:id/confirm-removal',
    {
      config: { permission: 'catalog.location.delete' },
      schema: {
        operationId: 'confirmCatalogRemoval',
        tags: ['catalog'],
        summary: 'Lets go what a source no longer names, after it was too much to remove it without being asked.',
        params: z.object({ id: z.uuid() }),
        response: { 200: z.object({ removed: z.number().int() }) },
      },
    },
    async (request) => confirmRemoval(deps, request.params.id, request.actor),
  );
}
