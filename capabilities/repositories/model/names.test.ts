import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';
import { isBranchName, isRevision, repositoryPath } from './names.ts';
import { isSlug, parseSlug } from './slug.ts';

test.each([
  ['main', true],
  ['feature/greeting', true],
  ['v1.2.x', true],
  ['-f', false],
  ['a..b', false],
  ['a b', false],
  ['a/.b', false],
  ['x.lock', false],
  ['a@{1}', false],
  ['a:b', false],
  ['/a', false],
  ['a/', false],
  ['HEAD', false],
])('branch name %s: %s', (name, valid) => expect(isBranchName(name)).toBe(valid));

test.each(['main..x', '--all', ':/fix', 'a^{tree}', 'a~1', ''])('%s is no revision', (text) => expect(isRevision(text)).toBe(false));

test('paths stay inside', () => {
  expect(repositoryPath('/src//'.replace('//', '/'))).toBe('src');
  expect(repositoryPath('./a/b')).toBe('a/b');
  for (const path of ['..', 'a/../..', '.git', 'x/.Git/y', 'a\u0000b', '.g\u200cit/config', '.git::$INDEX_ALLOCATION'])
    expect(() => repositoryPath(path), path).toThrow(/inside the repository/);
});

test('slugs are two plain names', () => {
  expect(parseSlug('Playback/API.git')).toBe('playback/api');
  for (const slug of ['a', 'a/b/c', '../b', 'a/..', '.a/b', 'a/b.git', 'a/b/', 'a/-b']) expect(isSlug(slug), slug).toBe(false);
});

test.each([
  ['paved://repositories/playback/api', { slug: 'playback/api', path: '' }],
  ['paved://repositories/playback/api/deep/*.yaml?ref=next', { slug: 'playback/api', path: 'deep/*.yaml', revision: 'next' }],
  ['http://127.0.0.1:7420/git/playback/api.git', { slug: 'playback/api', path: '' }],
  ['http://localhost:9/git/playback/api.git/catalog-info.yaml', { slug: 'playback/api', path: 'catalog-info.yaml' }],
  [
    'https://paved.example.com/repositories/playback/api/blob/main/docs/a%20b.yaml',
    { slug: 'playback/api', path: 'docs/a b.yaml', revision: 'main' },
  ],
  ['https://github.com/git/playback/api.git', undefined],
  ['paved://repositories/playback', undefined],
  ['paved://repositories/../../x', undefined],
  ['paved://repositories/a/b/%2e%2e/x', undefined],
  ['paved://repositories/a/b?ref=--all', undefined],
  ['/etc/passwd', undefined],
])('the address %s', (target, expected) => expect(parseAddress(target, 'https://paved.example.com')).toEqual(expected));
