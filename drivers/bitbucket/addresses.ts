import type { ForgeAddress, Integration } from '@paved/forges';

/** `https://bitbucket.org/acme/api/src/main/catalog-info.yaml`. A slash inside a branch's name is written %2F. */
export function parseAddress(integration: Integration, url: string): ForgeAddress | undefined {
  if (!url.toLowerCase().startsWith(`${integration.webUrl.toLowerCase()}/`)) return undefined;
  const segments = (url.slice(integration.webUrl.length + 1).split(/[?#]/)[0] ?? '').replace(/\/+$/, '').split('/').map(decode);
  const [workspace = '', name = '', view, ref, ...path] = segments;
  if (workspace === '' || name === '' || segments.some((segment) => segment === '..' || segment === '')) return undefined;
  const repository = `${workspace}/${name.replace(/\.git$/, '')}`;
  if (view === undefined) return { repository, path: '' };
  return (view === 'src' || view === 'raw') && ref !== undefined ? { repository, ref, path: path.join('/') } : undefined;
}

export function formatAddress(integration: Integration, { repository, ref, path }: ForgeAddress, as: 'view' | 'edit' | 'tree'): string {
  const root = `${integration.webUrl}/${repository}`;
  if (ref === undefined) return root;
  const inside = path.split('/').map(encodeURIComponent).join('/');
  const page = `${root}/src/${encodeURIComponent(ref)}/${inside}`;
  if (as === 'edit') return `${page}?mode=edit&at=${encodeURIComponent(ref)}`;
  return as === 'tree' && path !== '' ? `${page}/` : page;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '..';
  }
}
