import hljs from 'highlight.js/lib/common';
import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';
import { ANCHOR, slugify } from '../model/links.ts';
import type { DocsPage } from '../index.ts';
import { admonitions } from './admonitions.ts';

/** Rewrites addresses while rendering; undefined takes the link away and keeps its text. */
export interface Addresses {
  link(written: string): { href: string; external: boolean } | undefined;
  image(written: string): string | undefined;
}

export interface Rendered {
  readonly html: string;
  readonly title: string | undefined;
  readonly headings: DocsPage['headings'];
}

/** Longer code is shown without colours: highlighting takes time that grows with it. */
const HIGHLIGHT_LIMIT = 50_000;
const MAX_NESTING = 50;

/** Renders Markdown (CommonMark, tables, strikethrough, task lists, admonitions, front matter) to HTML that is safe to put into the portal. */
export function createRenderer(): (markdown: string, addresses: Addresses) => Rendered {
  const md = new MarkdownIt({
    html: true,
    linkify: true,
    typographer: false,
    maxNesting: MAX_NESTING,
    highlight: (code, language) =>
      language !== '' && code.length <= HIGHLIGHT_LIMIT && hljs.getLanguage(language) !== undefined
        ? hljs.highlight(code, { language, ignoreIllegals: true }).value
        : '',
  });
  md.use(admonitions);
  return (markdown, addresses) => {
    const { text, title } = withoutFrontMatter(markdown);
    const tokens = md.parse(text, {});
    const headings: { id: string; text: string; level: number }[] = [];
    const taken = new Set<string>();
    for (const [i, token] of tokens.entries()) {
      if (token.type !== 'heading_open') continue;
      const words = plainText(tokens[i + 1]?.children ?? []);
      const base = ANCHOR + (slugify(words) || 'section');
      let id = base;
      for (let n = 1; taken.has(id); n++) id = `${base}-${n}`;
      taken.add(id);
      token.attrSet('id', id);
      headings.push({ id, text: words, level: Number(token.tag.slice(1)) });
    }
    const html = sanitize(md.renderer.render(tokens, md.options, {}), addresses, taken);
    return { html, headings, title: title ?? headings.find((h) => h.level === 1)?.text };
  };
}

function plainText(children: readonly { type: string; content: string; children: readonly unknown[] | null }[]): string {
  return children
    .map((c) => (c.type === 'text' || c.type === 'code_inline' || c.type === 'emoji' ? c.content : c.type === 'softbreak' ? ' ' : ''))
    .join('')
    .trim();
}

function withoutFrontMatter(markdown: string): { text: string; title: string | undefined } {
  const match = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(markdown);
  if (match === null) return { text: markdown.replace(/^\uFEFF/, ''), title: undefined };
  const title = /^title:\s*(.+)$/m
    .exec(match[1] ?? '')?.[1]
    ?.trim()
    .replace(/^(['"])(.*)\1$/, '$2');
  return { text: markdown.slice(match[0].length), title };
}

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

function sanitize(html: string, addresses: Addresses, ids: ReadonlySet<string>): string {
  return sanitizeHtml(html, {
    allowedTags: [
      ...HEADINGS,
      'p',
      'a',
      'img',
      'ul',
      'ol',
      'li',
      'blockquote',
      'pre',
      'code',
      'em',
      'strong',
      'b',
      'i',
      'u',
      's',
      'del',
      'ins',
      'sub',
      'sup',
      'kbd',
      'samp',
      'var',
      'mark',
      'small',
      'abbr',
      'br',
      'hr',
      'table',
      'thead',
      'tbody',
      'tfoot',
      'tr',
      'th',
      'td',
      'caption',
      'dl',
      'dt',
      'dd',
      'details',
      'summary',
      'figure',
      'figcaption',
      'div',
      'span',
      'input',
    ],
    allowedAttributes: {
      a: ['href', 'title', 'rel', 'target'],
      img: ['src', 'alt', 'title', 'width', 'height', 'loading'],
      ...Object.fromEntries(HEADINGS.map((h) => [h, ['id']])),
      th: ['align', 'style', 'colspan', 'rowspan'],
      td: ['align', 'style', 'colspan', 'rowspan'],
      ol: ['start'],
      details: ['open'],
      input: ['type', 'checked', 'disabled'],
      abbr: ['title'],
    },
    allowedClasses: {
      code: [/^(hljs|language-[\w+#.-]+)$/],
      span: [/^(hljs-[\w-]+|language_|function_|class_|inherited__|external-image)$/],
      div: [/^admonition(-title)?$/, /^admonition-(note|info|tip|warning|danger|important|caution|success|question|example|quote)$/],
      li: ['task'],
    },
    allowedStyles: { '*': { 'text-align': [/^(left|right|center)$/] } },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowedSchemesByTag: { img: [] },
    allowProtocolRelative: false,
    nestingLimit: MAX_NESTING * 2,
    transformTags: {
      a: (_tag, attributes) => {
        const to = addresses.link(attributes['href'] ?? '');
        const title: Record<string, string> = attributes['title'] === undefined ? {} : { title: attributes['title'] };
        if (to === undefined) return { tagName: 'span', attribs: {} };
        return {
          tagName: 'a',
          attribs: { href: to.href, ...title, ...(to.external ? { rel: 'noopener noreferrer nofollow', target: '_blank' } : {}) },
        };
      },
      img: (_tag, attributes) => {
        const src = addresses.image(attributes['src'] ?? '');
        // The portal loads nothing from elsewhere: a picture out there is shown by its words.
        if (src === undefined) return { tagName: 'span', attribs: { class: 'external-image' }, text: attributes['alt'] ?? '' };
        const size = (name: 'width' | 'height'): Record<string, string> =>
          /^\d{1,4}%?$/.test(attributes[name] ?? '') ? { [name]: attributes[name] ?? '' } : {};
        return { tagName: 'img', attribs: { src, alt: attributes['alt'] ?? '', loading: 'lazy', ...size('width'), ...size('height') } };
      },
      // Only our own headings have ids: a page cannot claim one.
      ...Object.fromEntries(
        HEADINGS.map((h) => [
          h,
          (tagName: string, attributes: Record<string, string>) => ({
            tagName,
            attribs: ids.has(attributes['id'] ?? '') ? { id: attributes['id'] ?? '' } : {},
          }),
        ]),
      ),
      input: (_tag, attributes) => ({
        tagName: 'input',
        attribs: { type: 'checkbox', disabled: '', ...(attributes['checked'] === undefined ? {} : { checked: '' }) },
      }),
    },
  });
}
