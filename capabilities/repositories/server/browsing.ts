import path from 'node:path';
import { PavedError } from '@paved/kernel';
import type { Check, Commit, TreeEntry } from '../index.ts';
import { parseDiff, type DiffFile } from '../model/diff.ts';
import { languageOf } from '../model/language.ts';
import { repositoryPath } from '../model/names.ts';
import { contentTypeOf } from '../model/content-type.ts';
import type { Folders } from './folders.ts';
import type { Git } from './git/git.ts';
import {
  aheadBehind,
  findEntry,
  isBinary,
  listCommits,
  listRefs,
  listTree,
  mergeBase,
  readBlob,
  readDiff,
  resolveCommit,
} from './git/read.ts';
import { TEXT_LIMIT } from './service.ts';
import { checksOf, type Db, type RepositoryRow } from './store.ts';

const RAW_LIMIT = 10 * 1024 ** 2;
const COMPARED_BRANCHES = 50;
const COMPARED_COMMITS = 250;

export interface Diff {
  files: DiffFile[];
  truncated: boolean;
}

export type Browsing = ReturnType<typeof createBrowsing>;

/** Reads of a repository for screens. */
export function createBrowsing(deps: { db: Db; git: Git; folders: Folders }) {
  const { db, git, folders } = deps;
  const commitAt = async (row: RepositoryRow, revision: string | undefined): Promise<{ folder: string; sha: string }> => {
    const folder = folders.of(row.slug);
    const sha = await resolveCommit(git, folder, revision ?? row.default_branch);
    if (sha !== undefined) return { folder, sha };
    throw revision === undefined || revision === row.default_branch
      ? new PavedError('not_found', `${row.slug} has no commits yet.`, { fix: 'Push a first commit.' })
      : new PavedError('not_found', `${row.slug} has no branch, tag or commit "${revision}".`);
  };
  const lastCommit = async (folder: string, sha: string, file: string): Promise<Commit | undefined> =>
    (await listCommits(git, folder, [sha], { limit: 1, path: file }))[0];
  const fileAt = async (row: RepositoryRow, revision: string | undefined, file: string) => {
    const { folder, sha } = await commitAt(row, revision);
    const entry = repositoryPath(file) === '' ? undefined : await findEntry(git, folder, sha, file);
    if (entry === undefined || (entry.type !== 'file' && entry.type !== 'symlink'))
      throw new PavedError('not_found', `${row.slug} has no file "${file}" at ${revision ?? row.default_branch}.`);
    return { folder, sha, entry };
  };
  const diff = async (folder: string, before: string | undefined, after: string): Promise<Diff> => {
    const { text, truncated } = await readDiff(git, folder, before, after);
    return { files: parseDiff(text), truncated };
  };

  return {
    checks: (row: RepositoryRow, shas: readonly string[]): Promise<Map<string, Check[]>> => checksOf(db, row.id, shas),
    diff,
    async branches(row: RepositoryRow) {
      const folder = folders.of(row.slug);
      const refs = await listRefs(git, folder, 'refs/heads');
      const main = refs.find((r) => r.name === row.default_branch);
      const items = [];
      const ordered = main === undefined ? refs : [main, ...refs.filter((r) => r !== main)];
      for (const [i, ref] of ordered.entries()) {
        const isDefault = ref === main;
        const distance = main === undefined || isDefault || i >= COMPARED_BRANCHES ? {} : await aheadBehind(git, folder, main.sha, ref.sha);
        items.push({ ...ref, isDefault, ...distance });
      }
      return { items, tags: (await listRefs(git, folder, 'refs/tags')).map(({ name, sha, at }) => ({ name, sha, at })) };
    },
    async tree(
      row: RepositoryRow,
      revision: string | undefined,
      at: string,
      recursive: boolean,
    ): Promise<{ revision: string; path: string; entries: TreeEntry[]; lastCommit: Commit | undefined }> {
      const { folder, sha } = await commitAt(row, revision);
      const entries = await listTree(git, folder, sha, at, recursive);
      if (entries === undefined)
        throw new PavedError('not_found', `${row.slug} has no folder "${at}" at ${revision ?? row.default_branch}.`);
      return { revision: sha, path: repositoryPath(at), entries, lastCommit: await lastCommit(folder, sha, at) };
    },
    async file(row: RepositoryRow, revision: string | undefined, at: string) {
      const { folder, sha, entry } = await fileAt(row, revision, at);
      const bytes = await readBlob(git, folder, entry.sha, TEXT_LIMIT);
      const binary = isBinary(bytes);
      const size = entry.size ?? bytes.length;
      const language = languageOf(entry.path);
      return {
        revision: sha,
        path: entry.path,
        size,
        binary,
        truncated: !binary && size > bytes.length,
        text: binary ? '' : bytes.toString('utf8'),
        ...(language === undefined ? {} : { language }),
        lastCommit: await lastCommit(folder, sha, entry.path),
      };
    },
    async raw(
      row: RepositoryRow,
      revision: string | undefined,
      at: string,
    ): Promise<{ bytes: Buffer; contentType: string; inline: boolean; name: string }> {
      const { folder, entry } = await fileAt(row, revision, at);
      if ((entry.size ?? 0) > RAW_LIMIT)
        throw new PavedError('too_large', `${entry.path} is larger than 10 MiB.`, { fix: 'Clone the repository to get it.' });
      const bytes = await readBlob(git, folder, entry.sha, RAW_LIMIT);
      return { bytes, name: path.posix.basename(entry.path), ...contentTypeOf(entry.path, isBinary(bytes)) };
    },
    async readme(row: RepositoryRow, revision: string | undefined, at: string): Promise<{ path: string; revision: string; text: string }> {
      const { folder, sha } = await commitAt(row, revision);
      const entries = (await listTree(git, folder, sha, at, false)) ?? [];
      const found = ['readme.md', 'readme.markdown', 'readme', 'readme.txt']
        .map((name) => entries.find((e) => e.type === 'file' && path.posix.basename(e.path).toLowerCase() === name))
        .find((e) => e !== undefined);
      if (found === undefined)
        throw new PavedError('not_found', `${row.slug} has no README ${at === '' ? 'at its root' : `in ${at}`}.`, {
          fix: 'Add a README.md that says what this is and how to run it.',
        });
      return { path: found.path, revision: sha, text: (await readBlob(git, folder, found.sha, TEXT_LIMIT)).toString('utf8') };
    },
    async commits(
      row: RepositoryRow,
      revision: string | undefined,
      options: { limit: number; skip: number; path: string },
    ): Promise<Commit[]> {
      const { folder, sha } = await commitAt(row, revision);
      return listCommits(git, folder, [sha], options);
    },
    async commit(row: RepositoryRow, revision: string): Promise<{ commit: Commit; diff: Diff }> {
      const { folder, sha } = await commitAt(row, revision);
      const [commit] = await listCommits(git, folder, [sha], { limit: 1 });
      if (commit === undefined) throw new PavedError('not_found', `${row.slug} has no commit "${revision}".`);
      return { commit, diff: await diff(folder, commit.parents[0], sha) };
    },
    /** The difference between where `head` left `base` and `head`: what a pull request shows. */
    async compare(row: RepositoryRow, base: string, head: string) {
      const from = await commitAt(row, base);
      const to = await commitAt(row, head);
      return this.between(from.folder, from.sha, to.sha);
    },
    async between(folder: string, base: string, head: string) {
      const common = await mergeBase(git, folder, base, head);
      return {
        base,
        head,
        ...(common === undefined ? {} : { mergeBase: common }),
        ...(await aheadBehind(git, folder, base, head)),
        commits: await listCommits(git, folder, [head, `^${base}`], { limit: COMPARED_COMMITS }),
        diff: await diff(folder, common, head),
      };
    },
  };
}
