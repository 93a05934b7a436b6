import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog, type Location } from '../../index.ts';
import { catalogPlatform, component } from '../platform.test-kit.ts';
import { repository, serveGit } from './servers.test-kit.ts';

const files = ['good', 'binary', 'latin', 'huge', 'loose', 'outside', 'folder', 'late'];
const config = (...hosts: string[]) => ({ catalog: { reading: { allow: hosts.map((host) => ({ host })), maxMb: 0.2 } as never } });
const put = (root: string, name: string, content: string | Uint8Array): void => {
  const file = path.join(root, name, 'catalog-info.yaml');
  rmSync(file, { recursive: true, force: true });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
};

/** Every file brings one entity. */
const wellIn = (root: string): void => {
  for (const name of files) put(root, name, component(name));
  put(root, 'latin', `${component('latin')}---\n${component('latin-neighbour')}`);
};

/** Each file is broken in another way but the good ones, which changed. */
function breakIn(root: string): void {
  put(root, 'good', component('good', { metadata: '  title: New\n' }));
  put(root, 'binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1]));
  const latin = `${component('latin', { metadata: '  title: Café\n' })}---\n${component('latin-neighbour', { metadata: '  title: New\n' })}`;
  put(root, 'latin', Buffer.from(latin, 'latin1'));
  put(root, 'huge', `${component('huge')}# ${'x'.repeat(33 * 1024 ** 2)}\n`);
  for (const name of ['loose', 'outside', 'folder']) rmSync(path.join(root, name, 'catalog-info.yaml'));
  symlinkSync('nothing.yaml', path.join(root, 'loose/catalog-info.yaml'));
  const other = mkdtempSync(path.join(os.tmpdir(), 'paved-other-'));
  put(other, 'x', component('outside'));
  symlinkSync(path.join(other, 'x/catalog-info.yaml'), path.join(root, 'outside/catalog-info.yaml'));
  mkdirSync(path.join(root, 'folder/catalog-info.yaml'));
  writeFileSync(path.join(root, 'folder/catalog-info.yaml/note.txt'), 'x');
  // A link to what is read anyway says nothing new; one to what is not brings it.
  mkdirSync(path.join(root, 'twice'));
  symlinkSync('../good/catalog-info.yaml', path.join(root, 'twice/catalog-info.yaml'));
  mkdirSync(path.join(root, 'inside/.hidden'), { recursive: true });
  writeFileSync(path.join(root, 'inside/.hidden/x.yaml'), component('inside'));
  symlinkSync('.hidden/x.yaml', path.join(root, 'inside/catalog-info.yaml'));
}

async function register(platform: TestPlatform, type: Location['type'], target: string): Promise<() => Promise<Seen>> {
  await platform.service(catalog).addLocation({ type, target }, testActor);
  return async () => {
    await platform.service(catalog).refresh({ type, target });
    const names = [...files, 'latin-neighbour', 'inside'];
    const found = await platform.service(catalog).byRefs(names.map((name) => `component:${name}`));
    const { items } = (await platform.request('GET', '/api/catalog/problems')).json;
    return {
      there: names.filter((_, i) => found[i] !== undefined),
      stale: names.filter((_, i) => found[i]?.status !== undefined),
      fresh: names.filter((_, i) => found[i]?.metadata.title === 'New'),
      problems: (items as { source: string; message: string; fix: string | null }[])
        .map((p) => [/\/(\w+)\/catalog-info\.yaml/.exec(p.source)?.[1] ?? p.source, p.message, p.fix !== null] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    };
  };
}
interface Seen {
  readonly there: string[];
  readonly stale: string[];
  readonly fresh: string[];
  readonly problems: (readonly [string, string, boolean])[];
}

describe('what is wrong with one file stays with it', () => {
  it.each(['directory', 'file'] as const)('on disk, read as %s', async (type) => {
    await using platform = await catalogPlatform({ config: config() });
    const root = mkdtempSync(path.join(os.tmpdir(), 'paved-unreadable-'));
    mkdirSync(path.join(root, '.git'));
    wellIn(root);
    const look = await register(platform, type, type === 'directory' ? root : `${root}/**/catalog-info.yaml`);
    breakIn(root);
    const seen = await look();
    expect(seen.there).toEqual([...files, 'latin-neighbour', 'inside']);
    expect(seen.stale).toEqual(['binary', 'latin', 'huge', 'loose', 'outside', 'folder']);
    expect(seen.fresh).toEqual(['good', 'latin-neighbour']);
    expect(seen.problems).toEqual([
      ['binary', expect.stringMatching(/binary\/catalog-info.yaml is not a text file\.$/), true],
      ['folder', expect.stringMatching(/folder\/catalog-info.yaml is not a file\.$/), true],
      ['huge', expect.stringMatching(/has \d+ bytes; at most \d+ are read\.$/), true],
      ['latin', 'component:default/latin: Line 5, column 13: the byte 0xE9 is no UTF-8.', true],
      ['loose', expect.stringMatching(/is a link that leads nowhere\.$/), true],
      ['outside', expect.stringMatching(/is a link that leads out of its repository\.$/), true],
    ]);
    rmSync(path.join(root, 'folder/catalog-info.yaml'), { recursive: true });
    wellIn(root);
    expect(await look()).toMatchObject({ stale: [], problems: [] });
  });

  it('in a Git repository, where links are followed inside the commit and submodules are none of its files', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'paved-unreadable-git-'));
    const shop = repository(root, 'shop.git');
    await using server = await serveGit(root);
    await using platform = await catalogPlatform({ config: config(server.host) });
    wellIn(shop.work);
    shop.commit({});
    const look = await register(platform, 'git', `${server.url}/shop.git/**/catalog-info.yaml`);
    breakIn(shop.work);
    execFileSync('git', ['clone', '--quiet', shop.bare, path.join(shop.work, 'libs')], { stdio: 'ignore' });
    shop.commit({});
    const seen = await look();
    // A file that became a folder is certainly gone from this commit.
    expect(seen.there).toEqual([...files.filter((name) => name !== 'folder'), 'latin-neighbour', 'inside']);
    expect(seen.stale).toEqual(['binary', 'latin', 'huge', 'loose', 'outside']);
    expect(seen.fresh).toEqual(['good', 'latin-neighbour']);
    expect(seen.problems).toEqual([
      ['binary', 'binary/catalog-info.yaml is not a text file.', true],
      ['huge', expect.stringMatching(/^huge\/catalog-info.yaml has \d+ bytes; at most \d+ are read\.$/), true],
      ['latin', 'component:default/latin: Line 5, column 13: the byte 0xE9 is no UTF-8.', true],
      ['loose', 'loose/catalog-info.yaml is a link that leads to no file of the repository.', true],
      ['outside', 'outside/catalog-info.yaml is a link that leads to no file of the repository.', true],
    ]);
    wellIn(shop.work);
    shop.commit({});
    expect(await look()).toMatchObject({ stale: [], problems: [] });
    await expect(
      platform.service(catalog).addLocation({ type: 'git', target: `${server.url}/shop.git/libs/catalog-info.yaml` }, testActor),
    ).rejects.toThrow('libs is a submodule, which is a repository of its own.');
  });
});
