import { isPavedError } from '@paved/kernel';
import type { PullRequestPort } from '../../index.ts';
import { findRepository, requireRepository, type Db } from '../store.ts';
import type { PullRequests } from './service.ts';
import { requirePullRequest } from './store.ts';

/** Pull requests as other capabilities use them. Permissions are asked by whoever calls. */
export function createPullRequestPort(deps: { readonly db: Db; readonly pullRequests: PullRequests }): PullRequestPort {
  return {
    async openPullRequest(slug, request, actor) {
      const repository = await requireRepository(deps.db, slug);
      try {
        return { number: (await deps.pullRequests.open(repository, request, actor)).number, created: true };
      } catch (error) {
        const number = isPavedError(error, 'conflict') ? error.facts['number'] : undefined;
        if (typeof number !== 'number') throw error;
        return { number, created: false };
      }
    },
    async pullRequestState(slug, number) {
      const repository = await findRepository(deps.db, slug);
      if (repository === undefined) return undefined;
      try {
        return (await requirePullRequest(deps.db, repository, number)).state;
      } catch (error) {
        if (isPavedError(error, 'not_found')) return undefined;
        throw error;
      }
    },
  };
}
