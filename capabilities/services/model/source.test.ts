import { expect, test } from 'vitest';
import { NAME, nameFrom, projectOf, withoutCredentials } from './source.ts';

test.each([
  ['https://github.com/acme/Check_Out.git', 'check-out'],
  ['/srv/git/lyrics/', 'lyrics'],
  ['git@github.com:acme/lyrics.git', 'lyrics'],
  ['/srv/checkout/.git', 'checkout'],
  ['', ''],
])('a name from %s', (source, name) => {
  expect(nameFrom(source)).toBe(name);
});

test('names are labels', () => {
  expect(NAME.test(nameFrom(`/x/${'a-'.repeat(60)}`))).toBe(true);
  for (const bad of ['', 'Up', '-a', 'a-', 'a/b', '../a', 'a'.repeat(64)]) expect(NAME.test(bad)).toBe(false);
});

test('credentials are taken out of addresses', () => {
  expect(withoutCredentials('https://me:s3cret@example.com/a/b')).toEqual({ source: 'https://example.com/a/b', secret: true });
  expect(withoutCredentials('https://me:s@cret@example.com/a')).toEqual({ source: 'https://example.com/a', secret: true });
  expect(withoutCredentials('https://example.com/a@b')).toEqual({ source: 'https://example.com/a@b', secret: false });
  expect(withoutCredentials('/srv/a@b')).toEqual({ source: '/srv/a@b', secret: false });
});

test('the project is the owner’s name', () => {
  expect(projectOf('group:default/playback')).toBe('playback');
});
