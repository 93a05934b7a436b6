import { defineCapability, type Database } from '@paved/host';
import { audit, type Audit } from '../index.ts';
import { entryMigration } from './migrations/001-entry.ts';
import { registerRoutes } from './routes.ts';
import { createService } from './service.ts';
import { createStore } from './store.ts';

/** The log on a database alone, for tools that work without a running server. */
export const openAudit = (db: Database, now: () => Date): Audit => createService({ store: createStore(db), now });

export const auditMigrations = { '001_entry': entryMigration };

export const auditCapability = defineCapability({
  name: 'audit',
  provides: audit,
  permissions: [{ name: 'audit.entry.read', description: 'Read the audit log and verify its chain', role: 'platform-engineer' }],
  migrations: auditMigrations,
  create(ctx) {
    const service = createService({ store: createStore(ctx.db), now: ctx.now });
    return { service, routes: (app) => registerRoutes(app, service) };
  },
});
