import { defineCapability } from '@paved/host';
import { facts, type Facts } from '../index.ts';
import { fact } from './migrations/001-fact.ts';
import { addRoutes } from './routes.ts';
import { appendFacts } from './store.ts';
import { findFacts } from './views.ts';

/** The append-only record of what was delivered. */
export const deliveryCapability = defineCapability({
  name: 'delivery',
  provides: facts,
  migrations: { '001_fact': fact },
  permissions: [{ name: 'delivery.fact.read', description: 'Read what was built and deployed.', role: 'viewer' }],
  create(ctx) {
    const service: Facts = {
      append: (added, tx) => appendFacts(tx ?? ctx.db, added),
      query: (query) => findFacts(ctx.db, query),
    };
    return { service, routes: (app) => addRoutes(app, { db: ctx.db, baseUrl: ctx.baseUrl }) };
  },
});
