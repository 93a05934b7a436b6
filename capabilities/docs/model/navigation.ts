import { folderOf, isMarkdown, joinPath } from './page-path.ts';

/** One entry of the contents: a page (`path`), an address outside (`href`), or a group (`children`). */
export interface NavigationItem {
  readonly title: string;
  readonly path?: string;
  readonly href?: string;
  readonly children?: NavigationItem[];
}

/** What we take from a `mkdocs.yml`. Everything else there (themes, plugins, hooks) is ignored: nothing of it runs. */
export interface MkDocs {
  readonly siteName?: string;
  /** Folder of the pages, from the root of the source. */
  readonly docsFolder: string;
  readonly nav?: unknown;
}

/** Reads a parsed `mkdocs.yml` that lies in `folder`. A `docs_dir` that leaves the source counts as the default one. */
export function readMkDocs(document: unknown, folder = ''): MkDocs {
  const config = isRecord(document) ? document : {};
  const given = typeof config['docs_dir'] === 'string' ? joinPath(folder, config['docs_dir']) : undefined;
  return {
    ...(typeof config['site_name'] === 'string' ? { siteName: config['site_name'] } : {}),
    docsFolder: given ?? joinPath(folder, 'docs') ?? 'docs',
    ...(Array.isArray(config['nav']) ? { nav: config['nav'] } : {}),
  };
}

const include = /^!include\s+(.+)$/;
const MAX_DEPTH = 8;

/**
 * The contents as a `mkdocs.yml` writes them. `included` gives the contents of another `mkdocs.yml` by its path (the monorepo
 * plugin's `!include`), undefined when it cannot be read. Pages that do not exist are left out when `exists` says so.
 */
export function navigationOf(
  config: MkDocs,
  folder: string,
  options: { exists: (path: string) => boolean; included?: (path: string) => NavigationItem[] | undefined },
  depth = 0,
): NavigationItem[] {
  const entry = (value: unknown, title?: string): NavigationItem[] => {
    if (typeof value === 'string') {
      const other = include.exec(value)?.[1];
      if (other !== undefined) {
        const path = joinPath(folder, other.trim());
        const children = path === undefined ? undefined : options.included?.(path);
        return children === undefined ? [] : title === undefined ? children : [{ title, children }];
      }
      if (/^https?:\/\//.test(value)) return [{ title: title ?? value, href: value }];
      const path = joinPath(config.docsFolder, value);
      return path === undefined || !isMarkdown(path) || !options.exists(path) ? [] : [{ title: title ?? titleOf(path), path }];
    }
    if (Array.isArray(value)) {
      const children = depth >= MAX_DEPTH ? [] : navigationOf({ ...config, nav: value }, folder, options, depth + 1);
      return children.length === 0 ? [] : [{ title: title ?? 'More', children }];
    }
    if (isRecord(value)) return Object.entries(value).flatMap(([name, inner]) => entry(inner, name));
    return [];
  };
  return Array.isArray(config.nav) ? config.nav.flatMap((value) => entry(value)) : [];
}

/** The contents when nobody wrote any: the folder's pages as a tree, its index first, then by name. */
export function navigationFromFiles(paths: readonly string[], docsFolder: string): NavigationItem[] {
  const pages = paths.filter((p) => isMarkdown(p) && (docsFolder === '' || p.startsWith(`${docsFolder}/`)));
  const build = (folder: string): NavigationItem[] => {
    const prefix = folder === '' ? '' : `${folder}/`;
    const below = pages.filter((p) => p.startsWith(prefix));
    const own = below.filter((p) => folderOf(p) === folder).sort(byName);
    const folders = [...new Set(below.filter((p) => folderOf(p) !== folder).map((p) => p.slice(prefix.length).split('/')[0] ?? ''))].sort();
    return [
      ...own.map((path): NavigationItem => ({ title: isIndex(path) && folder === docsFolder ? 'Home' : titleOf(path), path })),
      ...folders.map((name): NavigationItem => ({ title: humanise(name), children: build(prefix + name) })),
    ];
  };
  return build(docsFolder);
}

const isIndex = (path: string): boolean => /(^|\/)(index|readme)\.(md|markdown)$/i.test(path);
const byName = (a: string, b: string): number => Number(isIndex(b)) - Number(isIndex(a)) || (a < b ? -1 : 1);

/** A title from a file's name: `getting-started.md` reads "Getting started"; an index is called after its folder. */
export function titleOf(path: string): string {
  const folder = folderOf(path);
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(md|markdown)$/i, '');
  return isIndex(path) ? humanise(folder.slice(folder.lastIndexOf('/') + 1) || name) : humanise(name);
}

function humanise(name: string): string {
  const words = name
    .replace(/^\d+[-_.]/, '')
    .replace(/[-_]+/g, ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The first page of the contents. */
export function firstPage(items: readonly NavigationItem[]): string | undefined {
  for (const item of items) {
    const path = item.path ?? firstPage(item.children ?? []);
    if (path !== undefined) return path;
  }
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
