import { audit } from '@paved/audit';
import { catalog } from '@paved/catalog';
import { defineCapability } from '@paved/host';
import { orchestrator } from '@paved/orchestrator';
import { pipelines } from '@paved/pipelines';
import { repositories } from '@paved/repositories';
import { systemActor } from '@paved/kernel';
import { hasEnded, RUN_CHANGED, runs } from '@paved/runs';
import { EXECUTE_RUN, templates } from '../index.ts';
import { createActionRegistry } from './action-registry.ts';
import { fetchEntities, registerInCatalog, writeEntity } from './actions/catalog.ts';
import { debugLog } from './actions/debug-log.ts';
import { deployWorkload } from './actions/deploy-workload.ts';
import { fetchPlain } from './actions/fetch-plain.ts';
import { fetchTemplate } from './actions/fetch-template.ts';
import { deleteFiles, renameFiles } from './actions/files.ts';
import { publishGit } from './actions/publish-git.ts';
import { executeKind } from './execute.ts';
import { task } from './migrations/001-task.ts';
import { takeBack, takeBackKind } from './take-back.ts';
import { addTemplateRoutes } from './routes.ts';
import { createSandbox } from './sandbox.ts';
import { addScaffolderRoutes } from './scaffolder-routes.ts';
import { createTemplateService } from './service.ts';
import { createTaskStore } from './store.ts';
import { createTasks } from './tasks.ts';

/** Golden paths: templates of the catalog, carried out as runs. */
export const templatesCapability = defineCapability({
  name: 'templates',
  provides: templates,
  needs: { runs, catalog, repositories, orchestrator, pipelines, audit },
  permissions: [
    { name: 'templates.template.read', description: 'See golden paths and the actions they use.', role: 'viewer' },
    { name: 'templates.template.execute', description: 'Create something from a golden path.', role: 'developer' },
    { name: 'templates.task.read', description: 'See what was created from golden paths, and the log.', role: 'viewer' },
    {
      name: 'templates.task.cancel',
      description: 'Cancel or retry the creation of something.',
      role: 'platform-engineer',
      owner: 'developer',
    },
  ],
  migrations: { '001_task': task },
  create({ needs, db, keyring, guard, events, baseUrl, now, signal }) {
    const sandbox = createSandbox();
    const actions = createActionRegistry();
    const store = createTaskStore(db);
    const scm = needs.repositories;

    actions.define(fetchTemplate({ sandbox }));
    actions.define(fetchPlain);
    actions.define(debugLog);
    actions.define(deleteFiles);
    actions.define(renameFiles);
    actions.define(registerInCatalog({ catalog: needs.catalog, baseUrl }));
    actions.define(writeEntity);
    actions.define(fetchEntities({ catalog: needs.catalog }));
    actions.define(publishGit({ scm, baseUrl }));
    actions.define(deployWorkload({ runs: needs.runs, pipelines: needs.pipelines, orchestrator: needs.orchestrator }));

    const common = { sandbox, actions, store, scm, keyring, baseUrl, now };
    needs.runs.define(executeKind(common));
    const takingBack = { runs: needs.runs, store, actions };
    needs.runs.define(takeBackKind(takingBack));
    const service = createTemplateService({ ...common, catalog: needs.catalog, runs: needs.runs, audit: needs.audit, guard, db });
    const tasks = createTasks({ store, runs: needs.runs, guard, now });

    return {
      service: { defineAction: (action) => actions.define(action) },
      routes(app) {
        addTemplateRoutes(app, service);
        addScaffolderRoutes(app, { service, tasks, actions, events, dryRunDeps: common, ending: signal });
      },
      handlers: [
        {
          name: 'task-ended',
          types: [RUN_CHANGED],
          async handle(event) {
            if (event.data['kind'] !== EXECUTE_RUN) return;
            const run = await needs.runs.get(String(event.data['id']));
            if (run === undefined || !hasEnded(run.status)) return;
            await tasks.closed(run.id);
            if (run.status === 'cancelled') await takeBack(takingBack, run, systemActor);
          },
        },
      ],
      stop: () => sandbox.close(),
    };
  },
});
