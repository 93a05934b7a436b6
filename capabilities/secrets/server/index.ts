import { audit } from '@paved/audit';
import { catalog } from '@paved/catalog';
import { defineCapability } from '@paved/host';
import { secrets } from '../index.ts';
import { secretMigration } from './migrations/001-secret.ts';
import { registerRoutes } from './routes.ts';
import { createService } from './service.ts';
import { createStore } from './store.ts';

export const secretsCapability = defineCapability({
  name: 'secrets',
  provides: secrets,
  needs: { audit, catalog },
  permissions: [
    {
      name: 'secrets.secret.list',
      description: 'See variables and the names of secrets',
      role: 'platform-engineer',
      owner: 'viewer',
    },
    { name: 'secrets.secret.write', description: 'Set and remove variables and secrets', role: 'platform-engineer', owner: 'developer' },
    { name: 'secrets.secret.reveal', description: 'Read a secret in clear', role: 'administrator' },
  ],
  migrations: { '001_secret': secretMigration },
  create(ctx) {
    const service = createService({
      store: createStore(ctx.db),
      keyring: ctx.keyring,
      audit: ctx.needs.audit,
      events: ctx.events,
      now: ctx.now,
    });
    return { service, routes: (app) => registerRoutes(app, { service, catalog: ctx.needs.catalog, guard: ctx.guard }) };
  },
});
