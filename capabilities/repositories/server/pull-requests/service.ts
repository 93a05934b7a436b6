import { PavedError, type Actor } from '@paved/kernel';
import { repositoryPath, requireBranchName } from '../../model/names.ts';
import type { CommittingDeps } from '../committing.ts';
import { aheadBehind, listCommits, mergeBase } from '../git/read.ts';
import { lockRepository, type RepositoryRow } from '../store.ts';
import { keepHead, tellChange, tipsOf } from './changes.ts';
import {
  insertPullRequest,
  insertRemark,
  openPullRequestsOf,
  requirePullRequest,
  updatePullRequest,
  type PullRequestRow,
  type RemarkRow,
  type Verdict,
} from './store.ts';

export interface NewRemark {
  readonly body: string;
  readonly verdict?: Verdict | undefined;
  readonly path?: string | undefined;
  readonly line?: number | undefined;
  readonly side?: 'old' | 'new' | undefined;
}

export type PullRequests = ReturnType<typeof createPullRequests>;

/** Changes asked for on a branch, talked about, checked, and merged. */
export function createPullRequests(deps: CommittingDeps) {
  const { db, git } = deps;

  return {
    async open(
      repository: RepositoryRow,
      request: { title: string; body: string; head: string; base?: string | undefined },
      actor: Actor,
    ): Promise<PullRequestRow> {
      const base = requireBranchName(request.base ?? repository.default_branch);
      const head = requireBranchName(request.head);
      if (base === head) throw new PavedError('invalid', `${head} cannot be merged into itself.`, { fix: 'Choose two branches.' });
      const { folder, ...tip } = await tipsOf(deps, repository, { head, base });
      for (const [name, sha] of [
        [head, tip.head],
        [base, tip.base],
      ] as const) {
        if (sha === undefined) throw new PavedError('not_found', `${repository.slug} has no branch ${name}.`, { fix: 'Push it first.' });
      }
      const [headSha, baseSha] = [tip.head ?? '', tip.base ?? ''];
      if ((await aheadBehind(git, folder, baseSha, headSha)).ahead === 0)
        throw new PavedError('invalid', `${head} brings nothing that ${base} lacks.`, { fix: 'Commit and push a change first.' });
      const now = deps.now();
      const row = await db.transaction().execute(async (tx) => {
        if ((await lockRepository(tx, repository.id)) === undefined)
          throw new PavedError('not_found', `There is no repository ${repository.slug}.`);
        const twin = (await openPullRequestsOf(tx, repository.id, head)).find((r) => r.head === head && r.base === base);
        if (twin !== undefined)
          throw new PavedError('conflict', `Pull request ${twin.number} from ${head} to ${base} is open already.`, {
            facts: { number: twin.number },
          });
        const made = await insertPullRequest(tx, {
          repository_id: repository.id,
          title: request.title,
          body: request.body,
          head,
          base,
          head_sha: headSha,
          base_sha: (await mergeBase(git, folder, baseSha, headSha)) ?? baseSha,
          state: 'open',
          merge_sha: null,
          author_ref: actor.ref,
          author_name: actor.displayName,
          created_at: now,
          updated_at: now,
          ended_at: null,
          ended_by_ref: null,
          ended_by_name: null,
          override_reason: null,
        });
        await tellChange(deps, tx, repository, made, 'opened', actor);
        return made;
      });
      await keepHead(deps, repository, row);
      return row;
    },
    async edit(
      repository: RepositoryRow,
      number: number,
      values: { title?: string | undefined; body?: string | undefined },
      actor: Actor,
    ): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const row = await requirePullRequest(tx, repository, number, { lock: true });
        const changed = {
          ...(values.title === undefined ? {} : { title: values.title }),
          ...(values.body === undefined ? {} : { body: values.body }),
        };
        await updatePullRequest(tx, row, { ...changed, updated_at: deps.now() });
        await tellChange(deps, tx, repository, { ...row, ...changed }, 'edited', actor);
      });
    },
    async remark(repository: RepositoryRow, number: number, remark: NewRemark, actor: Actor): Promise<RemarkRow> {
      const path = remark.path === undefined ? null : repositoryPath(remark.path);
      if (remark.line !== undefined && path === null)
        throw new PavedError('invalid', 'A comment on a line also names the file.', { fix: 'Send path.' });
      return db.transaction().execute(async (tx) => {
        const row = await requirePullRequest(tx, repository, number, { lock: true });
        if (remark.verdict !== undefined) {
          if (row.state !== 'open')
            throw new PavedError('conflict', `Pull request ${number} is ${row.state}.`, { fix: 'Comment without a verdict.' });
          if (row.author_ref === actor.ref)
            throw new PavedError('forbidden', 'Your own pull request needs someone else’s verdict.', {
              fix: 'Ask a colleague, or comment without a verdict.',
            });
        }
        const made: RemarkRow = {
          id: deps.newId('remark'),
          repository_id: repository.id,
          number,
          verdict: remark.verdict ?? null,
          body: remark.body,
          path,
          line: remark.line ?? null,
          side: remark.line === undefined ? null : (remark.side ?? 'new'),
          sha: row.head_sha,
          author_ref: actor.ref,
          author_name: actor.displayName,
          created_at: deps.now(),
        };
        await insertRemark(tx, made);
        await updatePullRequest(tx, row, { updated_at: made.created_at });
        await tellChange(
          deps,
          tx,
          repository,
          row,
          remark.verdict === undefined ? 'commented' : 'reviewed',
          actor,
          remark.verdict === undefined ? {} : { verdict: remark.verdict },
        );
        return made;
      });
    },
    async close(repository: RepositoryRow, number: number, actor: Actor): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const row = await requirePullRequest(tx, repository, number, { lock: true });
        if (row.state === 'closed') return;
        if (row.state === 'merged') throw new PavedError('conflict', `Pull request ${number} is merged.`);
        const now = deps.now();
        await updatePullRequest(tx, row, {
          state: 'closed',
          updated_at: now,
          ended_at: now,
          ended_by_ref: actor.ref,
          ended_by_name: actor.displayName,
        });
        await tellChange(deps, tx, repository, row, 'closed', actor);
      });
    },
    async reopen(repository: RepositoryRow, number: number, actor: Actor): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const row = await requirePullRequest(tx, repository, number, { lock: true });
        if (row.state === 'open') return;
        if (row.state === 'merged') throw new PavedError('conflict', `Pull request ${number} is merged.`, { fix: 'Open a new one.' });
        const { head } = await tipsOf(deps, repository, row);
        if (head === undefined)
          throw new PavedError('conflict', `The branch ${row.head} does not exist any more.`, { fix: 'Push it again.' });
        await updatePullRequest(tx, row, {
          state: 'open',
          head_sha: head,
          updated_at: deps.now(),
          ended_at: null,
          ended_by_ref: null,
          ended_by_name: null,
        });
        await tellChange(deps, tx, repository, { ...row, head_sha: head }, 'reopened', actor);
      });
    },
    /** Commits of a pull request; of an ended one those it had. */
    async commits(repository: RepositoryRow, row: PullRequestRow) {
      const { folder, base } = await tipsOf(deps, repository, row);
      const from = row.state === 'open' && base !== undefined ? base : row.base_sha;
      return listCommits(git, folder, [row.head_sha, `^${from}`], { limit: 250 });
    },
    /** Between which commits its difference is shown. */
    async range(repository: RepositoryRow, row: PullRequestRow): Promise<{ folder: string; before: string; after: string }> {
      const { folder, base } = await tipsOf(deps, repository, row);
      const before = row.state === 'open' && base !== undefined ? await mergeBase(git, folder, base, row.head_sha) : row.base_sha;
      return { folder, before: before ?? row.base_sha, after: row.head_sha };
    },
  };
}
