import { mkdir, readdir } from 'node:fs/promises';
import { PavedError } from '@paved/kernel';
import type { Git } from './git.ts';
import { listTree, readBlob } from './read.ts';
import { leaves, linkLeaves, withIndex } from './write.ts';

/** Writes a commit's files into an empty folder, without `.git`. Links that point outside are refused before anything is written. */
export async function checkoutCommit(
  git: Git,
  repository: string,
  at: { scratch: string; id: string },
  sha: string,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) throw new PavedError('conflict', `The folder ${folder} is not empty.`);
  for (const entry of (await listTree(git, repository, sha, '', true)) ?? []) {
    if (entry.type !== 'symlink') continue;
    const target = (await readBlob(git, repository, entry.sha, 4096)).toString('utf8');
    if (leaves(entry.path, target)) throw linkLeaves(entry.path, target);
  }
  await withIndex(at.scratch, at.id, async (env) => {
    await git(['read-tree', sha], { repository, env });
    await git(['checkout-index', '--all', '--force', '--quiet'], {
      repository,
      env: { ...env, GIT_WORK_TREE: folder },
      timeoutMs: 120_000,
    });
  });
}
