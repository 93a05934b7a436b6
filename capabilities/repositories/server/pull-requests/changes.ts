import type { Actor } from '@paved/kernel';
import { PULL_REQUEST_CHANGED } from '../../index.ts';
import type { CommittingDeps } from '../committing.ts';
import { branchTip } from '../git/read.ts';
import type { Db, RepositoryRow } from '../store.ts';
import { requirePullRequest, updatePullRequest, type PullRequestRow } from './store.ts';

/** What happened to a pull request, in its event's `change`. */
export type PullRequestChange = 'opened' | 'updated' | 'edited' | 'commented' | 'reviewed' | 'merged' | 'closed' | 'reopened';

/** Key under which the commit of a merge is made: a retry finds it. */
export const mergeKey = (number: number): string => `pull_request/${number}/merge`;

/** Tells and records a change, in the transaction that makes it. */
export async function tellChange(
  deps: CommittingDeps,
  tx: Db,
  repository: RepositoryRow,
  row: PullRequestRow,
  change: PullRequestChange,
  actor: Actor,
  facts: Record<string, unknown> = {},
): Promise<void> {
  const data = {
    slug: repository.slug,
    number: row.number,
    title: row.title,
    head: row.head,
    base: row.base,
    sha: row.head_sha,
    change,
    actor,
  };
  await deps.events.publish(tx, { type: PULL_REQUEST_CHANGED, subject: repository.slug, data });
  await deps.audit.record(
    {
      actor,
      action: `repositories.pull_request.${change}`,
      subject: `${repository.slug}#${row.number}`,
      facts: { title: row.title, head: row.head, base: row.base, sha: row.head_sha, ...facts },
    },
    tx,
  );
}

/** Keeps the head reachable under `refs/pull/N/head`, also when its branch is deleted. */
export async function keepHead(
  deps: CommittingDeps,
  repository: RepositoryRow,
  row: Pick<PullRequestRow, 'number' | 'head_sha'>,
): Promise<void> {
  await deps.git(['update-ref', `refs/pull/${row.number}/head`, row.head_sha], { repository: deps.folders.of(repository.slug) });
}

/** Where both branches are now. */
export async function tipsOf(
  deps: CommittingDeps,
  repository: RepositoryRow,
  row: Pick<PullRequestRow, 'head' | 'base'>,
): Promise<{ folder: string; head: string | undefined; base: string | undefined }> {
  const folder = deps.folders.of(repository.slug);
  return { folder, head: await branchTip(deps.git, folder, row.head), base: await branchTip(deps.git, folder, row.base) };
}

/** Writes down that a pull request was merged; once, whoever notices first. */
export async function markMerged(
  deps: CommittingDeps,
  repository: RepositoryRow,
  number: number,
  sha: string,
  actor: Actor,
  override?: string,
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const row = await requirePullRequest(tx, repository, number, { lock: true });
    if (row.state !== 'open') return;
    const now = deps.now();
    await updatePullRequest(tx, row, {
      state: 'merged',
      merge_sha: sha,
      updated_at: now,
      ended_at: now,
      ended_by_ref: actor.ref,
      ended_by_name: actor.displayName,
      override_reason: override ?? null,
    });
    await tellChange(deps, tx, repository, row, 'merged', actor, { commit: sha, ...(override === undefined ? {} : { override }) });
  });
}
