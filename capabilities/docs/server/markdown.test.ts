import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRenderer, type Addresses } from './markdown.ts';

const render = createRenderer();
const addresses: Addresses = {
  link: (written) =>
    /^(https?:|mailto:)/.test(written)
      ? { href: written, external: true }
      : written.startsWith('#')
        ? { href: written, external: false }
        : undefined,
  image: (written) => (/^[\w./-]+$/.test(written) ? `/raw?path=${written}` : undefined),
};
const html = (markdown: string): string => render(markdown, addresses).html;

describe('hostile Markdown', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)><script>alert(1)</script></svg>',
    '[x](javascript:alert(1))',
    '[x](java\tscript:alert(1))',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" &#106;avascript:alert(1)">x</a>',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '![x](data:image/svg+xml;base64,PHN2Zz4=)',
    '<iframe src="https://evil.example"></iframe>',
    '<object data="x"></object><embed src=x>',
    '<style>*{display:none}</style>',
    '<form action="https://evil.example"><input name=password><button>Go</button></form>',
    '<div style="position:fixed;inset:0">x</div>',
    '<h1 id="root">x</h1>',
    '<a id="location" name="location" href="https://x.example">x</a>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '```html onerror=alert(1)\n<script>alert(1)</script>\n```',
    '!!! note "<img src=x onerror=alert(1)>"\n    <script>alert(1)</script>',
    '| a |\n|--|\n| <td onclick=alert(1)>x |',
    '<input type="image" src="https://evil.example" onfocus=alert(1) autofocus>',
  ])('%s loses its sting', (markdown) => {
    const out = html(markdown);
    const tags = [...out.matchAll(/<[^>]*>/g)].map((m) => m[0]).join('');
    expect(tags).not.toMatch(/<(script|style|iframe|object|embed|svg|math|form|button|meta|base|link|noscript)/i);
    expect(tags).not.toMatch(/\son\w+=|javascript:|data:|style="(?!text-align)|id="(?!h-)|name=|src="(?!\/raw)/i);
  });

  test('takes no long time', () => {
    const started = performance.now();
    html('['.repeat(50_000));
    html('> '.repeat(20_000));
    html(`${'a'.repeat(5)}*`.repeat(50_000));
    html('<div>'.repeat(5_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('ordinary Markdown', () => {
  test('has headings with unique ids, a title and a contents list', () => {
    const page = render('---\ntitle: "The page"\n---\n# Hello, *World*!\n\n## Run `it`\n\n## Run it\n\n### Ärger', addresses);
    expect(page.title).toBe('The page');
    expect(page.headings).toEqual([
      { id: 'h-hello-world', text: 'Hello, World!', level: 1 },
      { id: 'h-run-it', text: 'Run it', level: 2 },
      { id: 'h-run-it-1', text: 'Run it', level: 2 },
      { id: 'h-ärger', text: 'Ärger', level: 3 },
    ]);
    expect(page.html).toContain('<h2 id="h-run-it-1">');
    expect(render('# Title', addresses).title).toBe('Title');
  });

  test('code is coloured, tables and task lists stay', () => {
    expect(html('```js\nconst a = 1;\n```')).toContain('<span class="hljs-keyword">const</span>');
    expect(html('```mermaid\ngraph TD\n```')).toContain('class="language-mermaid"');
    expect(html('| a | b |\n|--:|--|\n| 1 | 2 |')).toContain('<th style="text-align:right">');
    expect(html('- [x] done\n- [ ] open')).toContain('<li class="task"><input type="checkbox" disabled checked /> done</li>');
  });

  test('notes are boxes, as MkDocs and GitHub write them', () => {
    expect(html('!!! warning "Mind the gap"\n    Inside **it**.\n\n    - item\n\nAfter.').replaceAll('\n', '')).toBe(
      '<div class="admonition admonition-warning"><div class="admonition-title">Mind the gap</div><p>Inside <strong>it</strong>.</p><ul><li>item</li></ul></div><p>After.</p>',
    );
    expect(html('??? tip\n    Hidden').replaceAll('\n', '')).toBe('<details><summary>Tip</summary><p>Hidden</p></details>');
    expect(html('> [!NOTE]\n> Read this.\n\nAfter').replaceAll('\n', '')).toBe(
      '<div class="admonition admonition-note"><div class="admonition-title">Note</div><p>Read this.</p></div><p>After</p>',
    );
  });

  test('pictures from elsewhere are shown by their words, links there open outside', () => {
    expect(html('[![build](https://ci.example/badge.svg)](https://ci.example)')).toBe(
      '<p><a href="https://ci.example" rel="noopener noreferrer nofollow" target="_blank"><span class="external-image">build</span></a></p>\n',
    );
    expect(html('![logo](img/logo.png)')).toBe('<p><img src="/raw?path=img/logo.png" alt="logo" loading="lazy" /></p>\n');
  });
});

const corpora = path.resolve(import.meta.dirname, '../../../../shared/fixtures/corpora/docs');
test.skipIf(!existsSync(corpora))('every page strangers wrote renders, without scripts', () => {
  const files = globSync('**/*.md', { cwd: corpora });
  expect(files.length).toBeGreaterThan(30);
  for (const file of files) {
    const page = render(readFileSync(path.join(corpora, file), 'utf8'), addresses);
    expect(page.html, file).not.toMatch(/<script|<iframe|\son\w+="/i);
    expect(page.html, file).not.toMatch(/^!!! /m);
  }
});
