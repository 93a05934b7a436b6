import { PavedError, systemActor, type Actor } from '@paved/kernel';
import { CHECK_CHANGED, REPOSITORY_CHANGED, type Repository, type Scm } from '../index.ts';
import { requireBranchName, repositoryPath } from '../model/names.ts';
import { parseSlug } from '../model/slug.ts';
import { besideExisting, overlay, putCommit, type CommittingDeps } from './committing.ts';
import { checkoutCommit } from './git/checkout.ts';
import { checkSource, copyFrom } from './git/import.ts';
import { findEntry, isBinary, listCommits, listTree, readBlob, resolveCommit } from './git/read.ts';
import { reflogIdentity, storeFolder, storeTexts } from './git/write.ts';
import { acceptBranches, publishMovements } from './publishing.ts';
import {
  allRepositories,
  checksOf,
  deleteRepository,
  findRepository,
  insertPush,
  insertRepository,
  requireRepository,
  toRepository,
  updateRepository,
  upsertCheck,
  type RepositoryRow,
} from './store.ts';
import { deletionCounts } from './views.ts';

export interface ScmDeps extends CommittingDeps {
  readonly baseUrl: () => string;
  /** The platform's data directory: nothing in it can be imported. */
  readonly platformData: string;
  readonly pushLimitBytes: number;
}

/** Text of a file that `readFile` gives at most. */
export const TEXT_LIMIT = 1024 ** 2;
const BYTES_LIMIT = 10 * 1024 ** 2;
const IMPORT_FACTOR = 20;

