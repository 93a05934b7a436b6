import { PavedError, type Actor } from '@paved/kernel';
import { NO_COMMIT, requireBranchName } from '../model/names.ts';
import { branchTip, findEntry, isAncestor } from './git/read.ts';
import { moveRef, reflogIdentity, treeOf, writeCommit, writeTree, type storeFolder } from './git/write.ts';
import { publishMovements, type PublishingDeps } from './publishing.ts';
import { insertIntent, insertPush, intents, markApplied, type RepositoryRow } from './store.ts';

export interface CommittingDeps extends PublishingDeps {
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
}

type Entries = Awaited<ReturnType<typeof storeFolder>>;

const TRIES = 8;

/** What a new commit is made of, given where the branch is; undefined when nothing would change. */
export type BuildCommit = (tip: string | undefined) => Promise<{ tree: string; parents: readonly string[] } | undefined>;

/** A commit whose tree is the branch's tree with these entries put in or taken out. */
export function overlay(deps: CommittingDeps, folder: string, entries: Entries): BuildCommit {
  return async (tip) => {
    const tree = await writeTree(deps.git, folder, { scratch: deps.folders.scratch, id: deps.newId('index') }, tip, entries);
    if (tip !== undefined && tree === (await treeOf(deps.git, folder, tip))) return undefined;
    return { tree, parents: tip === undefined ? [] : [tip] };
  };
}

/** The same for files that may not be there yet: refused as `stale` when one is, also when it came while this was tried. */
export function besideExisting(deps: CommittingDeps, { slug }: RepositoryRow, paths: readonly string[], build: BuildCommit): BuildCommit {
  return async (tip) => {
    for (const path of tip === undefined ? [] : paths)
      if ((await findEntry(deps.git, deps.folders.of(slug), tip ?? '', path)) !== undefined)
        throw new PavedError('stale', `${slug} has a ${path} by now.`, { fix: 'Look at what stands there, then try again.' });
    return build(tip);
  };
}

/**
 * Puts one commit on a branch. With a key, a commit made before under it is found and given again: its hash is written down before
 * git moves the branch, so a crash at any point neither doubles nor loses it. The branch must exist unless the repository is empty
 * or `from` says where it starts.
 */
export async function putCommit(
  deps: CommittingDeps,
  repository: RepositoryRow,
  commit: { branch: string; from?: string; message: string; key?: string; expectedTip?: string; build: BuildCommit },
  actor: Actor,
): Promise<{ sha: string }> {
  const { db, git } = deps;
  const branch = requireBranchName(commit.branch);
  const folder = deps.folders.of(repository.slug);
  const ref = `refs/heads/${branch}`;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // First the tip, then the intents: what is applied in between makes moving the ref fail, and the next turn sees it.
    const current = await branchTip(git, folder, branch);
    const made = commit.key === undefined ? undefined : await appliedCommit(deps, repository, folder, commit.key, current);
    if (made !== undefined) {
      await publishMovements(deps, repository.id);
      return { sha: made };
    }
    const tip = current ?? (commit.from === undefined ? undefined : await branchTip(git, folder, commit.from));
    if (commit.expectedTip !== undefined && tip !== commit.expectedTip)
      throw new PavedError(
        'stale',
        `The branch ${current === undefined ? (commit.from ?? branch) : branch} of ${repository.slug} has moved.`,
        {
          fix: 'Look at what changed, then try again.',
        },
      );
    const content = await commit.build(tip);
    if (content === undefined && tip !== undefined && current !== undefined) return { sha: tip };
    if (content === undefined && tip === undefined) throw new PavedError('invalid', 'There is nothing to commit.');
    const sha =
      content === undefined ? (tip ?? '') : await writeCommit(git, folder, { ...content, message: commit.message, actor, at: deps.now() });
    if (commit.key !== undefined) await insertIntent(db, { repositoryId: repository.id, key: commit.key, sha, branch });
    const push = deps.newId('push');
    await insertPush(db, { id: push, repositoryId: repository.id, actor, deletes: [], at: deps.now() });
    const moved = await moveRef(git, folder, ref, { before: current ?? NO_COMMIT, after: sha }, reflogIdentity(actor, push));
    if (moved && commit.key !== undefined) await markApplied(db, repository.id, commit.key, sha);
    await publishMovements(deps, repository.id, push);
    if (moved) return { sha };
  }
  throw new PavedError('conflict', `The branch ${branch} of ${repository.slug} kept moving.`, { fix: 'Try again.' });
}

/** The commit made under a key before, when it reached the branch. */
export async function appliedCommit(
  deps: CommittingDeps,
  repository: RepositoryRow,
  folder: string,
  key: string,
  tip: string | undefined,
): Promise<string | undefined> {
  for (const intent of await intents(deps.db, repository.id, key)) {
    if (intent.applied) return intent.sha;
    if (tip === undefined || !(await isAncestor(deps.git, folder, intent.sha, tip))) continue;
    await markApplied(deps.db, repository.id, key, intent.sha);
    return intent.sha;
  }
  return undefined;
}
