import { PavedError } from '@paved/kernel';
import type { Commit, TreeEntry } from '../../index.ts';
import { isRevision, repositoryPath } from '../../model/names.ts';
import type { Git } from './git.ts';

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const DIFF_BYTES = 1024 ** 2;

/** The commit that a branch, a tag or a (short) hash stands for, looked up in that order. */
export async function resolveCommit(git: Git, repository: string, revision: string): Promise<string | undefined> {
  if (!isRevision(revision)) return undefined;
  const candidates = [`refs/heads/${revision}`, `refs/tags/${revision}`, ...(/^[0-9a-f]{4,40}$/.test(revision) ? [revision] : [])];
  const { text } = await git(['cat-file', '--batch-check=%(objecttype) %(objectname)'], {
    repository,
    input: candidates.map((c) => `${c}^{commit}\n`).join(''),
  });
  return /^commit ([0-9a-f]{40})$/m.exec(text)?.[1];
}

/** The commit a branch points to. */
export async function branchTip(git: Git, repository: string, branch: string): Promise<string | undefined> {
  const { code, text } = await git(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`], { repository, codes: [0, 1] });
  return code === 0 ? text.trim() : undefined;
}

/** One entry of a tree as git lists it. */
export interface GitEntry extends TreeEntry {
  readonly mode: string;
  readonly sha: string;
}

const types: Readonly<Record<string, TreeEntry['type']>> = { '040000': 'directory', '120000': 'symlink', '160000': 'submodule' };

function parseEntries(text: string, prefix: string): GitEntry[] {
  return text
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', , sha = '', size = '-'] = line.slice(0, tab).split(/ +/);
      return {
        path: prefix + line.slice(tab + 1),
        type: types[mode] ?? 'file',
        mode,
        sha,
        ...(size === '-' ? {} : { size: Number(size) }),
      };
    });
}

/** Entries of a folder, folders first; undefined when there is no such folder. */
export async function listTree(
  git: Git,
  repository: string,
  sha: string,
  path: string,
  recursive: boolean,
): Promise<GitEntry[] | undefined> {
  const folder = repositoryPath(path);
  const { code, text } = await git(['ls-tree', '-z', '-l', ...(recursive ? ['-r'] : []), folder === '' ? sha : `${sha}:${folder}`], {
    repository,
    codes: [0, 128],
  });
  if (code !== 0) return undefined;
  const entries = parseEntries(text, folder === '' ? '' : `${folder}/`);
  return recursive
    ? entries
    : entries.sort((a, b) => Number(b.type === 'directory') - Number(a.type === 'directory') || (a.path < b.path ? -1 : 1));
}

/** The entry at a path: a file, folder, link or submodule. */
export async function findEntry(git: Git, repository: string, sha: string, path: string): Promise<GitEntry | undefined> {
  const { text } = await git(['ls-tree', '-z', '-l', sha, '--', repositoryPath(path)], { repository });
  return parseEntries(text, '')[0];
}

/** The bytes of a file, at most `limit`. */
export async function readBlob(git: Git, repository: string, sha: string, limit: number): Promise<Buffer> {
  return (await git(['cat-file', 'blob', sha], { repository, maxBytes: limit, truncate: true })).stdout;
}

/** Binary as git sees it: a NUL among the first 8000 bytes. */
export const isBinary = (bytes: Buffer): boolean => bytes.subarray(0, 8000).includes(0);

const commitFields = ['%H', '%P', '%an', '%ae', '%cI', '%s', '%b'];

/** Commits reachable from a revision expression made of full hashes, newest first. */
export async function listCommits(
  git: Git,
  repository: string,
  range: readonly string[],
  options: { limit?: number; skip?: number; path?: string } = {},
): Promise<Commit[]> {
  const path = repositoryPath(options.path ?? '');
  const args = [
    'log',
    '-z',
    `--format=${commitFields.join('%x00')}`,
    `--max-count=${options.limit ?? 50}`,
    `--skip=${options.skip ?? 0}`,
    ...range,
    '--',
    ...(path === '' ? [] : [path]),
  ];
  const fields = (await git(args, { repository })).text.split('\0');
  const commits: Commit[] = [];
  for (let i = 0; i + commitFields.length <= fields.length; i += commitFields.length) {
    const [sha = '', parents = '', name = '', email = '', at = '', subject = '', body = ''] = fields.slice(i, i + commitFields.length);
    commits.push({ sha, subject, body: body.trim(), author: { name, email }, at, parents: parents.split(' ').filter(Boolean) });
  }
  return commits;
}

/** Unified diff between two commits (`before` undefined: against nothing), cut at 1 MiB. */
export async function readDiff(
  git: Git,
  repository: string,
  before: string | undefined,
  after: string,
): Promise<{ text: string; truncated: boolean }> {
  const args = [
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--find-renames',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    before ?? EMPTY_TREE,
    after,
    '--',
  ];
  return git(args, { repository, maxBytes: DIFF_BYTES, truncate: true });
}

export async function mergeBase(git: Git, repository: string, a: string, b: string): Promise<string | undefined> {
  const { text, code } = await git(['merge-base', a, b], { repository, codes: [0, 1] });
  return code === 0 ? text.trim() : undefined;
}

export async function isAncestor(git: Git, repository: string, ancestor: string, of: string): Promise<boolean> {
  return (await git(['merge-base', '--is-ancestor', ancestor, of], { repository, codes: [0, 1, 128] })).code === 0;
}

/** A ref with its commit, newest first. */
export interface RefTip {
  readonly name: string;
  readonly sha: string;
  readonly at: string;
  readonly subject: string;
  readonly author: string;
}

export async function listRefs(git: Git, repository: string, namespace: 'refs/heads' | 'refs/tags'): Promise<RefTip[]> {
  const format = '%(refname:lstrip=2)%00%(objectname)%00%(creatordate:iso-strict)%00%(contents:subject)%00%(authorname)';
  const { text } = await git(['for-each-ref', '--sort=-creatordate', `--format=${format}`, namespace], { repository });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', sha = '', at = '', subject = '', author = ''] = line.split('\0');
      return { name, sha, at, subject, author };
    });
}

/** How many commits `head` has that `base` lacks, and the other way round. */
export async function aheadBehind(git: Git, repository: string, base: string, head: string): Promise<{ ahead: number; behind: number }> {
  const { text } = await git(['rev-list', '--left-right', '--count', `${base}...${head}`], { repository });
  const [behind = 0, ahead = 0] = text.trim().split(/\s+/).map(Number);
  return { ahead, behind };
}

/** The result of merging without a work tree: the merged tree, or the files in conflict. */
export async function mergeTree(
  git: Git,
  repository: string,
  base: string,
  head: string,
): Promise<{ tree: string } | { conflicts: string[] }> {
  const { code, text } = await git(['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', base, head], {
    repository,
    codes: [0, 1],
  });
  const [tree = '', ...files] = text.split('\0').filter(Boolean);
  if (code === 0) return { tree };
  if (files.length === 0) throw new PavedError('internal', 'git merge-tree gave neither a tree nor conflicts.');
  return { conflicts: [...new Set(files)] };
}
