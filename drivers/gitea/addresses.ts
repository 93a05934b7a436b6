import type { ForgeAddress, Integration } from '@paved/forges';

const isCommit = (ref: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(ref);

/** `https://git.acme.example/shop/api/src/branch/main/catalog-info.yaml`, also with `raw`, `tag`, `commit`, and `_edit/main/…`. */
export function parseAddress(integration: Integration, url: string): ForgeAddress | undefined {
  if (!url.toLowerCase().startsWith(`${integration.webUrl.toLowerCase()}/`)) return undefined;
  const segments = (url.slice(integration.webUrl.length + 1).split(/[?#]/)[0] ?? '').replace(/\/+$/, '').split('/').map(decode);
  const [owner = '', name = '', view, ...rest] = segments;
  if (owner === '' || name === '' || segments.some((segment) => segment === '..' || segment === '')) return undefined;
  const repository = `${owner}/${name.replace(/\.git$/, '')}`;
  if (view === undefined) return { repository, path: '' };
  const named =
    view === '_edit'
      ? rest
      : (view === 'src' || view === 'raw') && ['branch', 'tag', 'commit'].includes(rest[0] ?? '')
        ? rest.slice(1)
        : undefined;
  const [ref, ...path] = named ?? [];
  return ref === undefined ? undefined : { repository, ref, path: path.join('/') };
}

export function formatAddress(integration: Integration, { repository, ref, path }: ForgeAddress, as: 'view' | 'edit' | 'tree'): string {
  const root = `${integration.webUrl}/${repository}`;
  if (ref === undefined) return root;
  const inside = path.split('/').map(encodeURIComponent).join('/');
  if (as === 'edit' && !isCommit(ref)) return `${root}/_edit/${encodeURIComponent(ref)}/${inside}`;
  return `${root}/src/${isCommit(ref) ? 'commit' : 'branch'}/${encodeURIComponent(ref)}/${inside}${as === 'tree' && path !== '' ? '/' : ''}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '..';
  }
}
