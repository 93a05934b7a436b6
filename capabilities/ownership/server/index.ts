import { audit } from '@paved/audit';
import { catalog, ownerFigures } from '@paved/catalog';
import { forges } from '@paved/forges';
import { defineCapability } from '@paved/host';
import { parseDuration, systemActor } from '@paved/kernel';
import { repositories } from '@paved/repositories';
import { runs } from '@paved/runs';
import { z } from 'zod';
import { createDirectoryReader } from './directory.ts';
import { ownershipMigration } from './migrations/001-ownership.ts';
import { addRoutes } from './routes.ts';
import { createOwnership } from './service.ts';
import { createStore } from './store.ts';

const ASK_RUN = 'ownership.confirmations.ask';

/** Who owns what, whether somebody stands behind it, and whether they still say so. */
export const ownershipCapability = defineCapability({
  name: 'ownership',
  needs: { audit, catalog, ownerFigures, forges, repositories, runs },
  permissions: [
    { name: 'ownership.entity.read', description: 'See who owns what', role: 'viewer' },
    { name: 'ownership.entity.confirm', description: 'Confirm or give back what one owns', role: 'platform-engineer', owner: 'developer' },
    { name: 'ownership.owner.ask', description: 'Ask owners to confirm before it is Monday', role: 'platform-engineer' },
  ],
  migrations: { '001_ownership': ownershipMigration },
  create({ needs, db, events, guard, now, config, baseUrl }) {
    const directory = createDirectoryReader({ catalog: needs.catalog, events });
    const { confirmEvery, answerWithin } = config.ownership;
    const service = createOwnership({
      ...needs,
      events,
      guard,
      now,
      baseUrl,
      directory,
      store: createStore(db),
      everyMs: parseDuration(confirmEvery),
      patienceMs: parseDuration(answerWithin),
    });
    needs.ownerFigures.countUnownedBy((reads) => service.countUnowned(reads));
    needs.runs.define({
      kind: ASK_RUN,
      input: z.object({}),
      permission: 'ownership.owner.ask',
      title: () => 'Ask owners to confirm',
      plan: () => [{ id: 'ask', title: 'Ask for what is due' }],
      concurrency: { limit: 1 },
      execute: (run) => run.step('ask', { title: 'Ask for what is due', retries: { attempts: 2 } }, () => service.ask()),
    });
    // Monday morning, so that it is done within the week.
    if (parseDuration(confirmEvery) > 0)
      needs.runs.schedule({ name: ASK_RUN, cron: '0 6 * * 1', run: { kind: ASK_RUN, input: {}, actor: systemActor } });
    return { service: undefined, routes: (app) => addRoutes(app, { service }), stop: async () => directory.close() };
  },
});
