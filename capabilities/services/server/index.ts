import { audit } from '@paved/audit';
import { catalog } from '@paved/catalog';
import { defineCapability } from '@paved/host';
import { orchestrator } from '@paved/orchestrator';
import { pipelines } from '@paved/pipelines';
import { repositories } from '@paved/repositories';
import { RUN_CHANGED, runs } from '@paved/runs';
import { secrets } from '@paved/secrets';
import { IMPORT_RUN } from '../index.ts';
import { deleteKind } from './delete-run.ts';
import type { ServicesDeps } from './deps.ts';
import { importKind } from './import-run.ts';
import { servicesMigration } from './migrations/001-services.ts';
import { permissions } from './permissions.ts';
import { addRoutes } from './routes.ts';
import { createStore } from './store.ts';

/** How long a failed import can be retried with the password it was started with. */
const RETRY_MS = 7 * 24 * 60 * 60_000;

/** How a service comes in from elsewhere, and how it goes. */
export const servicesCapability = defineCapability({
  name: 'services',
  needs: { audit, catalog, orchestrator, pipelines, repositories, runs, secrets },
  permissions,
  migrations: { '001_services': servicesMigration },
  create({ needs, db, guard, keyring, now, newId }) {
    const deps: ServicesDeps = { ...needs, store: createStore(db), guard, keyring, now, newId };
    needs.runs.define(importKind(deps));
    needs.runs.define(deleteKind(deps));
    return {
      service: undefined,
      routes: (app) => addRoutes(app, deps),
      handlers: [
        {
          name: 'forget-sources',
          types: [RUN_CHANGED],
          // A failed import may be retried, so its password stays; any other end needs it no more.
          async handle(event) {
            if (event.data['kind'] !== IMPORT_RUN) return;
            await deps.store.forgetBefore(new Date(now().getTime() - RETRY_MS));
            const run = await needs.runs.get(event.subject);
            if (run?.status !== 'succeeded' && run?.status !== 'cancelled') return;
            const { sealed } = run.input as { sealed?: string };
            if (sealed !== undefined) await deps.store.forget(sealed);
          },
        },
      ],
    };
  },
});
