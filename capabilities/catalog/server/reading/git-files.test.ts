import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createGit, createReach, type Address } from '@paved/host';
import { parseGitAddress } from '../../model/git-address.ts';
import { createGitFiles } from './git-files.ts';
import { repository, serve, serveGit } from './servers.test-kit.ts';

const folders: string[] = [];
const temporary = (): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-gitfiles-'));
  folders.push(folder);
  return folder;
};
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const at = (address: string): Address[] => [{ address, family: 4 }];
const reader = (
  hosts: readonly string[],
  resolve: (host: string) => Promise<Address[]> = async () => at('127.0.0.1'),
  more: { maxRepositoryBytes?: number } = {},
) =>
  createGitFiles({
    git: createGit({ home: temporary() }),
    reach: createReach({ allow: hosts.map((host) => ({ host })), unlisted: true, setting: 'catalog.reading.allow' }, resolve),
    platformData: temporary(),
    folder: temporary(),
    maxFileBytes: 1_000_000,
    maxRepositoryBytes: 100 * 1024 ** 2,
    timeoutMs: 20_000,
    ...more,
  });
const read = (files: ReturnType<typeof reader>, target: string) => {
  const address = parseGitAddress(target);
  if (address === undefined) throw new Error(target);
  return files.read(address, undefined, { local: false });
};

describe('what git connects to', () => {
  it('is the address that was checked: the name is not asked again', async () => {
    const root = temporary();
    repository(root, 'shop.git').commit({ 'catalog-info.yaml': 'a: 1\n' });
    await using server = await serveGit(root);
    const port = server.host.split(':')[1];
    let asked = 0;
    // Only this resolver knows the name; asked again it would lead to the metadata address.
    const files = reader([`git.nowhere.example:${port}`], async () => at(asked++ === 0 ? '127.0.0.1' : '169.254.169.254'));
    const target = `http://git.nowhere.example:${port}/shop.git`;
    const found = await read(files, target);
    expect(found.files.map(({ target: url, text }) => [url, text])).toEqual([[`${target}/catalog-info.yaml`, 'a: 1\n']]);
    expect(asked).toBe(1);
    await expect(read(files, target)).rejects.toThrow('where clouds hand out credentials');
  });

  it('is not inside the network unless that is allowed, in any notation', async () => {
    const files = reader([]);
    for (const target of [
      'http://127.0.0.1/x.git',
      'http://2130706433/x.git',
      'http://[::ffff:127.0.0.1]/x.git',
      'https://inside.example/x.git',
    ])
      await expect(read(files, target)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(read(files, 'https://inside.example:9999/x.git')).rejects.toThrow('Port 9999');
  });

  it('is not what a redirect says', async () => {
    const root = temporary();
    repository(root, 'shop.git').commit({ 'catalog-info.yaml': 'a: 1\n' });
    await using inside = await serveGit(root);
    await using outside = await serve((request, response) => response.writeHead(302, { location: `${inside.url}${request.url}` }).end());
    await expect(read(reader([outside.host]), `${outside.url}/shop.git`)).rejects.toMatchObject({
      fix: 'Use the address that it redirects to.',
    });
    expect(inside.asked).toEqual([]);
  });

  it('asks nobody for a password, and says what to do', async () => {
    await using server = await serve((_request, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end());
    await expect(read(reader([server.host]), `${server.url}/shop.git`)).rejects.toMatchObject({
      code: 'forbidden',
      fix: expect.stringContaining('integration'),
    });
  });

  it('speaks ssh with listed hosts only, to the checked address', async () => {
    await using server = await serve(() => {});
    const port = server.host.split(':')[1];
    await expect(read(reader([]), `ssh://git@inside.example/shop.git`)).rejects.toThrow('only when the platform team allows it');
    // No ssh server listens there: that it was tried shows in ssh's own words.
    await expect(read(reader([`ssh.nowhere.example:${port}`]), `ssh://git@ssh.nowhere.example:${port}/shop.git`)).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|forbidden|timeout/),
    });
  }, 40_000);
});

describe('what git fetches', () => {
  it('is bounded, and several readers of one repository do not come in each other’s way', async () => {
    const root = temporary();
    const shop = repository(root, 'shop.git');
    shop.commit(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`s${i}/catalog-info.yaml`, `a: ${i}\n`])));
    await using server = await serveGit(root);
    const files = reader([server.host]);
    const all = await Promise.all(Array.from({ length: 6 }, (_, i) => read(files, `${server.url}/shop.git/s${i}/*.yaml`)));
    expect(all.map(({ files: [file] }) => file?.text)).toEqual(['a: 0\n', 'a: 1\n', 'a: 2\n', 'a: 3\n', 'a: 4\n', 'a: 5\n']);
    shop.commit({ 'big.yaml': 'x'.repeat(1_500_000) });
    expect((await read(files, `${server.url}/shop.git/*.yaml`)).files).toMatchObject([
      { text: '', unreadable: { message: 'big.yaml has 1500000 bytes; at most 1000000 are read.' } },
    ]);
    // A server that was killed while it fetched leaves locks and halves behind: begun anew.
    const [kept = ''] = readdirSync(folders.at(-1) ?? '').filter((name) => name.endsWith('.git'));
    writeFileSync(path.join(folders.at(-1) ?? '', kept, 'shallow.lock'), '');
    shop.commit({ 's1/catalog-info.yaml': 'a: new\n' });
    expect((await read(files, `${server.url}/shop.git/s1/*.yaml`)).files[0]?.text).toBe('a: new\n');
    await files.tidy(new Date(Date.now() + 40 * 86_400_000));
    expect((await read(files, `${server.url}/shop.git/s1/*.yaml`)).files).toHaveLength(1);
  });
});
