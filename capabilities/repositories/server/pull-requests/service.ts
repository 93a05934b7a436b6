import { PavedError, type Actor } from '@paved/kernel';
import type { PlatformEvent } from '@paved/host';
import { PULL_REQUEST_CHANGED, type BranchPushed, type Check } from '../../index.ts';
import { blockersOf, type Blocker } from '../../model/mergeability.ts';
import { NO_COMMIT, repositoryPath, requireBranchName } from '../../model/names.ts';
import { appliedCommit, putCommit, type CommittingDeps } from '../committing.ts';
import { aheadBehind, branchTip, isAncestor, listCommits, mergeBase, mergeTree } from '../git/read.ts';
import { moveRef, reflogIdentity } from '../git/write.ts';
import { publishMovements } from '../publishing.ts';
import { checksOf, findRepository, insertPush, intents, lockRepository, type Db, type RepositoryRow } from '../store.ts';
import {
  insertPullRequest,
  insertRemark,
  openPullRequestsOf,
  remarksOf,
  requirePullRequest,
  updatePullRequest,
  type PullRequestRow,
  type RemarkRow,
  type Verdict,
} from './store.ts';

/** What happened to a pull request, in its event's `change`. */
export type PullRequestChange = 'opened' | 'updated' | 'edited' | 'commented' | 'reviewed' | 'merged' | 'closed' | 'reopened';

