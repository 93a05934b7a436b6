import { expect, test } from 'vitest';
import { resolveLink, slugify } from './links.ts';
import { navigationFromFiles, navigationOf, readMkDocs } from './navigation.ts';
import { joinPath, pagePath } from './page-path.ts';

const files = ['docs/index.md', 'docs/guides/run-it.md', 'docs/guides/index.md', 'docs/01-start.md', 'README.md', 'other/docs/x.md'];
const exists = (path: string): boolean => files.includes(path);

test('the contents follow mkdocs.yml; what does not exist or leaves the source is left out', () => {
  const config = readMkDocs({
    site_name: 'Player',
    nav: [
      { Home: 'index.md' },
      { Guides: ['guides/run-it.md', { Gone: 'gone.md' }] },
      { Site: 'https://x.example' },
      { Secret: '../../../etc/passwd.md' },
      { Empty: [] },
      'index.md',
      7,
      null,
    ],
  });
  expect(navigationOf(config, '', { exists })).toEqual([
    { title: 'Home', path: 'docs/index.md' },
    { title: 'Guides', children: [{ title: 'Run it', path: 'docs/guides/run-it.md' }] },
    { title: 'Site', href: 'https://x.example' },
    { title: 'Docs', path: 'docs/index.md' },
  ]);
});

test('the monorepo plugin’s includes are followed', () => {
  const config = readMkDocs({ nav: [{ Other: '!include ./other/mkdocs.yml' }, { Evil: '!include ../../x/mkdocs.yml' }] });
  const included = (path: string) => (path === 'other/mkdocs.yml' ? [{ title: 'X', path: 'other/docs/x.md' }] : undefined);
  expect(navigationOf(config, '', { exists, included })).toEqual([{ title: 'Other', children: [{ title: 'X', path: 'other/docs/x.md' }] }]);
});

test('without contents, the pages of the folder make them', () => {
  expect(navigationFromFiles(files, 'docs')).toEqual([
    { title: 'Home', path: 'docs/index.md' },
    { title: 'Start', path: 'docs/01-start.md' },
    {
      title: 'Guides',
      children: [
        { title: 'Guides', path: 'docs/guides/index.md' },
        { title: 'Run it', path: 'docs/guides/run-it.md' },
      ],
    },
  ]);
});

test('a docs folder outside the source counts as the default', () => {
  expect(readMkDocs({ docs_dir: '../../etc' }).docsFolder).toBe('docs');
  expect(readMkDocs({ docs_dir: './site' }, 'sub').docsFolder).toBe('sub/site');
  expect(readMkDocs('rubbish')).toEqual({ docsFolder: 'docs' });
});

test('paths stay inside', () => {
  expect(joinPath('a/b', '../c')).toBe('a/c');
  expect(joinPath('a', '../../c')).toBeUndefined();
  for (const path of ['../x.md', 'a/../../x.md', '', '.git/config', 'a\\..\\x.md', 'x\u0000.md'])
    expect(() => pagePath(path), path).toThrow(/not a page/);
});

test.each([
  ['other.md#Top', { type: 'page', path: 'docs/guides/other.md', fragment: 'Top' }],
  ['../index.md', { type: 'page', path: 'docs/index.md', fragment: '' }],
  ['/README.md', { type: 'page', path: 'README.md', fragment: '' }],
  ['../img/a%20b.png', { type: 'file', path: 'docs/img/a b.png', fragment: '' }],
  ['#here', { type: 'here', fragment: 'here' }],
  ['https://x.example/y', { type: 'outside', href: 'https://x.example/y' }],
  ['../../../etc/passwd', { type: 'nowhere' }],
  ['javascript:alert(1)', { type: 'nowhere' }],
  ['//evil.example', { type: 'nowhere' }],
  ['data:text/html,x', { type: 'nowhere' }],
  ['file:///etc/passwd', { type: 'nowhere' }],
  ['%zz', { type: 'nowhere' }],
])('the link %s', (link, expected) => expect(resolveLink('docs/guides/run-it.md', link)).toEqual(expected));

test('slugs follow GitHub', () => expect(slugify('Run `it`, now!')).toBe('run-it-now'));
