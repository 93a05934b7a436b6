import { PavedError, formatRef, type EntityRef } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';
import { contentTypeOf, parseAddress, type Scm } from '@paved/repositories';
import type { Docs, DocsPage } from '../index.ts';
import { ANCHOR, resolveLink } from '../model/links.ts';
import { titleOf } from '../model/navigation.ts';
import { isMarkdown, pagePath } from '../model/page-path.ts';
import { createCache } from './cache.ts';
import type { Addresses, Rendered } from './markdown.ts';
import { readSite, type Site } from './site.ts';
import { fromRepository, locateDocs, type DocsSource } from './source.ts';

export interface DocsDeps {
  readonly catalog: Catalog;
  readonly scm: Scm;
  readonly baseUrl: () => string;
}

export type DocsService = ReturnType<typeof createDocs>;

const MARKDOWN_LIMIT = 1024 ** 2;

export function createDocs(deps: DocsDeps) {
  let renderer: Promise<(markdown: string, addresses: Addresses) => Rendered> | undefined;
  // Loaded when something is rendered first: parser, sanitizer and highlighter take much memory.
  const render = async (markdown: string, addresses: Addresses): Promise<Rendered> => {
    renderer ??= import('./markdown.ts').then(({ createRenderer }) => createRenderer());
    return (await renderer)(markdown, addresses);
  };
  const sites = createCache<Site>({ entries: 500, characters: 8_000_000 }, (site) => JSON.stringify(site).length);
  const pages = createCache<DocsPage>({ entries: 500, characters: 32_000_000 }, (page) => page.html.length);

  const sourceOf = async (ref: EntityRef): Promise<DocsSource> => {
    const entity = await deps.catalog.get(formatRef(ref));
    if (entity === undefined) throw new PavedError('not_found', `There is no entity ${formatRef(ref)}.`);
    return locateDocs(entity, deps);
  };
  const kept = <T>(
    cache: { get(key: string, make: () => Promise<T>): Promise<T> },
    key: string | undefined,
    make: () => Promise<T>,
  ): Promise<T> => (key === undefined ? make() : cache.get(key, make));

  const service: Docs = {
    async render(markdown, base) {
      const address = base === undefined ? undefined : parseAddress(base, deps.baseUrl());
      const { html, headings } = await render(
        markdown.slice(0, MARKDOWN_LIMIT),
        address === undefined ? outsideOnly : inRepository(address.slug, address.revision, address.path),
      );
      return { html, headings };
    },
  };

  const readmeOf = async (slug: string, commit: string, folder: string): Promise<string | undefined> => {
    const entries = await deps.scm.tree(slug, commit, folder);
    return entries.find((e) => e.type === 'file' && /(^|\/)readme(\.(md|markdown|txt))?$/i.test(e.path))?.path;
  };

  return {
    service,
    async site(ref: EntityRef): Promise<Site & { revision: string | undefined; repository: DocsSource['repository'] }> {
      const source = await sourceOf(ref);
      const site = await kept(sites, source.revision, () => readSite(source));
      return { ...site, revision: source.revision, repository: source.repository };
    },
    async page(ref: EntityRef, given: string | undefined): Promise<DocsPage> {
      const source = await sourceOf(ref);
      const path = given === undefined ? (await kept(sites, source.revision, () => readSite(source))).home : pagePath(given);
      if (!isMarkdown(path)) throw new PavedError('invalid', `${path} is not a page.`, { fix: 'Pages are Markdown files.' });
      // The same folder of a repository may belong to several entities, whose links differ.
      return kept(pages, source.revision === undefined ? undefined : `${formatRef(ref)} ${source.revision} ${path}`, async () => {
        const text = await source.text(path);
        if (text === undefined) throw new PavedError('not_found', `There is no page ${path}.`, { fix: 'Choose one from the contents.' });
        const { html, headings, title } = await render(text.slice(0, MARKDOWN_LIMIT), inDocs(ref, path));
        return { path, title: title ?? titleOf(path), html, headings };
      });
    },
    async raw(ref: EntityRef, given: string): Promise<{ bytes: Uint8Array; contentType: string; inline: boolean }> {
      const path = pagePath(given);
      const bytes = await (await sourceOf(ref)).bytes(path);
      if (bytes === undefined) throw new PavedError('not_found', `There is no file ${path}, or it is larger than 10 MiB.`);
      return { bytes, ...contentTypeOf(path, bytes.subarray(0, 8000).includes(0)) };
    },
    /** A Markdown file of a repository, or the README of one of its folders, rendered for the repository's own pages. */
    async readme(slug: string, branch: string | undefined, given: string): Promise<DocsPage> {
      const at = given === '' ? '' : pagePath(given);
      const source = await fromRepository(deps.scm, slug, branch, '');
      return kept(pages, source.revision === undefined ? undefined : `readme ${branch ?? ''} ${at} ${source.revision}`, async () => {
        const file = isMarkdown(at) ? at : await readmeOf(slug, source.commit ?? 'HEAD', at);
        const text = file === undefined ? undefined : await source.text(file);
        if (file === undefined || text === undefined)
          throw new PavedError('not_found', `${slug} has no README ${at === '' ? 'at its root' : `in ${at}`}.`, {
            fix: 'Add a README.md that says what this is and how to run it.',
          });
        const { html, headings, title } = await render(text, inRepository(slug, branch, file));
        return { path: file, title: title ?? titleOf(file), html, headings };
      });
    },
  };
}

const query = (values: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(values)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
const anchor = (fragment: string): string => (fragment === '' ? '' : `#${ANCHOR}${fragment}`);

/** Text without a place of its own: only links that lead outside, or to its own headings. */
const outsideOnly: Addresses = {
  link(written) {
    const to = resolveLink('', written);
    if (to.type === 'outside') return { href: to.href, external: true };
    return to.type === 'here' ? { href: anchor(to.fragment), external: false } : undefined;
  },
  image: () => undefined,
};

/** Links of a page: to other pages of the docs tab; files and images through the raw address. */
function inDocs(ref: EntityRef, page: string): Addresses {
  const { kind, namespace, name } = ref;
  const raw = (path: string): string => `/api/docs/${kind}/${namespace}/${encodeURIComponent(name)}/raw?${query({ path })}`;
  return {
    link(written) {
      const to = resolveLink(page, written);
      if (to.type === 'page')
        return {
          href: `/catalog/${namespace}/${kind}/${encodeURIComponent(name)}/docs?${query({ path: to.path })}${anchor(to.fragment)}`,
          external: false,
        };
      return to.type === 'file' ? { href: raw(to.path), external: false } : outsideOnly.link(written);
    },
    image(written) {
      const to = resolveLink(page, written);
      return to.type === 'file' ? raw(to.path) : undefined;
    },
  };
}

/** Links of a file of a repository: to its other files and folders in the portal. */
function inRepository(slug: string, branch: string | undefined, file: string): Addresses {
  return {
    link(written) {
      const to = resolveLink(file, written);
      if (to.type !== 'page' && to.type !== 'file') return outsideOnly.link(written);
      const isFolder = /^[^?#]*\/(?:[?#]|$)/.test(written) || !/\.[^/]+$/.test(to.path);
      return {
        href: `/repositories/${slug}?${query({ ref: branch, path: to.path, view: isFolder ? undefined : 'file' })}${anchor(to.fragment)}`,
        external: false,
      };
    },
    image(written) {
      const to = resolveLink(file, written);
      return to.type === 'file' ? `/api/repositories/${slug}/raw?${query({ ref: branch, path: to.path })}` : undefined;
    },
  };
}
