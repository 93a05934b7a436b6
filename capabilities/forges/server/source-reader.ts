import path from 'node:path';
import picomatch from 'picomatch';
import { isPavedError, PavedError } from '@paved/kernel';
import type { SourceContent, SourceReader } from '@paved/catalog';
import type { Forge } from '../index.ts';
import type { Connections } from './connections.ts';

const MAX_FILES = 1000;
const READ_AT_ONCE = 4;
const DEFAULT_FILE = 'catalog-info.yaml';

const isPattern = (name: string): boolean => /[*?{[]/.test(name);

/** Reads the catalog's files from configured forges by the addresses their own pages have, private repositories too. */
export function createSourceReader(connections: Connections): SourceReader {
  return {
    serves: (target) => connections.place(target) !== undefined,
    async read(target, options = {}) {
      const { connected, repository, ref: given, path: wanted } = connections.require(target);
      const { forge } = connected;
      const ref = given ?? (await defaultBranch(forge, repository));
      const revision = await forge.head(repository, ref);
      if (revision === undefined)
        throw new PavedError(
          'not_found',
          `${repository} has no branch ${ref}, or is not visible to the credentials of ${connected.integration.host}.`,
          {
            fix: 'Check the address and the rights of the token.',
          },
        );
      if (revision === options.known) return { revision, unchanged: true, files: [] };
      const named = await namesOf(forge, repository, revision, wanted);
      if (named.length > MAX_FILES)
        throw new PavedError('too_large', `"${target}" matches ${named.length} files; at most ${MAX_FILES} are read.`, {
          fix: 'Name a folder in the pattern.',
        });
      const contents = await inTurns(named, READ_AT_ONCE, (name) => contentOf(forge, repository, revision, name));
      // A forge that answers for no file at all is out of reach: that is said of the source as a whole.
      const [failed] = contents.flatMap((content) => (content !== undefined && 'failed' in content ? [content.failed] : []));
      if (failed !== undefined && contents.every((content) => content === undefined || 'failed' in content)) throw failed;
      const files = named.flatMap((name, i) => {
        const content = contents[i];
        const address = { repository, ref, path: name };
        const folder = path.posix.dirname(name);
        return content === undefined
          ? []
          : [
              {
                path: name,
                url: forge.format(address, 'view'),
                viewUrl: forge.format(address, 'view'),
                editUrl: forge.format(address, 'edit'),
                folderUrl: forge.format({ ...address, path: folder === '.' ? '' : folder }, 'tree'),
                ...('failed' in content ? unreadable(content.failed) : content),
              },
            ];
      });
      if (files.length === 0)
        throw new PavedError('not_found', `${repository} has no ${wanted === '' ? DEFAULT_FILE : wanted} at ${ref}.`, {
          fix: 'Correct the path, or add the file.',
          // Forges answer 404 for more than one reason: the commit's own list of files has to lack it too.
          ...(options.known !== undefined && (await lacks(forge, repository, revision, wanted)) ? { facts: { goneAt: revision } } : {}),
        });
      return { revision, files };
    },
    resolve(from, target) {
      const { connected, repository, ref, path: beside } = connections.require(from);
      const joined = target.startsWith('/') ? target.slice(1) : path.posix.join(path.posix.dirname(beside), target);
      if (joined.startsWith('..'))
        throw new PavedError('forbidden', `"${target}" leads out of the repository.`, { fix: 'Name a file of the same repository.' });
      return connected.forge.format({ repository, path: joined, ...(ref === undefined ? {} : { ref }) }, 'view');
    },
    repositoryOf: (url) => connections.place(url)?.repositoryUrl.toLowerCase() ?? url,
  };
}

/** The branch that a repository's page shows. Throws `not_found` for an empty or hidden one. */
export async function defaultBranch(forge: Forge, repository: string): Promise<string> {
  const found = await forge.repository(repository);
  if (found === undefined)
    throw new PavedError('not_found', `${forge.integration.host} shows no repository ${repository}.`, {
      fix: 'Check the address and the rights of the token.',
    });
  if (found.defaultBranch === undefined) throw new PavedError('not_found', `${repository} is empty.`, { fix: 'Push a commit first.' });
  return found.defaultBranch;
}

/** The files that an address means: one, those of a pattern, or the default one of a folder. */
async function namesOf(forge: Forge, repository: string, revision: string, wanted: string): Promise<string[]> {
  if (isPattern(wanted)) {
    const matches = picomatch(wanted, { dot: true });
    return (await forge.tree(repository, revision)).filter((name) => matches(name)).sort();
  }
  if (wanted === '') return [DEFAULT_FILE];
  return /\.[A-Za-z0-9]+$/.test(wanted) ? [wanted] : [wanted, `${wanted}/${DEFAULT_FILE}`];
}

/** Whether a commit's list of files was given and holds nothing of what is wanted. */
async function lacks(forge: Forge, repository: string, revision: string, wanted: string): Promise<boolean> {
  const all = await forge.tree(repository, revision).catch((error: unknown) => {
    if (isPavedError(error, 'too_large')) return [];
    throw error;
  });
  const matches = isPattern(wanted) ? picomatch(wanted, { dot: true }) : undefined;
  const names = matches === undefined ? await namesOf(forge, repository, revision, wanted) : [];
  return all.length > 0 && !all.some((name) => names.includes(name) || matches?.(name) === true);
}

/** A file's bytes; undefined when it is not there. What the forge says of this file alone is kept for it. */
async function contentOf(
  forge: Forge,
  repository: string,
  revision: string,
  name: string,
): Promise<{ bytes: Uint8Array } | { failed: PavedError } | undefined> {
  try {
    const bytes = await forge.read(repository, revision, name);
    return bytes === undefined ? undefined : { bytes };
  } catch (error) {
    if (!isPavedError(error) || isPavedError(error, 'rate_limited', 'cancelled')) throw error;
    return { failed: error };
  }
}

/** Too large stays too large; anything else may be another answer the next time. */
function unreadable(error: PavedError): SourceContent {
  const { message, fix } = error;
  const reason = { unreadable: { message, ...(fix === undefined ? {} : { fix }) } };
  return error.code === 'too_large' ? reason : { ...reason, passing: true };
}

/** The results of `work` in the order of `items`, a few at a time. */
async function inTurns<A, B>(items: readonly A[], atOnce: number, work: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as A);
    }),
  );
  return results;
}
