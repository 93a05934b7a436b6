import type { PlatformEvent } from '@paved/host';
import type { BranchPushed } from '../../index.ts';
import { NO_COMMIT } from '../../model/names.ts';
import type { CommittingDeps } from '../committing.ts';
import { branchTip, isAncestor } from '../git/read.ts';
import { findRepository, intents } from '../store.ts';
import { keepHead, markMerged, mergeKey, tellChange } from './changes.ts';
import { openPullRequestsOf, requirePullRequest, updatePullRequest } from './store.ts';

/** Follows pushes: a new head, or a base that took the head in (by hand, or by a merge whose server died). */
export async function followPush(deps: CommittingDeps, event: PlatformEvent): Promise<void> {
  const { db, git, folders } = deps;
  const push = event.data as unknown as BranchPushed;
  const repository = await findRepository(db, push.slug);
  if (repository === undefined || push.after === NO_COMMIT) return;
  const folder = folders.of(repository.slug);
  for (const row of await openPullRequestsOf(db, repository.id, push.branch)) {
    if (row.head === push.branch) {
      // The branch may have moved on since this event; its later events find nothing to do.
      const head = await branchTip(git, folder, row.head);
      if (head === undefined || head === row.head_sha) continue;
      await db.transaction().execute(async (tx) => {
        const locked = await requirePullRequest(tx, repository, row.number, { lock: true });
        if (locked.state !== 'open' || locked.head_sha === head) return;
        await updatePullRequest(tx, row, { head_sha: head, updated_at: deps.now() });
        await tellChange(deps, tx, repository, { ...locked, head_sha: head }, 'updated', push.actor);
      });
      await keepHead(deps, repository, { number: row.number, head_sha: head });
    } else {
      const made = (await intents(db, repository.id, mergeKey(row.number))).map((i) => i.sha);
      const merged = [...made, row.head_sha];
      for (const sha of merged) {
        if (!(await isAncestor(git, folder, sha, push.after))) continue;
        await markMerged(deps, repository, row.number, sha === row.head_sha ? push.after : sha, push.actor);
        break;
      }
    }
  }
}
