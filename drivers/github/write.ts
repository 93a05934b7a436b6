import type { ForgeCommit } from '@paved/forges';
import { PavedError } from '@paved/kernel';
import type { RepositoryRequest } from './forge.ts';

/** One commit through the Git database API: blobs and tree first, then the commit, then the branch moves or is made. Forced never. */
export async function commitFiles(about: RepositoryRequest, repository: string, commit: ForgeCommit): Promise<{ sha: string }> {
  const heads = `heads/${commit.branch.split('/').map(encodeURIComponent).join('/')}`;
  const isNew = (await about(repository, `/git/ref/${heads}`, { accept: [404] })).status === 404;
  const base = (await about(repository, `/git/commits/${commit.from}`)).json<{ tree: { sha: string } }>().tree.sha;
  const tree = await about(repository, '/git/trees', {
    method: 'POST',
    body: {
      base_tree: base,
      tree: Object.entries(commit.files).map(([path, content]) => ({
        path,
        mode: '100644',
        type: 'blob',
        ...(content === undefined ? { sha: null } : { content }),
      })),
    },
  });
  const made = await about(repository, '/git/commits', {
    method: 'POST',
    body: { message: commit.message, tree: tree.json<{ sha: string }>().sha, parents: [commit.from] },
  });
  const { sha } = made.json<{ sha: string }>();
  if (isNew) await about(repository, '/git/refs', { method: 'POST', body: { ref: `refs/heads/${commit.branch}`, sha } });
  else {
    // 422: the branch does not lead to the commit's parent any more.
    const moved = await about(repository, `/git/refs/${heads}`, { method: 'PATCH', body: { sha, force: false }, accept: [422] });
    if (moved.status === 422)
      throw new PavedError('conflict', `The branch ${commit.branch} of ${repository} moved meanwhile.`, { fix: 'Try again.' });
  }
  return { sha };
}
