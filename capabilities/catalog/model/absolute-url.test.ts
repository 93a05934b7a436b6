import { expect, it } from 'vitest';
import { isAbsoluteUrl } from './absolute-url.ts';

const takes = (text: string): boolean => URL.canParse(text);

it.each([
  ...[
    'https://x',
    'http://',
    'https:x',
    'http:/x',
    'mailto:a@b',
    'a:b',
    '//x',
    'x',
    '',
    ' ',
    'https://x y',
    ' https://x ',
    'https://a/b c',
  ],
  ...[
    'https://[::1',
    'https://[::1]',
    'https://[::1]:80/a',
    'https://[1:2:3]',
    'https://[::1.2.3.4]',
    'https://[::256.1.1.1]',
    'https://[g::]',
  ],
  ...[
    'https://x:99999',
    'https://x:65535',
    'https://x:',
    'https://x:a',
    'https://:80',
    'https://%',
    'https://%41.com',
    'https://%20',
    'https://a%zz',
  ],
  ...['https://exa<mple.com', 'https://a|b', 'https://a^b', 'https://user:pw@host/x', 'https://user@', 'https://@host', 'https://a@b@c'],
  ...[
    'https://1.2.3.4',
    'https://256.1.1.1',
    'https://1.2.3.4.5',
    'https://0x7f.1',
    'https://a.1',
    'https://1.2.3.09',
    'https://1',
    'https://4294967296',
  ],
  ...[
    'file:',
    'file:///a',
    'file://host/a',
    'file://a b/c',
    'file://c:/x',
    'slack://channel?team=a',
    'slack://a b',
    'slack://',
    'slack://:80',
    'vscode://file/x y',
  ],
  ...[
    'https:///x',
    'https:\\\\x\\y',
    'HTTPS://X',
    'ht tp://x',
    '1a://x',
    'a+b.c-d:x',
    'javascript:alert(1)',
    'https://?x',
    'https://#x',
    'https://x?y#z',
    'https://a_b.c',
  ],
  ...[
    'https://a\tb',
    'ftp://x',
    'ws://',
    'https://..',
    'https://a..b',
    'https://x.',
    'foo://x:99999',
    'foo://[::1',
    'foo://%',
    'foo://a^b',
  ],
])('judges %j as URL does', (text) => expect(isAbsoluteUrl(text)).toBe(takes(text)));

it('judges texts put together at random as URL does', () => {
  const pieces = [
    'http',
    'https',
    'foo',
    'file',
    ':',
    ':',
    '//',
    '/',
    '\\',
    '@',
    '[',
    ']',
    '::',
    '1',
    '255',
    '999',
    '.',
    '%',
    '%41',
    ' ',
    '?',
    '#',
    'a',
    'b-c',
    '<',
    '80',
    '0x1f',
    '\t',
    '_',
  ];
  const next = randomFrom(7);
  const differ: string[] = [];
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: 1 + (next() % 9) }, () => pieces[next() % pieces.length]).join('');
    if (isAbsoluteUrl(text) !== takes(text)) differ.push(text);
    const https = `https://${text}`;
    if (isAbsoluteUrl(https) !== takes(https)) differ.push(https);
  }
  expect(differ).toEqual([]);
});

/** The same whole numbers each time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (more ^ (more >>> 14)) >>> 0;
  };
}
