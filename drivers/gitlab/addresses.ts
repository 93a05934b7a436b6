import type { ForgeAddress, Integration } from '@paved/forges';

const views = ['blob', 'tree', 'raw', 'edit', 'blame'];

/** `https://gitlab.com/acme/shop/api/-/blob/main/catalog-info.yaml`; older addresses lack the `/-/`. */
export function parseAddress(integration: Integration, url: string): ForgeAddress | undefined {
  if (!url.toLowerCase().startsWith(`${integration.webUrl.toLowerCase()}/`)) return undefined;
  const segments = (url.slice(integration.webUrl.length + 1).split(/[?#]/)[0] ?? '').replace(/\/+$/, '').split('/').map(decode);
  if (segments.some((segment) => segment === '..' || segment === '')) return undefined;
  const dash = segments.indexOf('-');
  const at = dash === -1 ? segments.findIndex((segment, i) => i >= 2 && views.includes(segment)) : dash + 1;
  const project = at === -1 ? segments : segments.slice(0, dash === -1 ? at : dash);
  if (project.length < 2) return undefined;
  const repository = project.join('/').replace(/\.git$/, '');
  if (at === -1) return { repository, path: '' };
  const [view = '', ref, ...path] = segments.slice(at);
  if (!views.includes(view) || ref === undefined) return undefined;
  return { repository, ref, path: path.join('/') };
}

export function formatAddress(integration: Integration, { repository, ref, path }: ForgeAddress, as: 'view' | 'edit' | 'tree'): string {
  const root = `${integration.webUrl}/${repository}`;
  if (ref === undefined) return root;
  const view = { view: 'blob', edit: 'edit', tree: 'tree' }[as];
  const inside = path.split('/').map(encodeURIComponent).join('/');
  return `${root}/-/${view}/${encodeURIComponent(ref)}/${inside}${as === 'tree' && path !== '' ? '/' : ''}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '..';
  }
}