/** The built-in host behind the `Scm` port. Permissions are asked by whoever calls: the routes here, the run of a template. */
export function createScm(deps: ScmDeps): Scm & { update(slug: string, values: RepositoryChange, actor: Actor): Promise<Repository> } {
  const { db, git, folders } = deps;
  const shown = (row: RepositoryRow): Repository => toRepository(row, deps.baseUrl());
  const locate = async (slug: string): Promise<{ row: RepositoryRow; folder: string }> => {
    const row = await requireRepository(db, slug.toLowerCase());
    return { row, folder: folders.of(row.slug) };
  };
  const requireCommit = async (folder: string, slug: string, revision: string): Promise<string> => {
    const sha = await resolveCommit(git, folder, revision);
    if (sha === undefined) throw new PavedError('not_found', `${slug} has no branch, tag or commit "${revision}".`);
    return sha;
  };

  /** Registers a prepared folder under its slug: the row decides, the folder follows inside its transaction. */
  const register = async (
    repository: NewRepository & { source?: string; push?: string },
    prepared: string,
    id: string,
    actor: Actor,
  ): Promise<Repository> => {
    const row: RepositoryRow = {
      id,
      slug: repository.slug,
      description: repository.description,
      default_branch: repository.defaultBranch,
      owner_ref: repository.ownerRef,
      idempotency_key: repository.idempotencyKey ?? null,
      source: repository.source ?? null,
      created_by: actor.ref,
      created_at: deps.now(),
    };
    const made = await db.transaction().execute(async (tx) => {
      if (!(await insertRepository(tx, row))) return false;
      const action = repository.source === undefined ? 'repositories.repository.create' : 'repositories.repository.import';
      if (repository.source !== undefined) await acceptBranches(deps, tx, row, prepared, row.default_branch);
      if (repository.push !== undefined)
        await insertPush(tx, { id: repository.push, repositoryId: id, actor, deletes: [], at: row.created_at });
      await deps.events.publish(tx, { type: REPOSITORY_CHANGED, subject: row.slug, data: { slug: row.slug, change: 'created' } });
      await deps.audit.record(
        {
          actor,
          action,
          subject: row.slug,
          after: { ownerRef: row.owner_ref },
          facts: { ownerRef: row.owner_ref, ...(repository.source === undefined ? {} : { source: repository.source }) },
        },
        tx,
      );
      await folders.settle(prepared, row.slug);
      return true;
    });
    if (made) return shown(row);
    await folders.abandon(prepared);
    return existing(repository);
  };

  /** What is there under the slug, when the same request made it; `conflict` otherwise. */
  const existing = async (repository: { slug: string; idempotencyKey?: string }): Promise<Repository> => {
    const row = await requireRepository(db, repository.slug);
    if (repository.idempotencyKey !== undefined && row.idempotency_key === repository.idempotencyKey) return shown(row);
    throw new PavedError('conflict', `The repository ${row.slug} exists already.`, { fix: 'Choose another name.' });
  };

  return {
    async get(slug) {
      const row = await findRepository(db, slug.toLowerCase());
      return row === undefined ? undefined : shown(row);
    },
    list: async () => (await allRepositories(db)).map(shown),
    async create(given, actor) {
      const repository = { ...given, slug: parseSlug(given.slug), defaultBranch: requireBranchName(given.defaultBranch ?? 'main') };
      if ((await findRepository(db, repository.slug)) !== undefined) return existing(repository);
      const id = deps.newId('repo');
      return register(repository, await folders.prepare(git, id, repository.defaultBranch), id, actor);
    },
    async importFrom(from, given, actor) {
      const repository = { ...given, slug: parseSlug(given.slug) };
      if ((await findRepository(db, repository.slug)) !== undefined) return existing(repository);
      const source = await checkSource(from, deps.platformData);
      const id = deps.newId('repo');
      const prepared = await folders.prepare(git, id, 'main');
      const push = deps.newId('push');
      try {
        const { defaultBranch } = await copyFrom(git, source, prepared, {
          maxBytes: deps.pushLimitBytes * IMPORT_FACTOR,
          identity: reflogIdentity(actor, push),
        });
        await git(['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`], { repository: prepared });
        const imported = await register({ ...repository, defaultBranch, source: source.label, push }, prepared, id, actor);
        await publishMovements(deps, id, push);
        return imported;
      } catch (error) {
        await folders.abandon(prepared);
        throw error;
      }
    },
    async update(slug, values, actor) {
      const { row, folder } = await locate(slug);
      if (values.defaultBranch !== undefined) {
        await requireCommit(folder, row.slug, requireBranchName(values.defaultBranch));
        await git(['symbolic-ref', 'HEAD', `refs/heads/${values.defaultBranch}`], { repository: folder });
      }
      await db.transaction().execute(async (tx) => {
        const changed = {
          ...(values.description === undefined ? {} : { description: values.description }),
          ...(values.ownerRef === undefined ? {} : { owner_ref: values.ownerRef }),
          ...(values.defaultBranch === undefined ? {} : { default_branch: values.defaultBranch }),
        };
        if (Object.keys(changed).length > 0) await updateRepository(tx, row.id, changed);
        await deps.events.publish(tx, { type: REPOSITORY_CHANGED, subject: row.slug, data: { slug: row.slug, change: 'updated' } });
        await deps.audit.record(
          {
            actor,
            action: 'repositories.repository.update',
            subject: row.slug,
            before: { ...row, created_at: row.created_at.toISOString() },
            after: changed,
            facts: { changed: Object.keys(values) },
          },
          tx,
        );
      });
      return shown(await requireRepository(db, row.slug));
    },
    async delete(slug, actor) {
      const row = await findRepository(db, slug.toLowerCase());
      if (row === undefined) return;
      // First the row, so that nobody finds it any more, then the folder: a folder without a row is nobody's and goes to the trash later.
      await db.transaction().execute(async (tx) => {
        await deleteRepository(tx, row.id);
        await deps.events.publish(tx, { type: REPOSITORY_CHANGED, subject: row.slug, data: { slug: row.slug, change: 'deleted' } });
        await deps.audit.record(
          {
            actor,
            action: 'repositories.repository.delete',
            subject: row.slug,
            before: { ownerRef: row.owner_ref },
            facts: { ownerRef: row.owner_ref },
          },
          tx,
        );
      });
      await folders.discard(row.slug, row.id);
    },
    async usage(slug) {
      const { row, folder } = await locate(slug);
      const { branches, openPullRequests } = await deletionCounts(db, row.id);
      const head = await resolveCommit(git, folder, row.default_branch);
      const counted = head === undefined ? '0' : (await git(['rev-list', '--count', head], { repository: folder })).text;
      return { commits: Number(counted), branches, openPullRequests, bytes: await folders.size(row.slug) };
    },
    async commitFolder(slug, commit, actor) {
      const { row, folder } = await locate(slug);
      const entries = await storeFolder(git, folder, commit.folder);
      return putCommit(
        deps,
        row,
        {
          branch: commit.branch,
          from: row.default_branch,
          message: commit.message,
          key: commit.idempotencyKey,
          build: overlay(deps, folder, entries),
        },
        actor,
      );
    },
    async commitFiles(slug, commit, actor) {
      const { row, folder } = await locate(slug);
      const entries = await storeTexts(git, folder, commit.files);
      const key = commit.idempotencyKey === undefined ? {} : { key: commit.idempotencyKey };
      return putCommit(
        deps,
        row,
        {
          branch: commit.branch,
          from: commit.from ?? row.default_branch,
          message: commit.message,
          ...key,
          ...(commit.expectedTip === undefined ? {} : { expectedTip: commit.expectedTip }),
          build:
            commit.onlyNew === true
              ? besideExisting(deps, row, Object.keys(commit.files), overlay(deps, folder, entries))
              : overlay(deps, folder, entries),
        },
        actor,
      );
    },
    async resolve(slug, revision) {
      const { folder } = await locate(slug);
      return resolveCommit(git, folder, revision);
    },
    async readFile(slug, revision, path) {
      const { folder } = await locate(slug);
      const sha = await resolveCommit(git, folder, revision);
      const entry = sha === undefined || repositoryPath(path) === '' ? undefined : await findEntry(git, folder, sha, path);
      if (entry === undefined || (entry.type !== 'file' && entry.type !== 'symlink')) return undefined;
      const bytes = await readBlob(git, folder, entry.sha, TEXT_LIMIT);
      const binary = isBinary(bytes);
      return { text: binary ? '' : bytes.toString('utf8'), binary, size: entry.size ?? bytes.length };
    },
    async readBytes(slug, revision, path, limit = BYTES_LIMIT) {
      const { folder } = await locate(slug);
      const sha = await resolveCommit(git, folder, revision);
      const entry = sha === undefined || repositoryPath(path) === '' ? undefined : await findEntry(git, folder, sha, path);
      return entry?.type === 'file' ? readBlob(git, folder, entry.sha, limit) : undefined;
    },
    async tree(slug, revision, path = '', options = {}) {
      const { row, folder } = await locate(slug);
      const sha = await requireCommit(folder, row.slug, revision);
      const entries = await listTree(git, folder, sha, path, options.recursive ?? false);
      if (entries === undefined) throw new PavedError('not_found', `${row.slug} has no folder "${path}" at ${revision}.`);
      return entries.map((e) => ({ path: e.path, type: e.type, ...(e.size === undefined ? {} : { size: e.size }) }));
    },
    async commits(slug, revision, options = {}) {
      const { row, folder } = await locate(slug);
      return listCommits(git, folder, [await requireCommit(folder, row.slug, revision)], options);
    },
    async checkout(slug, sha, target) {
      const { row, folder } = await locate(slug);
      await checkoutCommit(
        git,
        folder,
        { scratch: folders.scratch, id: deps.newId('index') },
        await requireCommit(folder, row.slug, sha),
        target,
      );
    },
    async setCheck(slug, sha, check) {
      const { row } = await locate(slug);
      await db.transaction().execute(async (tx) => {
        await upsertCheck(tx, row.id, sha, check, deps.now());
        await deps.events.publish(tx, { type: CHECK_CHANGED, subject: row.slug, data: { slug: row.slug, sha, check } });
        if (check.status === 'succeeded' || check.status === 'failed' || check.status === 'cancelled') {
          await deps.audit.record(
            {
              actor: systemActor,
              action: 'repositories.check.set',
              subject: row.slug,
              facts: { sha, name: check.name, status: check.status },
            },
            tx,
          );
        }
      });
    },
    async checks(slug, sha) {
      const { row } = await locate(slug);
      return (await checksOf(db, row.id, [sha])).get(sha) ?? [];
    },
  };
}

/** What of a repository can be changed. */
export interface RepositoryChange {
  readonly description?: string | undefined;
  readonly ownerRef?: string | undefined;
  readonly defaultBranch?: string | undefined;
}

interface NewRepository {
  readonly slug: string;
  readonly description: string;
  readonly ownerRef: string;
  readonly defaultBranch: string;
  readonly idempotencyKey?: string;
}
