import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloneIn, slugOf } from './clone.ts';

let folder: string;
const git = (...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
beforeAll(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'paved-clone-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a clone knows its repository, branch and newest commit', async () => {
  await expect(cloneIn(folder)).rejects.toMatchObject({ code: 'invalid', fix: expect.stringContaining('project/name') });
  git('init', '-q', '-b', 'shorter');
  git('remote', 'add', 'origin', 'http://127.0.0.1:7420/git/playback/api.git');
  git('commit', '-q', '--allow-empty', '-m', 'Shorter names\n\nThey were too long.');
  expect(await cloneIn(folder)).toEqual({
    slug: 'playback/api',
    branch: 'shorter',
    subject: 'Shorter names',
    body: 'They were too long.',
  });
  git('checkout', '-q', '--detach');
  expect(await cloneIn(folder)).not.toHaveProperty('branch');
});

test('only addresses of hosted repositories are taken', () => {
  expect(slugOf('https://paved.example.com/git/shop/web.app.git')).toBe('shop/web.app');
  for (const other of ['git@github.com:shop/web.git', 'https://github.com/shop/web.git', '/srv/git/shop/web.git'])
    expect(slugOf(other)).toBeUndefined();
});
