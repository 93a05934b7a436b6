import { defineCapability } from '@paved/host';
import { audit } from '../index.ts';
import { entryMigration } from './migrations/001-entry.ts';
import { registerRoutes } from './routes.ts';
import { createService } from './service.ts';
import { createStore } from './store.ts';

export const auditCapability = defineCapability({
  name: 'audit',
  provides: audit,
  permissions: [{ name: 'audit.entry.read', description: 'Read the audit log and verify its chain', role: 'platform-engineer' }],
  migrations: { '001_entry': entryMigration },
  create(ctx) {
    const service = createService({ store: createStore(ctx.db), now: ctx.now });
    return { service, routes: (app) => registerRoutes(app, service) };
  },
});
