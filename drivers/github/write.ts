import type { ForgeCommit } from '@paved/forges';
import type { RepositoryRequest } from './forge.ts';

/** One commit through the Git database API: blobs and tree first, then the commit, then the branch moves or is made. */
export async function commitFiles(about: RepositoryRequest, repository: string, commit: ForgeCommit): Promise<{ sha: string }> {
  const branch = await about(repository, `/git/ref/heads/${commit.branch.split('/').map(encodeURIComponent).join('/')}`, { accept: [404] });
  const parent = branch.status === 404 ? commit.from : branch.json<{ object: { sha: string } }>().object.sha;
  const base = (await about(repository, `/git/commits/${parent}`)).json<{ tree: { sha: string } }>().tree.sha;
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
    body: { message: commit.message, tree: tree.json<{ sha: string }>().sha, parents: [parent] },
  });
  const { sha } = made.json<{ sha: string }>();
  if (branch.status === 404) await about(repository, '/git/refs', { method: 'POST', body: { ref: `refs/heads/${commit.branch}`, sha } });
  else
    await about(repository, `/git/refs/heads/${commit.branch.split('/').map(encodeURIComponent).join('/')}`, {
      method: 'PATCH',
      body: { sha, force: false },
    });
  return { sha };
}
