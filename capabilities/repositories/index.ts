import { serviceRef, type Actor } from '@paved/kernel';

export { parseAddress, type Address } from './model/address.ts';
export { contentTypeOf } from './model/content-type.ts';

/** A hosted repository. `slug` is `<project>/<name>`, lower case, for example `playback/playback-api`. */
export interface Repository {
  readonly slug: string;
  readonly description: string;
  readonly defaultBranch: string;
  /** Canonical refs of who owns it (push, merge, settings). */
  readonly ownerRef: string;
  /** `<baseUrl>/git/<slug>.git`. */
  readonly cloneUrl: string;
  readonly createdAt: string;
}

export interface Commit {
  readonly sha: string;
  readonly subject: string;
  readonly body: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly at: string;
  readonly parents: readonly string[];
}

export interface TreeEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'submodule';
  readonly size?: number;
}

/** A verdict on a commit, shown beside it and on its pull requests. */
export interface Check {
  readonly name: string;
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly summary?: string;
  /** Portal path to the details, for example `/runs/run_…`. */
  readonly href?: string;
}

/**
 * Source control as the platform needs it. The built-in host implements it now; GitHub, GitLab and others serve the same
 * port later, so nothing here assumes a local disk but `checkout`.
 */
export interface Scm {
  get(slug: string): Promise<Repository | undefined>;
  list(): Promise<Repository[]>;
  /** Idempotent by slug and `idempotencyKey`; throws `conflict` when another repository has the slug. */
  create(
    repository: { slug: string; description: string; ownerRef: string; defaultBranch?: string; idempotencyKey?: string },
    actor: Actor,
  ): Promise<Repository>;
  /** Copies an existing repository, all branches and tags, from a local path or URL. */
  importFrom(
    source: string,
    repository: { slug: string; description: string; ownerRef: string; idempotencyKey?: string },
    actor: Actor,
  ): Promise<Repository>;
  delete(slug: string, actor: Actor): Promise<void>;
  /** How much is in it: commits of the default branch, branches, open pull requests, size of the objects on disk. */
  usage(slug: string): Promise<{ commits: number; branches: number; openPullRequests: number; bytes: number }>;
  /**
   * Commits a folder's files (modes kept, `.git` ignored) onto a branch in one commit: they are added or replaced, other files of the
   * branch stay. A branch that does not exist starts at the default branch. The same `idempotencyKey` again gives the commit made
   * before. Emits the same push event as a client's push.
   */
  commitFolder(
    slug: string,
    commit: { branch: string; folder: string; message: string; idempotencyKey: string },
    actor: Actor,
  ): Promise<{ sha: string }>;
  /**
   * Commits changed files (undefined text deletes) on top of a branch. With `expectedTip`, throws `stale` when the branch is not
   * there any more; a branch that does not exist starts at `from` (the default branch), whose tip is then compared. With `onlyNew`,
   * throws `stale` when one of the files is there already.
   */
  commitFiles(
    slug: string,
    commit: {
      branch: string;
      from?: string;
      files: Readonly<Record<string, string | undefined>>;
      message: string;
      idempotencyKey?: string;
      expectedTip?: string;
      onlyNew?: boolean;
    },
    actor: Actor,
  ): Promise<{ sha: string }>;
  /** The commit a branch, tag or (short) hash points to. */
  resolve(slug: string, revision: string): Promise<string | undefined>;
  readFile(slug: string, revision: string, path: string): Promise<{ text: string; binary: boolean; size: number } | undefined>;
  /** The bytes of a file, at most `limit` of them (default 10 MiB); undefined when there is no such file. */
  readBytes(slug: string, revision: string, path: string, limit?: number): Promise<Uint8Array | undefined>;
  tree(slug: string, revision: string, path?: string, options?: { recursive?: boolean }): Promise<TreeEntry[]>;
  commits(slug: string, revision: string, options?: { limit?: number; path?: string }): Promise<Commit[]>;
  /** Writes the tree of a commit into an empty folder, without `.git`. */
  checkout(slug: string, sha: string, folder: string): Promise<void>;
  setCheck(slug: string, sha: string, check: Check): Promise<void>;
  checks(slug: string, sha: string): Promise<Check[]>;
}

export const repositories = serviceRef<Scm>('repositories');

/** Pull requests of hosted repositories, as other capabilities open and follow them. */
export interface PullRequestPort {
  /** Opens one; while one from `head` to `base` is open, gives that. */
  openPullRequest(
    slug: string,
    request: { head: string; base?: string; title: string; body: string },
    actor: Actor,
  ): Promise<{ number: number; created: boolean }>;
  pullRequestState(slug: string, number: number): Promise<'open' | 'merged' | 'closed' | undefined>;
}

export const pullRequests = serviceRef<PullRequestPort>('repositories');

/** What whoever pushes reads at once, as git's `remote:` lines. Asked after a client's push is stored, once for each branch. */
export interface PushNotes {
  /** Lines to print, none when there is nothing to say; git waits for them, so they come within about a second. */
  addPushNote(note: (push: BranchPushed) => Promise<readonly string[]>): void;
}

export const pushNotes = serviceRef<PushNotes>('repositories');

/** Outbox event; subject is the slug, `data` is BranchPushed. */
export const BRANCH_PUSHED = 'repositories.branch.pushed';
export interface BranchPushed {
  readonly slug: string;
  readonly branch: string;
  /** 40 zeros for a new branch. */
  readonly before: string;
  /** 40 zeros for a deleted branch. */
  readonly after: string;
  readonly isDefault: boolean;
  readonly actor: Actor;
}

/** Outbox event; subject is the slug, `data` is `{ slug, number, head, base, sha, change, actor }`. */
export const PULL_REQUEST_CHANGED = 'repositories.pull_request.changed';

/** Outbox event; subject is the slug, `data` is `{ slug, change: 'created' | 'updated' | 'deleted' }`. */
export const REPOSITORY_CHANGED = 'repositories.repository.changed';

/** Outbox event; subject is the slug, `data` is `{ slug, sha, check }` with the Check. */
export const CHECK_CHANGED = 'repositories.check.changed';

/**
 * The address of a repository's file that stays the same when the platform moves to another port or name:
 * `paved://repositories/<slug>[/<path>]`. Store this form; catalog locations understand it.
 */
export const sourceAddress = (slug: string, path = ''): string => `paved://repositories/${slug}${path === '' ? '' : `/${path}`}`;
