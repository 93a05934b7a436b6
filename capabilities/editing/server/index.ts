import { audit } from '@paved/audit';
import { catalog, documentChecks, entityProviders } from '@paved/catalog';
import { forges } from '@paved/forges';
import { defineCapability } from '@paved/host';
import { pullRequests, repositories } from '@paved/repositories';
import { sourceFiles } from '../index.ts';
import { awaitedFile } from './migrations/001-awaited-file.ts';
import { addEditingRoutes } from './routes.ts';
import { awaitedHandler } from './sources/awaited.ts';
import { createSourceFiles } from './sources/source-files.ts';
import { forgetOld } from './store.ts';

const AWAITED_FOR_MS = 90 * 24 * 3600_000;

/** Changes entities where they are kept: as commits and pull requests in their repositories, or in the catalog's store. */
export const editingCapability = defineCapability({
  name: 'editing',
  provides: sourceFiles,
  needs: { audit, catalog, documentChecks, entityProviders, forges, repositories, pullRequests },
  permissions: [
    { name: 'editing.document.read', description: 'See entities’ documents as they stand in their sources.', role: 'viewer' },
    {
      name: 'editing.change.create',
      description: 'Change, create and delete entities where they are kept.',
      role: 'platform-engineer',
      owner: 'developer',
    },
    {
      name: 'editing.change.propose',
      description: 'Propose a change of any entity that is kept in a repository, by pull request.',
      role: 'developer',
    },
  ],
  migrations: { '001_awaited_file': awaitedFile },
  create({ db, events, guard, now, log, baseUrl, config, needs }) {
    const deps = {
      db,
      events,
      guard,
      now,
      log,
      baseUrl,
      audit: needs.audit,
      catalog: needs.catalog,
      checks: needs.documentChecks,
      providers: needs.entityProviders,
      forges: needs.forges,
      scm: needs.repositories,
      pullRequests: needs.pullRequests,
      folders: config.editing.folders,
    };
    const sources = createSourceFiles(deps);
    return {
      service: sources,
      routes: (app) => addEditingRoutes(app, { ...deps, sources }),
      handlers: [awaitedHandler(deps)],
      listening: () => forgetOld(db, new Date(now().getTime() - AWAITED_FOR_MS)),
    };
  },
});
