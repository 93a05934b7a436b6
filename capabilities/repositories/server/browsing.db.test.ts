import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sourceReaders, type SourceReader } from '@paved/catalog';
import { audit } from '@paved/audit';
import { repositories } from '../index.ts';
import { git, hosted, person } from './host.fixture.ts';

const tess = person('tess');
/** Events reach their listeners when the machine has time. */
const PATIENT = { timeout: 30_000 };
const url = '/api/repositories/playback/api';

test('files, folders, history and differences are read over the API', async () => {
  await using paved = await hosted({ actor: tess });
  const scm = paved.service(repositories);
  const made = await paved.request('POST', '/api/repositories', {
    body: { slug: 'playback/api', ownerRef: 'playback', description: 'Streams' },
  });
  expect(made.json).toMatchObject({ slug: 'playback/api', ownerRef: 'group:default/playback', cloneUrl: paved.cloneUrl('playback/api') });
  expect((await paved.request('GET', url)).json).toMatchObject({ empty: true, may: { push: true } });
  expect((await paved.request('GET', `${url}/tree`)).json.detail).toBe('playback/api has no commits yet.');
  const folder = mkdtempSync(path.join(paved.dataDir, 'w-'));
  writeFileSync(path.join(folder, 'logo.png'), Buffer.from([0x89, 0x50, 0, 1]));
  writeFileSync(path.join(folder, 'page.html'), '<script>alert(1)</script>');
  writeFileSync(path.join(folder, 'README.md'), '# Hello\n');
  await scm.commitFolder('playback/api', { branch: 'main', folder, message: 'First\n\nWhy.', idempotencyKey: 'k' }, tess);
  const { sha } = await scm.commitFiles(
    'playback/api',
    { branch: 'next', files: { 'src/main.ts': 'export {};\n', 'README.md': '# Hi\n' }, message: 'Second' },
    tess,
  );
  await scm.setCheck('playback/api', sha, { name: 'test', status: 'succeeded', href: '/runs/run_1' });

  expect((await paved.request('GET', `${url}/tree?ref=next`)).json).toMatchObject({
    revision: sha,
    entries: [{ path: 'src', type: 'directory' }, { path: 'README.md' }, { path: 'logo.png' }, { path: 'page.html' }],
    lastCommit: { subject: 'Second', checks: [{ name: 'test' }] },
  });
  expect((await paved.request('GET', `${url}/tree?ref=next&path=src`)).json.entries).toEqual([
    { path: 'src/main.ts', type: 'file', size: 11 },
  ]);
  expect((await paved.request('GET', `${url}/file?ref=next&path=src/main.ts`)).json).toMatchObject({
    text: 'export {};\n',
    language: 'typescript',
    binary: false,
  });
  expect((await paved.request('GET', `${url}/file?path=logo.png`)).json).toMatchObject({ text: '', binary: true, size: 4 });
  expect((await paved.request('GET', `${url}/readme`)).json).toMatchObject({ path: 'README.md', text: '# Hello\n' });
  const page = await paved.request('GET', `${url}/raw?path=page.html`);
  expect(page.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(page.headers['content-security-policy']).toContain('sandbox');
  expect((await paved.request('GET', `${url}/raw?path=logo.png`)).headers['content-type']).toBe('image/png');
  const commits = (await paved.request('GET', `${url}/commits?ref=next&limit=1`)).json;
  expect(commits).toMatchObject({ items: [{ sha, checks: [{ status: 'succeeded' }] }], pageInfo: { nextCursor: '1' } });
  expect((await paved.request('GET', `${url}/commits?ref=next&limit=1&cursor=1`)).json).toMatchObject({
    items: [{ subject: 'First', body: 'Why.' }],
    pageInfo: {},
  });
  expect((await paved.request('GET', `${url}/commits/${sha.slice(0, 8)}`)).json.diff.files.map((f: { path: string }) => f.path)).toEqual([
    'README.md',
    'src/main.ts',
  ]);
  expect((await paved.request('GET', `${url}/compare?head=next`)).json).toMatchObject({ ahead: 1, behind: 0, commits: [{ sha }] });
  expect((await paved.request('GET', `${url}/branches`)).json.items).toMatchObject([
    { name: 'main', isDefault: true },
    { name: 'next', ahead: 1, behind: 0 },
  ]);
  for (const escape of ['path=../../x', 'path=.git/config', 'ref=--all&path=a', 'path=nope'])
    expect([400, 404], escape).toContain((await paved.request('GET', `${url}/file?${escape}`)).status);

  const preview = await paved.request('DELETE', `${url}?preview=true`);
  expect(preview.json).toMatchObject({ deleted: false, branches: 2 });
  expect((await paved.request('GET', '/api/repositories?text=stream')).json.totalItems).toBe(1);
  expect((await paved.request('DELETE', url)).json.deleted).toBe(true);
  expect((await paved.request('GET', url)).status).toBe(404);
});

test('the catalog reads hosted repositories and is told when their default branch moves', async () => {
  const readers: SourceReader[] = [];
  const refreshed: unknown[] = [];
  await using paved = await hosted({
    provide: [
      [audit, { record: async () => {} }],
      [
        sourceReaders,
        { add: (reader: SourceReader) => void readers.push(reader), refresh: async (target: unknown) => void refreshed.push(target) },
      ],
    ],
  });
  const scm = paved.service(repositories);
  const [reader] = readers;
  if (reader === undefined) throw new Error('No reader was registered.');
  await scm.create({ slug: 'playback/api', description: '', ownerRef: 'group:default/playback' }, tess);
  await expect(reader.read('paved://repositories/playback/api')).rejects.toThrow('no commit');
  await scm.commitFiles(
    'playback/api',
    { branch: 'main', files: { 'catalog-info.yaml': 'a: 1\n', 'org/x.yaml': 'b: 1\n', 'org/deep/y.yaml': 'c: 1\n' }, message: 'x' },
    tess,
  );
  expect((await reader.read('paved://repositories/playback/api')).files).toEqual([
    { path: 'catalog-info.yaml', url: 'paved://repositories/playback/api/catalog-info.yaml', bytes: Buffer.from('a: 1\n') },
  ]);
  expect((await reader.read(`${paved.cloneUrl('playback/api')}/org/**/*.yaml`)).files.map((f) => f.path)).toEqual([
    'org/deep/y.yaml',
    'org/x.yaml',
  ]);
  await scm.commitFiles('playback/api', { branch: 'main', files: { 'catalog-info.yaml': 'a: 2\n' }, message: 'y' }, tess);
  await expect.poll(() => refreshed, PATIENT).toContainEqual({ type: 'git', target: 'paved://repositories/playback/api' });
  const told = refreshed.length;
  await scm.commitFiles('playback/api', { branch: 'other', files: { z: 'z' }, message: 'z' }, tess);
  await scm.commitFiles('playback/api', { branch: 'main', files: { z: 'z' }, message: 'z' }, tess);
  await expect.poll(() => refreshed.length, PATIENT).toBeGreaterThanOrEqual(told + 4);
  // What is read from another branch follows that one, and nothing else does.
  await scm.commitFiles('playback/api', { branch: 'other', from: 'main', files: { 'catalog-info.yaml': 'a: 3\n' }, message: 'o' }, tess);
  const other = 'paved://repositories/playback/api/catalog-info.yaml?ref=other';
  await reader.read(other);
  const toldOf = (target: string) => refreshed.filter((one) => (one as { target: string }).target === target).length;
  await scm.commitFiles('playback/api', { branch: 'other', files: { 'catalog-info.yaml': 'a: 4\n' }, message: 'o' }, tess);
  await expect.poll(() => toldOf(other), PATIENT).toBe(2);
  const main = toldOf('paved://repositories/playback/api');
  await scm.commitFiles('playback/api', { branch: 'main', files: { 'catalog-info.yaml': 'a: 5\n' }, message: 'm' }, tess);
  await expect.poll(() => toldOf('paved://repositories/playback/api'), PATIENT).toBe(main + 2);
  await scm.commitFiles('playback/api', { branch: 'other', files: { 'catalog-info.yaml': 'a: 6\n' }, message: 'o' }, tess);
  await expect.poll(() => toldOf(other), PATIENT).toBe(4);
});

test('what is wrong with one file of a hosted repository stays with it; links are followed inside the commit', async () => {
  const readers: SourceReader[] = [];
  await using paved = await hosted({
    provide: [
      [audit, { record: async () => {} }],
      [sourceReaders, { add: (reader: SourceReader) => void readers.push(reader), refresh: async () => {} }],
    ],
  });
  await paved.service(repositories).create({ slug: 'playback/api', description: '', ownerRef: 'group:default/playback' }, tess);
  const work = mkdtempSync(path.join(os.tmpdir(), 'paved-hosted-'));
  const files = { a: 'a: 1\n', big: 'x'.repeat(3000), 'not/read': 'b: 1\n' };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(work, path.dirname(`${name}.yaml`)), { recursive: true });
    writeFileSync(path.join(work, `${name}.yaml`), text);
  }
  writeFileSync(path.join(work, 'binary.yaml'), Buffer.from([1, 0, 2]));
  symlinkSync('a.yaml', path.join(work, 'again.yaml'));
  symlinkSync('not/read.yaml', path.join(work, 'linked.yaml'));
  symlinkSync('../../etc/passwd', path.join(work, 'out.yaml'));
  await git(['init', '--quiet'], work);
  await git(['add', '-A'], work);
  await git(['commit', '--quiet', '-m', 'x'], work);
  await git(['push', '--quiet', paved.cloneUrl('playback/api'), 'HEAD:main'], work);
  const read = await readers[0]?.read('paved://repositories/playback/api/*.yaml', { maxBytes: 2000 });
  expect(
    read?.files.map(({ path: name, ...rest }) => [
      name,
      'bytes' in rest ? [...rest.bytes] : 'unreadable' in rest && rest.unreadable.message,
    ]),
  ).toEqual([
    ['a.yaml', [...Buffer.from('a: 1\n')]],
    ['big.yaml', 'big.yaml has 3000 bytes; at most 2000 are read.'],
    ['binary.yaml', [1, 0, 2]],
    ['linked.yaml', [...Buffer.from('b: 1\n')]],
    ['out.yaml', 'out.yaml is a link that leads to no file of the repository.'],
  ]);
});
