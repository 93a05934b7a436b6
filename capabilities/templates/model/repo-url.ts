import { PavedError } from '@paved/kernel';

/** Backstage's `repoUrl`: `<host>?owner=…&repo=…` (also organization, workspace, project). */
export interface RepoUrl {
  readonly host: string;
  readonly repo: string;
  readonly owner?: string;
  readonly organization?: string;
  readonly workspace?: string;
  readonly project?: string;
}

/** The host that means "this platform's own Git hosting", whatever its address is. */
export const OWN_HOST = 'paved';

const parts = ['owner', 'organization', 'workspace', 'project'] as const;

/** Parses the text that the repository picker gives. Values are percent-decoded (`grp%2Fsub`). */
export function parseRepoUrl(text: string): RepoUrl {
  const fix = `Write it as ${OWN_HOST}?owner=<project>&repo=<name>.`;
  const cut = text.indexOf('?');
  const host = (cut < 0 ? text : text.slice(0, cut)).replace(/^https?:\/\//, '').replace(/\/$/, '');
  const query = new Map(
    (cut < 0 ? '' : text.slice(cut + 1))
      .split('&')
      .filter((pair) => pair.includes('='))
      .map((pair) => [decode(pair.slice(0, pair.indexOf('='))), decode(pair.slice(pair.indexOf('=') + 1))] as const),
  );
  const repo = query.get('repo');
  if (host === '') throw new PavedError('invalid', `The repository URL "${text}" names no host.`, { fix });
  if (!repo) throw new PavedError('invalid', `The repository URL "${text}" names no repository (repo=…).`, { fix });
  const named = Object.fromEntries(parts.flatMap((part) => (query.get(part) ? [[part, query.get(part)]] : [])));
  return { host, ...named, repo };
}

/** `owner/repo`, the way a forge writes it in its addresses. */
export function projectSlug(text: string): string {
  const { owner, workspace, project, repo } = parseRepoUrl(text);
  const folder = owner ?? [workspace, project].filter(Boolean).join('/');
  if (!folder) throw new PavedError('invalid', `The repository URL "${text}" names no owner (owner=…).`);
  return `${folder}/${repo}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}
