import { lstat, readdir, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { PavedError, type Actor } from '@paved/kernel';
import { isDotGit, NO_COMMIT, repositoryPath } from '../../model/names.ts';
import type { Git } from './git.ts';

/** A file to put into a tree. `sha` undefined takes the path out. */
interface IndexEntry {
  readonly path: string;
  readonly mode: '100644' | '100755' | '120000';
  readonly sha: string | undefined;
}

const MAX_FILES = 20_000;

/** Name and address that a person's commits carry; the address says who it is inside Paved and cannot be mailed. */
export function identityOf(actor: Actor): { name: string; email: string } {
  const name = actor.displayName.replace(/[<>\r\n\0]/g, '').trim() || 'Paved';
  const local = (actor.ref.split('/')[1] ?? actor.ref).replace(/[^\w.+-]/g, '-');
  return { name, email: `${local}@users.noreply.paved` };
}

/** Environment that makes git write a reflog line in the name of a push. */
export const reflogIdentity = (actor: Actor, pushId: string): Record<string, string> => ({
  GIT_COMMITTER_NAME: identityOf(actor).name,
  GIT_COMMITTER_EMAIL: pushId,
});

/** Stores texts as blobs; undefined values take the path out. */
export async function storeTexts(git: Git, repository: string, files: Readonly<Record<string, string | undefined>>): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  for (const [name, text] of Object.entries(files)) {
    const file = repositoryPath(name);
    if (file === '') throw new PavedError('invalid', `"${name}" names no file.`, { fix: 'Give the path of a file inside the repository.' });
    const sha =
      text === undefined
        ? undefined
        : (await git(['hash-object', '-w', '--stdin', '--no-filters'], { repository, input: text })).text.trim();
    entries.push({ path: file, mode: '100644', sha });
  }
  return entries;
}

/** Stores every file of a folder as a blob: modes kept, `.git` ignored, links only when they stay inside. */
export async function storeFolder(git: Git, repository: string, folder: string): Promise<IndexEntry[]> {
  const files: { path: string; mode: IndexEntry['mode'] }[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (isDotGit(entry.name)) continue;
      // Also refuses names git or a file system could not take.
      if (repositoryPath(name) !== name) throw new PavedError('invalid', `The file name "${name}" cannot be committed.`);
      if (entry.isDirectory()) await walk(name);
      else if (entry.isSymbolicLink()) files.push({ path: name, mode: '120000' });
      else if (entry.isFile())
        files.push({ path: name, mode: ((await lstat(path.join(folder, name))).mode & 0o111) === 0 ? '100644' : '100755' });
      if (files.length > MAX_FILES) throw new PavedError('too_large', `The folder holds more than ${MAX_FILES} files.`);
    }
  };
  await walk('');
  const regular = files.filter((f) => f.mode !== '120000');
  const hashed = await git(['hash-object', '-w', '--no-filters', '--stdin-paths'], {
    repository,
    input: regular.map((f) => `${path.join(folder, f.path)}\n`).join(''),
    timeoutMs: 120_000,
  });
  const shas = hashed.text.split('\n');
  const entries: IndexEntry[] = regular.map((f, i) => ({ ...f, sha: shas[i] ?? '' }));
  for (const link of files.filter((f) => f.mode === '120000')) {
    const target = await readlink(path.join(folder, link.path));
    if (leaves(link.path, target)) throw linkLeaves(link.path, target);
    entries.push({
      ...link,
      sha: (await git(['hash-object', '-w', '--stdin', '--no-filters'], { repository, input: target })).text.trim(),
    });
  }
  return entries;
}

/** Whether a link would point out of the folder it is in the tree of. */
export function leaves(link: string, target: string): boolean {
  if (path.posix.isAbsolute(target)) return true;
  const resolved = path.posix.normalize(path.posix.join(path.posix.dirname(link), target));
  return resolved === '..' || resolved.startsWith('../') || resolved.split('/').some(isDotGit);
}

export function linkLeaves(link: string, target: string): PavedError {
  return new PavedError('invalid', `The file ${link} is a link to ${target}, outside the repository.`, {
    fix: 'Replace it by a file, or by a link that stays inside.',
  });
}

/** Runs work with an index file of its own, removed afterwards. */
export async function withIndex<T>(scratch: string, id: string, work: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const file = path.join(scratch, `${id}.index`);
  try {
    return await work({ GIT_INDEX_FILE: file });
  } finally {
    await rm(file, { force: true });
    await rm(`${file}.lock`, { force: true });
  }
}

/** The tree of `base` (undefined: empty) with the entries put in or taken out. */
export function writeTree(
  git: Git,
  repository: string,
  at: { scratch: string; id: string },
  base: string | undefined,
  entries: readonly IndexEntry[],
): Promise<string> {
  return withIndex(at.scratch, at.id, async (env) => {
    await git(base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], { repository, env });
    const lines = entries.map((e) => (e.sha === undefined ? `0 ${NO_COMMIT}\t${e.path}\0` : `${e.mode} ${e.sha}\t${e.path}\0`));
    await git(['update-index', '--add', '--replace', '-z', '--index-info'], { repository, env, input: lines.join('') });
    return (await git(['write-tree'], { repository, env })).text.trim();
  });
}

export async function treeOf(git: Git, repository: string, commit: string): Promise<string> {
  return (await git(['rev-parse', '--verify', `${commit}^{tree}`], { repository })).text.trim();
}

/** Makes a commit object; no ref points to it yet. */
export async function writeCommit(
  git: Git,
  repository: string,
  commit: { tree: string; parents: readonly string[]; message: string; actor: Actor; at: Date },
): Promise<string> {
  const { name, email } = identityOf(commit.actor);
  const date = `@${Math.floor(commit.at.getTime() / 1000)} +0000`;
  const { text } = await git(['commit-tree', commit.tree, ...commit.parents.flatMap((p) => ['-p', p])], {
    repository,
    input: commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`,
    env: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    },
  });
  return text.trim();
}

/** Moves a ref from `before` to `after` (40 zeros: none); false when it was not at `before` any more. */
export async function moveRef(
  git: Git,
  repository: string,
  ref: string,
  move: { before: string; after: string },
  identity: Readonly<Record<string, string>>,
): Promise<boolean> {
  const args =
    move.after === NO_COMMIT
      ? ['update-ref', '-d', ref, move.before]
      : ['update-ref', '--create-reflog', '-m', 'paved', ref, move.after, move.before];
  const { code, stderr } = await git(args, { repository, env: identity, codes: [0, 1, 128] });
  if (code === 0) return true;
  if (/but expected|reference already exists|unable to resolve reference|Unable to create|is at /.test(stderr)) return false;
  throw new PavedError('conflict', `The branch ${ref.replace(/^refs\/heads\//, '')} could not be written.`, {
    fix: 'Choose another name: a branch and a folder of branches cannot share one.',
    cause: new Error(stderr),
  });
}
