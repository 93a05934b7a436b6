import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReleases } from './release.ts';

let folder = '';
const digest = (n: number): string => `sha256:${String(n).repeat(64)}`;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'paved-release-'));
  mkdirSync(path.join(folder, 'app/sub'), { recursive: true });
  writeFileSync(path.join(folder, 'app/a b.txt'), 'a');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const pack = (name: string, ...args: string[]): string => {
  const file = path.join(folder, name);
  execFileSync('tar', ['-czf', file, '-C', path.join(folder, 'app'), ...args]);
  return file;
};

test('an archive is unpacked once, with links that stay inside; copies are private', async () => {
  symlinkSync('../a b.txt', path.join(folder, 'app/sub/link -> odd'));
  linkSync(path.join(folder, 'app/a b.txt'), path.join(folder, 'app/sub/hard'));
  const releases = openReleases(path.join(folder, 'releases'));
  const location = pack('good.tar.gz', '.');
  const release = await releases.unpack({ digest: digest(1), location });
  rmSync(location);
  expect(await releases.unpack({ digest: digest(1), location })).toBe(release);
  expect(readFileSync(path.join(release, 'sub/link -> odd'), 'utf8')).toBe('a');
  await releases.copy(release, path.join(folder, 'copy'));
  writeFileSync(path.join(folder, 'copy/a b.txt'), 'changed');
  expect(readFileSync(path.join(release, 'a b.txt'), 'utf8')).toBe('a');
  for (let n = 2; n < 9; n++) await releases.unpack({ digest: digest(n), location: pack(`${n}.tar.gz`, '.') });
  releases.prune(new Set([digest(1)]));
  expect(existsSync(release)).toBe(true);
  expect(existsSync(path.join(folder, 'releases', '2'.repeat(64)))).toBe(false);
});

test.each([
  ['an entry that climbs out', () => pack('x.tar.gz', '-P', '--transform', 's#^a b.txt#../../evil#', 'a b.txt'), /leaves its folder/],
  ['an absolute entry', () => pack('x.tar.gz', '-P', '--transform', 's#^a b.txt#/tmp/evil#', 'a b.txt'), /leaves its folder/],
  [
    'a link that points out',
    () => {
      symlinkSync('../../../etc/passwd', path.join(folder, 'app/sub/evil'));
      return pack('x.tar.gz', '.');
    },
    /points outside/,
  ],
  [
    'an absolute link',
    () => {
      symlinkSync('/etc/passwd', path.join(folder, 'app/evil'));
      return pack('x.tar.gz', '.');
    },
    /points outside/,
  ],
  [
    'a pipe',
    () => {
      execFileSync('mkfifo', [path.join(folder, 'app/pipe')]);
      return pack('x.tar.gz', '.');
    },
    /neither file, folder nor link/,
  ],
  [
    'no archive at all',
    () => {
      writeFileSync(path.join(folder, 'x.tar.gz'), 'not an archive');
      return path.join(folder, 'x.tar.gz');
    },
    /cannot be unpacked/,
  ],
])('%s is refused and nothing is written', async (_what, make, sentence) => {
  const releases = openReleases(path.join(folder, 'releases'));
  await expect(releases.unpack({ digest: digest(1), location: make() })).rejects.toThrow(sentence);
  expect(existsSync(path.join(folder, 'evil'))).toBe(false);
  expect(existsSync('/tmp/evil')).toBe(false);
  expect(execFileSync('ls', ['-A', path.join(folder, 'releases')], { encoding: 'utf8' })).toBe('');
});
