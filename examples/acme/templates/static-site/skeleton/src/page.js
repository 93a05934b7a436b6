import MarkdownIt from 'markdown-it';
import { parse } from 'yaml';

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: true });

/** A page from its file: front matter (`title`, `order`) and Markdown. */
export function readPage(file, text) {
  const [, front = '', body = text] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  const { title, order = 100 } = parse(front) ?? {};
  if (typeof title !== 'string') throw new Error(`${file} has no title; begin it with ---, title: …, ---.`);
  const name = file.replace(/\.md$/, '');
  return { path: name === 'index' ? 'index.html' : `${name}/index.html`, href: name === 'index' ? '/' : `/${name}/`, title, order, html: markdown.render(body) };
}

export const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/** The whole document around a page. */
export function layout(page, pages, site) {
  const links = pages.map(({ href, title }) => `<li><a href="${href}"${href === page.href ? ' aria-current="page"' : ''}>${escape(title)}</a></li>`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.href === '/' ? site : `${page.title} · ${site}`)}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><nav aria-label="Pages"><ul>${links}</ul></nav></header>
<main>
${page.html}</main>
</body>
</html>
`;
}
