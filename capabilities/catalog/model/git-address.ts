import { PavedError } from '@paved/kernel';

/** Files of a Git repository: `https://git.acme.example/shop/api.git/catalog/*.yaml?ref=main`. */
export interface GitAddress {
  /** What git is given: https, http, ssh or file, without credentials. */
  readonly repository: string;
  readonly protocol: 'https' | 'http' | 'ssh' | 'file';
  /** Branch, tag or commit; absent: the default branch. */
  readonly ref?: string;
  /** File or pattern inside the repository; empty: its catalog-info.yaml. */
  readonly path: string;
}

const BRANCH = /^(?!.*(?:\.\.|\/\/|@\{|\.lock$|\/$))[\w][\w./+@#-]*$/;

/**
 * Reads an address of files in a repository. The repository ends at `.git`, at a double slash (`https://host/shop/api//catalog.yaml`) or,
 * without either, at the end. `git@host:shop/api.git` is understood. Undefined for what is no address of a repository; throws
 * `invalid` for one that must not be used.
 */
export function parseGitAddress(target: string): GitAddress | undefined {
  const scp = /^([\w.-]+)@([\w.-]+):(?!\/\/)([^?]+)(\?.*)?$/.exec(target);
  const text = scp === null ? target : `ssh://${scp[1]}@${scp[2]}/${scp[3]?.replace(/^\/+/, '')}${scp[4] ?? ''}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const protocol = url?.protocol.slice(0, -1);
  if (url === undefined || (protocol !== 'https' && protocol !== 'http' && protocol !== 'ssh' && protocol !== 'file')) return undefined;
  if (url.password !== '' || (url.username !== '' && protocol !== 'ssh'))
    throw new PavedError('invalid', `The address of ${url.host} carries a user name or a password.`, {
      fix: 'Leave credentials out of addresses.',
    });
  const ref = url.searchParams.get('ref') ?? undefined;
  if (ref !== undefined && !BRANCH.test(ref))
    throw new PavedError('invalid', `"${ref.slice(0, 100)}" is no name of a branch, tag or commit.`, { fix: 'Write ?ref=main.' });
  const pathname = decoded(url.pathname);
  const [, folder = pathname, path = ''] = /^(.*?\.git)(?:\/+(.*))?$/.exec(pathname) ?? /^(.+?)\/\/(.*)$/.exec(pathname) ?? [];
  if (folder === '' || folder === '/' || folder.startsWith('/-')) return undefined;
  const user = url.username === '' ? '' : `${url.username}@`;
  return {
    repository: `${protocol}://${user}${url.host}${encodeURI(folder.replace(/\/$/, ''))}`,
    protocol,
    path: path.replace(/^\/+|\/+$/g, ''),
    ...(ref === undefined ? {} : { ref }),
  };
}

/** The address of one file. */
export function gitFileAddress(address: GitAddress, path: string): string {
  const separator = address.repository.endsWith('.git') ? '/' : '//';
  return `${address.repository}${separator}${encodeURI(path)}${address.ref === undefined ? '' : `?ref=${encodeURIComponent(address.ref)}`}`;
}

/** Whether an address is a repository's by its look alone, so that a source of type `url` may be read with git. */
export const looksLikeGit = (target: string): boolean => {
  if (/^[\w.-]+@[\w.-]+:(?!\/\/)/.test(target) || /^ssh:\/\//i.test(target)) return true;
  return URL.canParse(target) && /\.git(\/|$)/.test(new URL(target).pathname);
};

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/** The type of source that somebody means who pastes an address. */
export function typeOfAddress(target: string): 'file' | 'directory' | 'git' | 'url' {
  const text = target.trim();
  if (text.startsWith('/') || text.startsWith('./') || text.startsWith('~'))
    return /\.(ya?ml|json)$/i.test(text) || /[*?]/.test(text) ? 'file' : 'directory';
  if (text.startsWith('file://') || looksLikeGit(text)) return 'git';
  return 'url';
}
