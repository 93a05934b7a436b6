import { PavedError } from '@paved/kernel';

// oxlint-disable-next-line no-control-regex -- a path with control characters is never meant
const unfit = /[\u0000-\u001f\\]/;

/** What git itself writes for "no commit": the old value of a new ref, the new value of a deleted one. */
export const NO_COMMIT = '0'.repeat(40);

/** Whether a text is a branch name by git's rules (git-check-ref-format), and no option and no hash in disguise. */
export function isBranchName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= 200 &&
    // oxlint-disable-next-line no-control-regex -- git forbids control characters in ref names
    !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)/.test(name) &&
    !/^[-/.]|[/.]$/.test(name) &&
    name !== '@' &&
    name !== 'HEAD' &&
    !/^[0-9a-f]{40}$/.test(name)
  );
}

export function requireBranchName(name: string): string {
  if (isBranchName(name)) return name;
  throw new PavedError('invalid', `"${name}" is not a branch name.`, {
    fix: 'Use letters, digits, dashes, dots and slashes, for example feature/greeting.',
  });
}

/** Whether a text may be asked for as a revision: a branch, a tag, or a (short) hash; no ranges, no `@{…}`, no options. */
export function isRevision(text: string): boolean {
  return isBranchName(text) || /^[0-9a-f]{4,40}$/.test(text);
}

/**
 * A path inside a repository, without leading or trailing slash; `''` is the root.
 * Throws `invalid` for everything that could point elsewhere or into `.git` (in any spelling a file system may fold to it).
 */
export function repositoryPath(text: string): string {
  const path = text.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  if (path === '' || path === '.') return '';
  const bad = path.length > 1000 || unfit.test(path) || path.split('/').some((p) => p === '' || p === '.' || p === '..' || isDotGit(p));
  if (bad)
    throw new PavedError('invalid', `"${text}" is not a path inside the repository.`, {
      fix: 'Write it relative to the root of the repository, without "..", for example src/main.js.',
    });
  return path;
}

/** `.git` as HFS+ and NTFS may read it too: other case, trailing dots or blanks, short name, ignorable characters, streams. */
export function isDotGit(name: string): boolean {
  const plain = name
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .toLowerCase()
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '');
  return plain === '.git' || plain === 'git~1';
}
