import { PavedError, type Actor } from '@paved/kernel';
import { NO_COMMIT } from '../../model/names.ts';
import { appliedCommit, putCommit, type CommittingDeps } from '../committing.ts';
import { mergeTree } from '../git/read.ts';
import { moveRef, reflogIdentity } from '../git/write.ts';
import { publishMovements } from '../publishing.ts';
import { insertPush, type RepositoryRow } from '../store.ts';
import { markMerged, mergeKey, tipsOf } from './changes.ts';
import { mergeabilityOf } from './mergeability.ts';
import { requirePullRequest } from './store.ts';

/**
 * Merges by a merge commit or one squashed commit. What stands in the way is refused; failed or running checks and a call for
 * changes can be overridden with a reason. `expectedHead` guards against a push since the reader looked.
 */
export async function mergePullRequest(
  deps: CommittingDeps,
  repository: RepositoryRow,
  number: number,
  how: {
    method: 'merge' | 'squash';
    overrideReason?: string | undefined;
    expectedHead?: string | undefined;
    deleteBranch?: boolean | undefined;
    message?: string | undefined;
  },
  actor: Actor,
): Promise<{ sha: string }> {
  const { db, git } = deps;
  const row = await requirePullRequest(db, repository, number);
  if (row.state === 'merged' && row.merge_sha !== null) return { sha: row.merge_sha };
  const { folder, head, base } = await tipsOf(deps, repository, row);
  // Merged already, but the server died before writing it down.
  const made = await appliedCommit(deps, repository, folder, mergeKey(number), base);
  if (made !== undefined) {
    await markMerged(deps, repository, number, made, actor);
    return { sha: made };
  }
  if (how.expectedHead !== undefined && how.expectedHead !== head)
    throw new PavedError('stale', `${row.head} has moved since you looked.`, { fix: 'Look at the new commits, then merge.' });
  const current = { ...row, head_sha: head ?? row.head_sha };
  const { blockers } = await mergeabilityOf(deps, repository, current);
  const firm = blockers.filter((b) => !b.override || how.overrideReason === undefined);
  if (firm.length > 0) {
    throw new PavedError('conflict', firm.map((b) => b.sentence).join(' '), {
      ...(firm.every((b) => b.override) ? { fix: 'Wait for it or fix it; an owner can merge all the same with a reason.' } : {}),
      facts: { blockers: firm.map((b) => b.code) },
    });
  }
  const headSha = current.head_sha;
  const subject = how.method === 'merge' ? `Merge pull request ${number} from ${row.head}` : `${row.title} (#${number})`;
  const message = how.message ?? `${subject}\n\n${how.method === 'merge' ? row.title : row.body}\n`;
  const { sha } = await putCommit(
    deps,
    repository,
    {
      branch: row.base,
      message,
      key: mergeKey(number),
      build: async (tip) => {
        if (tip === undefined) throw new PavedError('not_found', `The branch ${row.base} does not exist any more.`);
        const merged = await mergeTree(git, folder, tip, headSha);
        if ('conflicts' in merged)
          throw new PavedError('conflict', `${merged.conflicts.join(', ')} changed on both sides.`, {
            fix: `Merge ${row.base} into ${row.head} and settle it there.`,
          });
        return { tree: merged.tree, parents: how.method === 'merge' ? [tip, headSha] : [tip] };
      },
    },
    actor,
  );
  await markMerged(deps, repository, number, sha, actor, blockers.length > 0 ? how.overrideReason : undefined);
  if (how.deleteBranch === true && row.head !== repository.default_branch) {
    const push = deps.newId('push');
    await insertPush(db, { id: push, repositoryId: repository.id, actor, deletes: [row.head], at: deps.now() });
    await moveRef(git, folder, `refs/heads/${row.head}`, { before: headSha, after: NO_COMMIT }, reflogIdentity(actor, push));
    await publishMovements(deps, repository.id, push);
  }
  return { sha };
}
