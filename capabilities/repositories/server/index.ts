import { audit } from '@paved/audit';
import { catalog, sourceReaders } from '@paved/catalog';
import { defineCapability } from '@paved/host';
import { BRANCH_PUSHED, repositories } from '../index.ts';
import { addBrowsingRoutes } from './browsing-routes.ts';
import { createBrowsing } from './browsing.ts';
import { openFolders } from './folders.ts';
import { createGit } from './git/git.ts';
import { createMaintenance } from './maintenance.ts';
import { repositoryMigration } from './migrations/001-repository.ts';
import { pullRequestMigration } from './migrations/002-pull-request.ts';
import { permissions } from './permissions.ts';
import { followPush } from './pull-requests/following.ts';
import { createPullRequestPort } from './pull-requests/port.ts';
import { addPullRequestRoutes } from './pull-requests/routes.ts';
import { createPullRequests } from './pull-requests/service.ts';
import { addRepositoryRoutes } from './routes.ts';
import { createPushNotes } from './push-notes.ts';
import { createScm } from './service.ts';
import { addSmartHttp } from './smart-http.ts';
import { createSourceReader, refreshOnPush } from './source-reader.ts';
import { withTables } from './store.ts';

export const repositoriesCapability = defineCapability({
  name: 'repositories',
  provides: repositories,
  needs: { audit, catalog, sourceReaders },
  permissions,
  migrations: { '001_repository': repositoryMigration, '002_pull_request': pullRequestMigration },
  async create(ctx) {
    const db = withTables(ctx.db);
    const pushLimitBytes = Math.floor(ctx.config.repositories.pushLimitMb * 1024 ** 2);
    const folders = await openFolders(ctx.dataDir);
    const git = createGit({ home: folders.home, pushLimitBytes });
    const { events, log, guard, now, newId, baseUrl, signal } = ctx;
    const deps = {
      db,
      git,
      folders,
      events,
      audit: ctx.needs.audit,
      now,
      newId,
      baseUrl,
      log,
      guard,
      signal,
      pushLimitBytes,
      root: folders.root,
      platformData: ctx.config.data.directory,
    };
    const scm = createScm(deps);
    const browsing = createBrowsing(deps);
    const pullRequests = createPullRequests(deps);
    const maintenance = createMaintenance(deps);
    const notes = createPushNotes(deps);
    ctx.needs.sourceReaders.add(createSourceReader(deps));
    let background: Promise<void> | undefined;
    return {
      service: { ...scm, ...createPullRequestPort({ db, pullRequests }), addPushNote: notes.addPushNote },
      async routes(app) {
        addPullRequestRoutes(app, { ...deps, pullRequests, browsing });
        addRepositoryRoutes(app, { ...deps, scm, size: folders.size });
        addBrowsingRoutes(app, { db, browsing });
        await addSmartHttp(app, { ...deps, notes });
      },
      handlers: [
        {
          name: 'refresh-catalog',
          types: [BRANCH_PUSHED],
          handle: refreshOnPush({ db, catalog: ctx.needs.catalog, baseUrl: deps.baseUrl }),
        },
        { name: 'follow-pull-requests', types: [BRANCH_PUSHED], handle: (event) => followPush(deps, event) },
      ],
      async listening() {
        background = maintenance.catchUp().then(() => maintenance.run());
        await background;
      },
      stop: async () => background,
    };
  },
});
