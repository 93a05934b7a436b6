import type { ForgeAddress, Integration } from '@paved/forges';

const views = new Set(['blob', 'tree', 'raw', 'edit', 'blame']);

/** `https://github.com/acme/api`, `…/blob/main/catalog-info.yaml`, `…/tree/main/docs/`. A slash inside a branch's name is written %2F. */
export function parseAddress(integration: Integration, url: string): ForgeAddress | undefined {
  if (!url.toLowerCase().startsWith(`${integration.webUrl.toLowerCase()}/`)) return undefined;
  const segments = (url.slice(integration.webUrl.length + 1).split(/[?#]/)[0] ?? '').split('/').map(decode);
  const [owner = '', name = '', view, ref, ...path] = segments;
  if (owner === '' || name === '' || segments.some((segment) => segment === '..' || segment === undefined)) return undefined;
  const repository = `${owner}/${name.replace(/\.git$/, '')}`;
  if (view === undefined || view === '') return { repository, path: '' };
  if (!views.has(view) || ref === undefined || ref === '') return undefined;
  return { repository, ref, path: path.join('/').replace(/\/+$/, '') };
}

/** The page of a file, of its editor, or of a folder (with a slash at the end). */
export function formatAddress(integration: Integration, { repository, ref, path }: ForgeAddress, as: 'view' | 'edit' | 'tree'): string {
  const root = `${integration.webUrl}/${repository}`;
  if (ref === undefined) return root;
  const view = { view: 'blob', edit: 'edit', tree: 'tree' }[as];
  return `${root}/${view}/${encodeURIComponent(ref)}/${encodePath(path)}${as === 'tree' && path !== '' ? '/' : ''}`;
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '..';
  }
}
