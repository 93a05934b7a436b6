import { folderOf, isMarkdown, joinPath } from './page-path.ts';

/** Where a link or image of a page leads. */
export type Destination =
  | { readonly type: 'page'; readonly path: string; readonly fragment: string }
  | { readonly type: 'file'; readonly path: string; readonly fragment: string }
  | { readonly type: 'here'; readonly fragment: string }
  | { readonly type: 'outside'; readonly href: string }
  | { readonly type: 'nowhere' };

/** Headings carry this before their slug, so that no page can take an id of the portal's own. */
export const ANCHOR = 'h-';

/** Resolves a link as written on the page at `from`. Only http, https and mailto lead outside; nothing leaves the source. */
export function resolveLink(from: string, written: string): Destination {
  const link = written.trim();
  // oxlint-disable-next-line no-control-regex -- browsers drop these inside of "java\tscript:"
  if (link === '' || /[\u0000-\u001f]/.test(link)) return { type: 'nowhere' };
  if (link.startsWith('#')) return { type: 'here', fragment: link.slice(1) };
  if (/^(https?:\/\/|mailto:)/i.test(link)) return { type: 'outside', href: link };
  if (/^([a-z][a-z0-9+.-]*:|\/\/|\\)/i.test(link)) return { type: 'nowhere' };
  const [, target = '', fragment = ''] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(link) ?? [];
  const decoded = decode(target);
  const path = decoded === undefined ? undefined : joinPath(decoded.startsWith('/') ? '' : folderOf(from), decoded);
  if (path === undefined || path === '') return { type: 'nowhere' };
  return isMarkdown(path) ? { type: 'page', path, fragment } : { type: 'file', path, fragment };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The slug of a heading: GitHub's rule, so that links written for it work. */
export function slugify(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replace(/ /g, '-');
}
