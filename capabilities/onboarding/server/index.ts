import { audit } from '@paved/audit';
import { catalog, documentChecks, entityProviders } from '@paved/catalog';
import { sourceFiles } from '@paved/editing';
import { forges } from '@paved/forges';
import { defineCapability } from '@paved/host';
import { repositories } from '@paved/repositories';
import { runs } from '@paved/runs';
import { followProposals } from './following.ts';
import { proposal } from './migrations/001-proposal.ts';
import { defineOpen } from './opening.ts';
import { addOnboardingRoutes } from './routes.ts';
import { defineScan } from './scanning.ts';

/** Brings repositories into the catalog that it does not know yet: looked through, described, reviewed, proposed as pull requests. */
export const onboardingCapability = defineCapability({
  name: 'onboarding',
  needs: { audit, catalog, documentChecks, entityProviders, sourceFiles, forges, repositories, runs },
  permissions: [
    { name: 'onboarding.scan.create', description: 'Look through repositories that the catalog does not know.', role: 'platform-engineer' },
    { name: 'onboarding.proposal.read', description: 'See proposed descriptions of repositories.', role: 'viewer' },
    {
      name: 'onboarding.proposal.change',
      description: 'Edit and dismiss proposed descriptions, and open their pull requests.',
      role: 'platform-engineer',
      owner: 'developer',
    },
  ],
  migrations: { '001_proposal': proposal },
  create({ db, events, guard, now, newId, needs }) {
    const deps = {
      db,
      events,
      guard,
      now,
      newId,
      audit: needs.audit,
      catalog: needs.catalog,
      checks: needs.documentChecks,
      providers: needs.entityProviders,
      sources: needs.sourceFiles,
      forges: needs.forges,
      scm: needs.repositories,
      runs: needs.runs,
    };
    defineScan(deps, needs.runs);
    defineOpen(deps, needs.runs);
    return {
      service: undefined,
      routes: (app) => addOnboardingRoutes(app, deps),
      handlers: [followProposals(deps)],
    };
  },
});