export interface Mergeability {
  readonly mergeable: boolean;
  readonly blockers: Blocker[];
  readonly ahead: number;
  readonly behind: number;
}

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
  const { db, git, folders } = deps;
  const keyOf = (number: number): string => `pull_request/${number}/merge`;

  const tell = async (
    tx: Db,
    repository: RepositoryRow,
    row: PullRequestRow,
    change: PullRequestChange,
    actor: Actor,
    facts: Record<string, unknown> = {},
  ): Promise<void> => {
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
  };

  /** Keeps the head reachable under `refs/pull/N/head`, also when its branch is deleted. */
  const keepHead = async (repository: RepositoryRow, row: Pick<PullRequestRow, 'number' | 'head_sha'>): Promise<void> => {
    await git(['update-ref', `refs/pull/${row.number}/head`, row.head_sha], { repository: folders.of(repository.slug) });
  };

  const tips = async (
    repository: RepositoryRow,
    row: Pick<PullRequestRow, 'head' | 'base'>,
  ): Promise<{ folder: string; head: string | undefined; base: string | undefined }> => {
    const folder = folders.of(repository.slug);
    return { folder, head: await branchTip(git, folder, row.head), base: await branchTip(git, folder, row.base) };
  };

  const mergeability = async (
    repository: RepositoryRow,
    row: PullRequestRow,
    given?: { checks: readonly Check[]; remarks: readonly RemarkRow[] },
  ): Promise<Mergeability> => {
    const { folder, head, base } = await tips(repository, row);
    const checks = given?.checks ?? (await checksOf(db, repository.id, [row.head_sha])).get(row.head_sha) ?? [];
    const remarks = given?.remarks ?? (await remarksOf(db, row));
    const distance = head === undefined || base === undefined ? { ahead: 0, behind: 0 } : await aheadBehind(git, folder, base, head);
    const merged = row.state !== 'open' || head === undefined || base === undefined ? undefined : await mergeTree(git, folder, base, head);
    const blockers = blockersOf({
      state: row.state,
      base: row.base,
      head: row.head,
      comparison: merged === undefined ? undefined : { ahead: distance.ahead, conflicts: 'conflicts' in merged ? merged.conflicts : [] },
      checks,
      verdicts: remarks.flatMap((r) => (r.verdict === null ? [] : [{ author: r.author_name, verdict: r.verdict }])),
    });
    return { mergeable: blockers.length === 0, blockers, ...distance };
  };

  /** Writes down that a pull request was merged; once, whoever notices first. */
  const markMerged = async (repository: RepositoryRow, number: number, sha: string, actor: Actor, override?: string): Promise<void> => {
    await db.transaction().execute(async (tx) => {
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
      await tell(tx, repository, row, 'merged', actor, { commit: sha, ...(override === undefined ? {} : { override }) });
    });
  };

  return {
    mergeability,
    async open(
      repository: RepositoryRow,
      request: { title: string; body: string; head: string; base?: string | undefined },
      actor: Actor,
    ): Promise<PullRequestRow> {
      const base = requireBranchName(request.base ?? repository.default_branch);
      const head = requireBranchName(request.head);
      if (base === head) throw new PavedError('invalid', `${head} cannot be merged into itself.`, { fix: 'Choose two branches.' });
      const { folder, ...tip } = await tips(repository, { head, base });
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
        await tell(tx, repository, made, 'opened', actor);
        return made;
      });
      await keepHead(repository, row);
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
        await tell(tx, repository, { ...row, ...changed }, 'edited', actor);
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
        await tell(
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
    /**
     * Merges by a merge commit or one squashed commit. What stands in the way is refused; failed or running checks and a call for
     * changes can be overridden with a reason. `expectedHead` guards against a push since the reader looked.
     */
    async merge(
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
      const row = await requirePullRequest(db, repository, number);
      if (row.state === 'merged' && row.merge_sha !== null) return { sha: row.merge_sha };
      const { folder, head, base } = await tips(repository, row);
      // Merged already, but the server died before writing it down.
      const made = await appliedCommit(deps, repository, folder, keyOf(number), base);
      if (made !== undefined) {
        await markMerged(repository, number, made, actor);
        return { sha: made };
      }
      if (how.expectedHead !== undefined && how.expectedHead !== head)
        throw new PavedError('stale', `${row.head} has moved since you looked.`, { fix: 'Look at the new commits, then merge.' });
      const current = { ...row, head_sha: head ?? row.head_sha };
      const { blockers } = await mergeability(repository, current);
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
          key: keyOf(number),
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
      await markMerged(repository, number, sha, actor, blockers.length > 0 ? how.overrideReason : undefined);
      if (how.deleteBranch === true && row.head !== repository.default_branch) {
        const push = deps.newId('push');
        await insertPush(db, { id: push, repositoryId: repository.id, actor, deletes: [row.head], at: deps.now() });
        await moveRef(git, folder, `refs/heads/${row.head}`, { before: headSha, after: NO_COMMIT }, reflogIdentity(actor, push));
        await publishMovements(deps, repository.id, push);
      }
      return { sha };
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
        await tell(tx, repository, row, 'closed', actor);
      });
    },
    async reopen(repository: RepositoryRow, number: number, actor: Actor): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const row = await requirePullRequest(tx, repository, number, { lock: true });
        if (row.state === 'open') return;
        if (row.state === 'merged') throw new PavedError('conflict', `Pull request ${number} is merged.`, { fix: 'Open a new one.' });
        const { head } = await tips(repository, row);
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
        await tell(tx, repository, { ...row, head_sha: head }, 'reopened', actor);
      });
    },
    /** Follows pushes: a new head, or a base that took the head in (by hand, or by a merge whose server died). */
    async afterPush(event: PlatformEvent): Promise<void> {
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
            await tell(tx, repository, { ...locked, head_sha: head }, 'updated', push.actor);
          });
          await keepHead(repository, { number: row.number, head_sha: head });
        } else {
          const made = (await intents(db, repository.id, keyOf(row.number))).map((i) => i.sha);
          const merged = [...made, row.head_sha];
          for (const sha of merged) {
            if (!(await isAncestor(git, folder, sha, push.after))) continue;
            await markMerged(repository, row.number, sha === row.head_sha ? push.after : sha, push.actor);
            break;
          }
        }
      }
    },
    /** Commits of a pull request; of an ended one those it had. */
    async commits(repository: RepositoryRow, row: PullRequestRow) {
      const { folder, base } = await tips(repository, row);
      const from = row.state === 'open' && base !== undefined ? base : row.base_sha;
      return listCommits(git, folder, [row.head_sha, `^${from}`], { limit: 250 });
    },
    /** Between which commits its difference is shown. */
    async range(repository: RepositoryRow, row: PullRequestRow): Promise<{ folder: string; before: string; after: string }> {
      const { folder, base } = await tips(repository, row);
      const before = row.state === 'open' && base !== undefined ? await mergeBase(git, folder, base, row.head_sha) : row.base_sha;
      return { folder, before: before ?? row.base_sha, after: row.head_sha };
    },
  };
}
