import { z } from 'zod';
import type { App, Database } from '@paved/host';
import { toCdEvent } from '../model/cdevents.ts';
import { findFacts } from './views.ts';

/** `GET /api/delivery/facts`: what was delivered, as CDEvents documents, newest first. */
export function addRoutes(app: App, deps: { db: Database; baseUrl: () => string }): void {
  app.get(
    '/api/delivery/facts',
    {
      schema: {
        operationId: 'listFacts',
        tags: ['delivery'],
        summary: 'Delivery facts as CDEvents, newest first',
        querystring: z.object({
          type: z.string().optional().describe('Full CDEvents type.'),
          entity: z.string().optional().describe('Canonical entity reference.'),
          environment: z.string().optional(),
          commit: z.string().optional(),
          since: z.iso.datetime().optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        response: { 200: z.object({ items: z.array(z.record(z.string(), z.unknown())) }) },
      },
      config: { permission: 'delivery.fact.read' },
    },
    async ({ query }) => {
      const facts = await findFacts(deps.db, {
        types: query.type === undefined ? undefined : [query.type],
        entityRef: query.entity?.toLowerCase(),
        environment: query.environment,
        commit: query.commit,
        since: query.since,
        limit: query.limit,
      });
      return { items: facts.map((fact) => toCdEvent(fact, deps.baseUrl())) };
    },
  );
}
