import type { ForgeAddress, Integration } from '@paved/forges';

const isCommit = (ref: string): boolean => /^[0-9a-f]{40}$/.test(ref);

/**
 * `https://dev.azure.com/acme/shop/_git/api?path=/catalog-info.yaml&version=GBmain` is `acme/shop/api`; the repository that is called
 * like its project may leave the project out. `GB` marks a branch, `GT` a tag, `GC` a commit.
 */
export function parseAddress(integration: Integration, url: string): ForgeAddress | undefined {
  if (!url.toLowerCase().startsWith(`${integration.webUrl.toLowerCase()}/`) || !URL.canParse(url)) return undefined;
  const [names = '', query = ''] =
    url
      .slice(integration.webUrl.length + 1)
      .split('#')[0]
      ?.split('?') ?? [];
  const segments = names.replace(/\/+$/, '').split('/').map(decode);
  const git = segments.indexOf('_git');
  const [organization = '', project, ...rest] = segments.slice(0, git);
  const name = segments[git + 1] ?? '';
  if (git < 1 || segments.length !== git + 2 || organization === '' || name === '' || rest.length > 0) return undefined;
  const repository = `${organization}/${project ?? name}/${name}`;
  const search = new URLSearchParams(query);
  const path = (search.get('path') ?? '').replace(/^\/+|\/+$/g, '');
  if (path.split('/').some((part) => part === '..' || part === '.')) return undefined;
  const version = /^G[BTC](.+)$/.exec(search.get('version') ?? '')?.[1];
  return { repository, path, ...(version === undefined ? {} : { ref: version }) };
}

export function formatAddress(integration: Integration, { repository, ref, path }: ForgeAddress, as: 'view' | 'edit' | 'tree'): string {
  const [organization = '', project = '', name = ''] = repository.split('/');
  const root = `${integration.webUrl}/${[organization, project, '_git', name].map(encodeURIComponent).join('/')}`;
  if (ref === undefined) return root;
  const inside = `/${path}${as === 'tree' && path !== '' ? '/' : ''}`.split('/').map(encodeURIComponent).join('/');
  return `${root}?path=${inside}&version=G${isCommit(ref) ? 'C' : 'B'}${encodeURIComponent(ref)}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
