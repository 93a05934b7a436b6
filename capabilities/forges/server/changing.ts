import { createHash } from 'node:crypto';
import type { Audit } from '@paved/audit';
import { isPavedError, PavedError, type Actor } from '@paved/kernel';
import type { FileChange, Forge, Forges } from '../index.ts';
import type { Connections } from './connections.ts';
import { defaultBranch } from './source-reader.ts';

const KEY_TRAILER = 'Paved-Change';
/** Commits of a branch among which an earlier one of the same key is looked for. */
const LOOK_BACK = 30;

export interface ChangingDeps {
  readonly connections: Connections;
  readonly audit: Audit;
}

/** Commits and pull requests, each once by its key. */
export function createChanging(deps: ChangingDeps): Pick<Forges, 'commit' | 'openPullRequest'> {
  const { connections, audit } = deps;

  return {
    async openPullRequest(change, actor) {
      checkFiles(change);
      const { connected, repository, ref, repositoryUrl } = connections.require(change.url);
      const { forge } = connected;
      const base = change.base ?? ref ?? (await defaultBranch(forge, repository));
      const branch = change.branch ?? branchOf(change.title, change.key);
      const there = await forge.head(repository, branch);
      const committed =
        there !== undefined &&
        (await forge.commits(repository, { ref: there, limit: 1 })).some((commit) => commit.message.includes(trailer(change.key)));
      if (committed) {
        const open = await forge.findPullRequest(repository, branch, base);
        if (open !== undefined) return { ...open, branch, created: false };
      } else {
        if (there !== undefined && change.branch !== undefined)
          throw new PavedError('conflict', `${repository} has a branch ${branch} already.`, { fix: 'Choose another name.' });
        const from = there ?? change.revision ?? (await headOf(forge, repository, base));
        await refuseExisting(forge, repository, from, change);
        await forge.commit(repository, { branch, from, files: change.files, message: messageOf(change.title, change.key, actor) });
      }
      const opened = await forge.openPullRequest(repository, { head: branch, base, title: change.title, body: change.body });
      await record(actor, 'forges.pull_request.create', repositoryUrl, {
        pullRequest: opened.url,
        branch,
        base,
        files: Object.keys(change.files),
      });
      return { ...opened, branch, created: true };
    },
    async commit(change, actor) {
      checkFiles(change);
      const { connected, repository, ref, repositoryUrl } = connections.require(change.url);
      const { forge } = connected;
      const branch = change.branch ?? ref ?? (await defaultBranch(forge, repository));
      const from = await headOf(forge, repository, branch);
      const before = (await forge.commits(repository, { ref: from, limit: LOOK_BACK })).find((commit) =>
        commit.message.includes(trailer(change.key)),
      );
      if (before !== undefined) return { sha: before.sha, url: repositoryUrl };
      const moved = (): PavedError =>
        new PavedError('stale', `The branch ${branch} of ${repository} has moved.`, { fix: 'Look at what changed, then try again.' });
      if (change.revision !== undefined && change.revision !== from) throw moved();
      // What comes after `from` the forge itself refuses: a new file that is there by then, or a branch that moved.
      await refuseExisting(forge, repository, from, change);
      const message = messageOf(change.message, change.key, actor);
      const { sha } = await forge.commit(repository, { branch, from, files: change.files, message }).catch((error: unknown) => {
        throw isPavedError(error, 'conflict') ? moved() : error;
      });
      await record(actor, 'forges.commit.create', repositoryUrl, { commit: sha, branch, files: Object.keys(change.files) });
      return { sha, url: repositoryUrl };
    },
  };

  function record(actor: Actor, action: string, subject: string, facts: Record<string, unknown>): Promise<void> {
    return audit.record({ actor, action, subject, facts });
  }
}

async function refuseExisting(forge: Forge, repository: string, at: string, { files, onlyNew }: FileChange): Promise<void> {
  if (onlyNew !== true) return;
  for (const path of Object.keys(files)) {
    if ((await forge.read(repository, at, path)) === undefined) continue;
    throw new PavedError('stale', `${repository} has a ${path} by now.`, { fix: 'Look at what stands there, then try again.' });
  }
}

async function headOf(forge: Forge, repository: string, branch: string): Promise<string> {
  const head = await forge.head(repository, branch);
  if (head !== undefined) return head;
  throw new PavedError('not_found', `${repository} has no branch ${branch}.`, { fix: 'Name a branch that is there.' });
}

const trailer = (key: string): string => `${KEY_TRAILER}: ${digest(key)}`;
const digest = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 16);

/** Who asked stands in the message, because the forge only knows whose token it is. */
const messageOf = (message: string, key: string, actor: Actor): string =>
  `${message.trim()}\n\nRequested-by: ${actor.displayName.replaceAll(/[\r\n]/g, ' ')} (${actor.ref})\n${trailer(key)}`;

const branchOf = (title: string, key: string): string => {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return `paved/${words === '' ? 'change' : words}-${digest(key).slice(0, 8)}`;
};

function checkFiles({ files }: FileChange): void {
  const names = Object.keys(files);
  if (names.length === 0) throw new PavedError('invalid', 'The change names no file.', { fix: 'Name at least one.' });
  const bad = names.find(
    (name) =>
      name === '' ||
      name.startsWith('/') ||
      name.split('/').some((part) => part === '' || part === '.' || part === '..' || part === '.git'),
  );
  if (bad !== undefined)
    throw new PavedError('invalid', `"${bad}" is no path inside a repository.`, { fix: 'Write it like docs/readme.md.' });
}
