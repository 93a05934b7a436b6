import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { Catalog, SourceContent, SourceRead, SourceReader } from '@paved/catalog';
import type { PlatformEvent } from '@paved/host';
import { sourceAddress, type BranchPushed } from '../index.ts';
import { parseAddress } from '../model/address.ts';
import type { Folders } from './folders.ts';
import type { Git } from './git/git.ts';
import { listTree, readBlob, resolveCommit, type GitEntry } from './git/read.ts';
import { findRepository, rememberTarget, requireRepository, targetsOf, type Db } from './store.ts';

export interface SourceReaderDeps {
  readonly db: Db;
  readonly git: Git;
  readonly folders: Folders;
  readonly baseUrl: () => string;
}

/** What the catalog reads of a file unless it says otherwise, in bytes. */
const FILE_LIMIT = 8 * 1024 ** 2;
const MAX_FILES = 1000;

/** Reads the catalog's files straight from hosted repositories, by their stable address or any of their URLs. */
export function createSourceReader(deps: SourceReaderDeps): SourceReader {
  const { db, git, folders } = deps;
  return {
    serves: (target) => parseAddress(target, deps.baseUrl()) !== undefined,
    async read(target, { known, maxBytes = FILE_LIMIT } = {}) {
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
      const all = (await listTree(git, folder, revision, '', true)) ?? [];
      const readable = all.filter((e) => e.type !== 'submodule');
      const named =
        wanted
          .map((pattern) => readable.filter((e) => e.path === pattern || path.posix.matchesGlob(e.path, pattern)))
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
      const files: SourceRead['files'][number][] = [];
      for (const entry of named) {
        const meant = entry.type === 'symlink' ? await behind(deps, folder, entry, all) : entry;
        // What is read by its own name already says nothing new.
        if (meant !== entry && named.some((other) => other === meant)) continue;
        const content = meant === undefined ? { unreadable: leadsNowhere(entry.path) } : await contentOf(deps, folder, meant, maxBytes);
        files.push({ path: entry.path, url: `${sourceAddress(repository.slug, entry.path)}${at}`, ...content });
      }
      return { revision, files };
    },
  };
}

type ReadDeps = Pick<SourceReaderDeps, 'git'>;

/** The file of the same commit that a link leads to; undefined when it leads elsewhere. */
async function behind({ git }: ReadDeps, folder: string, link: GitEntry, all: readonly GitEntry[]): Promise<GitEntry | undefined> {
  const target = (await readBlob(git, folder, link.sha, 4096)).toString('utf8');
  const file = path.posix.join(path.posix.dirname(link.path), target);
  return target.startsWith('/') ? undefined : all.find((entry) => entry.type === 'file' && entry.path === file);
}

const leadsNowhere = (name: string) => ({
  message: `${name} is a link that leads to no file of the repository.`,
  fix: 'Put the file itself there, or let the link lead to one.',
});

/** A file's bytes; the catalog tells whether they are text. */
async function contentOf({ git }: ReadDeps, folder: string, entry: GitEntry, maxBytes: number): Promise<SourceContent> {
  const size = entry.size ?? 0;
  if (size <= maxBytes) return { bytes: await readBlob(git, folder, entry.sha, maxBytes) };
  return { unreadable: { message: `${entry.path} has ${size} bytes; at most ${maxBytes} are read.`, fix: 'Split it.' } };
}

/** Tells the catalog to read again what it reads from a branch that moved. */
export function refreshOnPush(deps: { db: Db; catalog: Catalog; baseUrl: () => string }): (event: PlatformEvent) => Promise<void> {
  return async (event) => {
    const push = event.data as unknown as BranchPushed;
    const repository = await findRepository(deps.db, push.slug);
    if (repository === undefined) return;
    for (const target of await targetsOf(deps.db, repository.id)) {
      const revision = parseAddress(target, deps.baseUrl())?.revision ?? repository.default_branch;
      if (revision !== push.branch) continue;
      for (const type of ['git', 'url'] as const) await deps.catalog.refresh({ type, target });
    }
  };
}
