import { createHash } from 'node:crypto';
import { isPavedError, PavedError, type Actor } from '@paved/kernel';
import { parseAddress, sourceAddress, type PullRequestPort, type Scm } from '@paved/repositories';
import type { SavedChange, SourceChange, SourcePlace, SourceText } from '../../index.ts';

export interface HostedDeps {
  readonly scm: Scm;
  readonly pullRequests: PullRequestPort;
  readonly baseUrl: () => string;
}

/** A hosted repository's file; undefined for addresses that lead to none. */
export async function hostedPlace(deps: HostedDeps, address: string): Promise<SourcePlace | undefined> {
  const parsed = parseAddress(address, deps.baseUrl());
  const repository = parsed === undefined ? undefined : await deps.scm.get(parsed.slug);
  if (parsed === undefined || repository === undefined) return undefined;
  return {
    type: 'repository',
    address: sourceAddress(repository.slug, parsed.path),
    repository: sourceAddress(repository.slug),
    label: repository.slug,
    path: parsed.path,
    ownerRefs: [repository.ownerRef],
    ...(parsed.revision === undefined || parsed.revision === repository.defaultBranch ? {} : { branch: parsed.revision }),
  };
}

async function tipOf({ scm }: HostedDeps, place: SourcePlace): Promise<{ branch: string; revision: string | undefined }> {
  const repository = await scm.get(place.label);
  if (repository === undefined) throw new PavedError('not_found', `There is no repository ${place.label} any more.`);
  const branch = place.branch ?? repository.defaultBranch;
  return { branch, revision: await scm.resolve(place.label, branch) };
}

export async function readHosted(deps: HostedDeps, place: SourcePlace): Promise<SourceText | undefined> {
  const { branch, revision } = await tipOf(deps, place);
  const file = revision === undefined ? undefined : await deps.scm.readFile(place.label, revision, place.path);
  return revision === undefined || file === undefined || file.binary ? undefined : { text: file.text, revision, branch };
}

export async function hostedTree(deps: HostedDeps, place: SourcePlace): Promise<{ revision: string; paths: readonly string[] }> {
  const { revision } = await tipOf(deps, place);
  if (revision === undefined) return { revision: '', paths: [] };
  const entries = await deps.scm.tree(place.label, revision, '', { recursive: true });
  return { revision, paths: entries.filter((entry) => entry.type === 'file').map((entry) => entry.path) };
}

export async function saveHosted(deps: HostedDeps, change: SourceChange, actor: Actor): Promise<SavedChange> {
  const { scm, pullRequests } = deps;
  const slug = change.place.label;
  const { branch: base } = await tipOf(deps, change.place);
  const branch = change.mode === 'commit' ? base : (change.branch ?? branchOf(change));
  const commit = {
    branch,
    from: base,
    files: change.files,
    message: change.mode === 'commit' ? [change.message, change.body].filter((part) => part !== '').join('\n\n') : change.message,
    idempotencyKey: `editing:${change.key}`,
    ...(change.revision === undefined ? {} : { expectedTip: change.revision }),
    ...(change.onlyNew === undefined ? {} : { onlyNew: change.onlyNew }),
  };
  const { sha } = await scm.commitFiles(slug, commit, actor).catch(async (error: unknown) => {
    // The name that was chosen is taken: trying again would not help.
    if (branch !== base && isPavedError(error, 'stale') && (await scm.resolve(slug, branch)) !== undefined)
      throw new PavedError('conflict', `${slug} has a branch ${branch} already.`, { fix: 'Choose another name.' });
    throw error;
  });
  if (change.mode === 'commit') return { type: 'commit', sha, href: `/repositories/${slug}/commit/${sha}` };
  const { number, created } = await pullRequests.openPullRequest(
    slug,
    { head: branch, base, title: titleOf(change.message), body: change.body },
    actor,
  );
  return { type: 'pull-request', number, created, branch, href: `/repositories/${slug}/pull-requests/${number}` };
}

export const titleOf = (message: string): string => (message.split('\n')[0] ?? message).slice(0, 200);

function branchOf({ message, key }: SourceChange): string {
  const words = titleOf(message)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return `paved/${words === '' ? 'change' : words}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
}
