import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { Catalog, SourceReader } from '@paved/catalog';
import type { PlatformEvent } from '@paved/host';
import { sourceAddress, type BranchPushed } from '../index.ts';
import { parseAddress } from '../model/address.ts';
import type { Folders } from './folders.ts';
import type { Git } from './git/git.ts';
import { isBinary, listTree, readBlob, resolveCommit } from './git/read.ts';
import { findRepository, rememberTarget, requireRepository, targetsOf, type Db } from './store.ts';

export interface SourceReaderDeps {
  readonly db: Db;
  readonly git: Git;
  readonly folders: Folders;
  readonly baseUrl: () => string;
}

const FILE_LIMIT = 1024 ** 2;
const MAX_FILES = 1000;

/** Reads the catalog's files straight from hosted repositories, by their stable address or any of their URLs. */
export function createSourceReader(deps: SourceReaderDeps): SourceReader {
  const { db, git, folders } = deps;
  return {
    serves: (target) => parseAddress(target, deps.baseUrl()) !== undefined,
    async read(target, { known } = {}) {
      const address = parseAddress(target, deps.baseUrl());
      if (address === undefined)
        throw new PavedError('invalid', `"${target}" is no address of a hosted repository.`, {
          fix: 'Write it as paved://repositories/project/name/catalog-info.yaml.',
        });
      const repository = await requireRepository(db, address.slug);
      const folder = folders.of(repository.slug);
      const revision = await resolveCommit(git, folder, address.revision ?? repository.default_branch);
      if (revision === undefined)
        throw new PavedError('not_found', `${repository.slug} has no commit at ${address.revision ?? repository.default_branch} yet.`, {
          fix: 'Push a commit first.',
        });
      await rememberTarget(db, repository.id, target);
      if (known === revision) return { revision, unchanged: true, files: [] };
      const wanted = address.path === '' ? ['catalog-info.yaml', 'catalog-info.yml'] : [address.path];
      const all = ((await listTree(git, folder, revision, '', true)) ?? []).filter((e) => e.type === 'file');
      const named =
        wanted
          .map((pattern) => all.filter((e) => e.path === pattern || path.posix.matchesGlob(e.path, pattern)))
          .find((found) => found.length > 0) ?? [];
      if (named.length === 0)
        throw new PavedError('not_found', `${repository.slug} has no ${wanted[0]} at ${address.revision ?? repository.default_branch}.`, {
          fix: 'Correct the path, or add the file.',
          facts: { goneAt: revision },
        });
      if (named.length > MAX_FILES)
        throw new PavedError('too_large', `"${target}" matches ${named.length} files; at most ${MAX_FILES} are read.`);
      // Of another branch than the default one the address says so: documents are changed where they were read.
      const at =
        address.revision === undefined || address.revision === repository.default_branch
          ? ''
          : `?ref=${encodeURIComponent(address.revision)}`;
      const files = [];
      for (const entry of named) {
        if ((entry.size ?? 0) > FILE_LIMIT) throw new PavedError('too_large', `${entry.path} in ${repository.slug} is larger than 1 MiB.`);
        const bytes = await readBlob(git, folder, entry.sha, FILE_LIMIT);
        if (isBinary(bytes)) throw new PavedError('invalid', `${entry.path} in ${repository.slug} is not a text file.`);
        files.push({ path: entry.path, url: `${sourceAddress(repository.slug, entry.path)}${at}`, text: bytes.toString('utf8') });
      }
      return { revision, files };
    },
  };
}

/** Tells the catalog to read again what it reads from a repository whose default branch moved. */
export function refreshOnPush(deps: { db: Db; catalog: Catalog }): (event: PlatformEvent) => Promise<void> {
  return async (event) => {
    const push = event.data as unknown as BranchPushed;
    const repository = push.isDefault ? await findRepository(deps.db, push.slug) : undefined;
    if (repository === undefined) return;
    for (const target of await targetsOf(deps.db, repository.id)) {
      for (const type of ['git', 'url'] as const) await deps.catalog.refresh({ type, target });
    }
  };
}
