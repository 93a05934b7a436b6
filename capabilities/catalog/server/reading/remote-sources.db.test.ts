import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import type { Actor } from '@paved/kernel';
import { catalog, type Location } from '../../index.ts';
import { catalogPlatform, component } from '../platform.test-kit.ts';
import { repository, serve, serveGit } from './servers.test-kit.ts';

const developer: Actor = { ...testActor, ref: 'user:default/dev', role: 'developer' };
const reading = (...hosts: string[]) => ({ catalog: { reading: { allow: hosts.map((host) => ({ host })) } as never } });
const add = (platform: TestPlatform, type: Location['type'], target: string, actor = testActor) =>
  platform.service(catalog).addLocation({ type, target }, actor);
const problems = async (platform: TestPlatform) =>
  (await platform.request('GET', '/api/catalog/problems')).json.items.map((p: { message: string }) => p.message);
const location = (targets: string[]) =>
  `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more}\nspec: {targets: ${JSON.stringify(targets)}}\n`;
const api = (name: string, text: string) =>
  `apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: ${name}}\nspec: {type: openapi, lifecycle: production, owner: a, definition: {$text: ${JSON.stringify(text)}}}\n`;

describe('addresses', () => {
  it('are read with what hangs on them, and asked for changes only', async () => {
    const files: Record<string, string> = {
      '/shop/catalog-info.yaml': `${component('shop')}---\n${location(['./apis/api.yaml'])}`,
      '/shop/apis/api.yaml': api('shop', './openapi.json'),
      '/shop/apis/openapi.json': '{"openapi":"3.1.0"}',
    };
    let version = 1;
    await using server = await serve((request, response) => {
      const text = files[request.url ?? ''];
      if (text === undefined) return void response.writeHead(404).end();
      const etag = `"${version}-${text.length}"`;
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
      response.setHeader('etag', etag).setHeader('content-type', 'text/plain').end(text);
    });
    await using platform = await catalogPlatform({ config: reading(server.host) });
    const target = `${server.url}/shop/catalog-info.yaml`;
    const { entityRefs } = await add(platform, 'url', target);
    expect(entityRefs.toSorted()).toEqual(['api:default/shop', 'component:default/shop', 'location:default/more']);
    const shop = await platform.service(catalog).get('api:shop');
    expect(shop?.spec?.['definition']).toBe('{"openapi":"3.1.0"}');
    expect(shop?.metadata.annotations).toMatchObject({
      'backstage.io/managed-by-location': `url:${server.url}/shop/apis/api.yaml`,
      'backstage.io/managed-by-origin-location': `url:${target}`,
      'backstage.io/source-location': `url:${server.url}/shop/apis/`,
      'backstage.io/view-url': `${server.url}/shop/apis/api.yaml`,
    });
    server.asked.length = 0;
    await platform.service(catalog).refresh({ type: 'url', target });
    expect(server.asked).toEqual(['GET /shop/catalog-info.yaml 304', 'GET /shop/apis/api.yaml 304', 'GET /shop/apis/openapi.json 304']);
    version++;
    files['/shop/apis/openapi.json'] = '{"openapi":"3.2.0"}';
    await platform.service(catalog).refresh({ type: 'url', target });
    expect((await platform.service(catalog).get('api:shop'))?.spec?.['definition']).toBe('{"openapi":"3.2.0"}');
  });

  it('keep what they brought, marked, when they cannot be read or what they lead to cannot', async () => {
    let down = '';
    await using server = await serve((request, response) => {
      if (request.url === down || down === 'all') return void response.writeHead(500).end();
      if (request.url === '/all.yaml') return void response.end(location(['./a.yaml', './b.yaml']));
      response.end(component(request.url === '/a.yaml' ? 'a' : 'b'));
    });
    await using platform = await catalogPlatform({ config: reading(server.host) });
    const target = `${server.url}/all.yaml`;
    await add(platform, 'url', target);
    for (const [fails, stale] of [
      ['/b.yaml', [false, true]],
      ['all', [true, true]],
      ['', [false, false]],
    ] as const) {
      down = fails;
      await platform.service(catalog).refresh({ type: 'url', target });
      const found = await platform.service(catalog).byRefs(['component:a', 'component:b']);
      expect(found.map((entity) => entity?.status?.items !== undefined)).toEqual(stale);
    }
  });

  it('that make no sense beside a file are told where they stand, and hold back nothing', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/all.yaml') return void response.end(location(['//[', './b.yaml', 'http://[::1']));
      response.end(component('b'));
    });
    await using platform = await catalogPlatform({ config: reading(server.host) });
    const { entityRefs } = await add(platform, 'url', `${server.url}/all.yaml`);
    expect(entityRefs.toSorted()).toEqual(['component:default/b', 'location:default/more']);
    expect((await problems(platform)).toSorted()).toEqual([
      '"http://[::1" is no http or https address.',
      'The target "//[" is no address.',
    ]);
  });

  it('are refused with the reason: inside the network, web pages, missing, not ours, files of another place', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/page') response.setHeader('content-type', 'text/html').end('<!doctype html>');
      else if (request.url === '/secret') response.writeHead(401).end();
      else if (request.url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
      else if (request.url === '/team/x.yaml') response.end(api('thief', '/other/plan.txt'));
      else if (request.url === '/other/plan.txt') response.end('secret');
      else response.writeHead(404).end();
    });
    await using closed = await catalogPlatform();
    await expect(add(closed, 'url', `${server.url}/team/x.yaml`)).rejects.toMatchObject({
      message: expect.stringContaining('may not be read'),
      fix: expect.stringContaining(`{ host: ${server.host} } to catalog.reading.allow`),
    });
    await expect(add(closed, 'url', 'http://[::ffff:127.0.0.1]/x.yaml')).rejects.toThrow('the server itself');
    await expect(add(closed, 'git', 'http://127.0.0.1/x.git')).rejects.toThrow('the server itself');
    await using platform = await catalogPlatform({
      config: { catalog: { reading: { allow: [{ host: server.host, paths: ['/page', '/secret', '/away', '/team'] }] } as never } },
    });
    await expect(add(platform, 'url', `${server.url}/page`)).rejects.toThrow('answers with a web page');
    await expect(add(platform, 'url', `${server.url}/secret`)).rejects.toThrow('without signing in (401)');
    await expect(add(platform, 'url', `${server.url}/team/none.yaml`)).rejects.toThrow('does not exist (404)');
    await expect(add(platform, 'url', `${server.url}/away`)).rejects.toThrow('hand out credentials');
    await expect(add(platform, 'url', `${server.url}/elsewhere`)).rejects.toThrow('but not at /elsewhere');
    await expect(add(platform, 'url', `${server.url}/team/x.yaml`)).rejects.toThrow('only files of the same repository are read');
  });
});

describe('repositories', () => {
  const root = (): string => mkdtempSync(path.join(os.tmpdir(), 'paved-git-'));

  it('are read over http: default branch, branch, tag, commit, pattern; fetched again only when they moved', async () => {
    const folder = root();
    const shop = repository(folder, 'shop.git');
    const first = shop.commit({
      'catalog-info.yaml': component('shop'),
      'services/a/catalog-info.yaml': component('a'),
      'services/b/catalog-info.yaml': `${component('b')}---\n${location(['../../more/api.yaml'])}`,
      'more/api.yaml': api('b', '../openapi.json'),
      'openapi.json': '{"v":1}',
      'huge.bin': 'x'.repeat(3_000_000),
    });
    shop.tag('v1');
    shop.commit({ 'catalog-info.yaml': component('shop', { metadata: '  title: Next\n' }) }, 'next');
    await using server = await serveGit(folder);
    await using platform = await catalogPlatform({ config: reading(server.host) });
    const base = `${server.url}/shop.git`;
    await add(platform, 'git', base);
    const { entityRefs } = await add(platform, 'git', `${base}/services/*/catalog-info.yaml`);
    expect(entityRefs.toSorted()).toEqual(['api:default/b', 'component:default/a', 'component:default/b', 'location:default/more']);
    const found = await platform.service(catalog).get('api:b');
    expect(found?.spec?.['definition']).toBe('{"v":1}');
    expect(found?.metadata.annotations).toMatchObject({
      'backstage.io/managed-by-location': `url:${base}/more/api.yaml`,
      'backstage.io/source-location': `url:${base}/more/`,
    });
    // Only what was asked for was fetched: not the large file beside it.
    const kept = path.join(platform.dataDir, 'catalog', 'git-sources');
    const cache = path.join(kept, readdirSync(kept).find((name) => name.endsWith('.git')) ?? '');
    expect(readdirSync(path.join(cache, 'objects', 'pack')).filter((name) => name.endsWith('.promisor')).length).toBeGreaterThan(0);
    server.asked.length = 0;
    await platform.service(catalog).refresh({ type: 'git', target: `${base}/services/*/catalog-info.yaml` });
    // Asked once where the branch is, for all its files; nothing is fetched.
    expect(server.asked).toEqual(['GET /shop.git/info/refs?service=git-upload-pack', 'POST /shop.git/git-upload-pack']);
    for (const [ref, title] of [
      ['next', 'Next'],
      ['v1', undefined],
      [first, undefined],
    ] as const) {
      const preview = await platform.request('POST', '/api/catalog/locations?dryRun=true', {
        body: { type: 'git', target: `${base}?ref=${ref}` },
      });
      expect(preview.json.entities.map((e: { metadata: { title?: string } }) => e.metadata.title)).toEqual([title]);
    }
    shop.commit({ 'openapi.json': '{"v":2}' });
    await platform.service(catalog).refresh({ type: 'git', target: `${base}/services/*/catalog-info.yaml` });
    expect((await platform.service(catalog).get('api:b'))?.spec?.['definition']).toBe('{"v":2}');
    // What is kept may be damaged: it is made anew.
    rmSync(path.join(cache, 'objects'), { recursive: true });
    shop.commit({ 'openapi.json': '{"v":3}' });
    await platform.service(catalog).refresh({ type: 'git', target: `${base}/services/*/catalog-info.yaml` });
    expect((await platform.service(catalog).get('api:b'))?.spec?.['definition']).toBe('{"v":3}');
    // A Location document of type git leads to repositories whose address does not look like one.
    await using plain = await serve((_request, response) =>
      response.end(
        `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: to-git}\nspec: {type: git, target: '${server.url}/bare'}\n`,
      ),
    );
    repository(folder, 'bare').commit({ 'catalog-info.yaml': component('bare') });
    await using second = await catalogPlatform({ config: reading(server.host, plain.host) });
    expect((await add(second, 'url', `${plain.url}/x.yaml`)).entityRefs.toSorted()).toEqual([
      'component:default/bare',
      'location:default/to-git',
    ]);
    await expect(add(platform, 'git', `${base}?ref=gone`)).rejects.toThrow('has no branch or tag gone');
    await expect(add(platform, 'git', `${base}/none/*.yaml`)).rejects.toThrow('none/*.yaml does not exist in');
    await expect(add(platform, 'git', `${server.url}/nothing.git`)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('cannot be read'),
    });
  });

  it('lose what they brought when a commit deletes its file, and keep it when the repository cannot be found', async () => {
    const folder = root();
    await using server = await serveGit(folder);
    const shop = repository(folder, 'shop.git');
    shop.commit({ 'catalog-info.yaml': component('shop'), 'cart/catalog-info.yaml': component('cart') });
    await using platform = await catalogPlatform({ config: reading(server.host) });
    const all = `${server.url}/shop.git`;
    const cart = `${all}/cart/catalog-info.yaml`;
    await add(platform, 'git', all);
    await add(platform, 'git', cart);
    const found = async () => {
      for (const target of [all, cart]) await platform.service(catalog).refresh({ type: 'git', target });
      return (await platform.service(catalog).byRefs(['component:shop', 'component:cart'])).map((entity) =>
        entity === undefined ? 'gone' : entity.status?.items === undefined ? 'ok' : 'stale',
      );
    };
    shop.remove('cart/catalog-info.yaml');
    expect(await found()).toEqual(['ok', 'gone']);
    expect(await problems(platform)).toEqual([expect.stringContaining('cart/catalog-info.yaml does not exist in')]);
    shop.commit({ 'cart/catalog-info.yaml': component('cart') });
    expect(await found()).toEqual(['ok', 'ok']);
    rmSync(shop.bare, { recursive: true });
    expect(await found()).toEqual(['stale', 'stale']);
  });

  it('on the server’s disk are for administrators; no hook, link or other repository is touched', async () => {
    const folder = root();
    const own = repository(folder, 'own.git');
    const other = repository(folder, 'other.git');
    other.commit({ 'plan.txt': 'secret' });
    own.commit({
      'catalog-info.yaml': `${component('own')}---\n${api('thief', '../other.git/plan.txt')}---\n${location(['file:///etc/hosts', `file://${folder}/other.git/plan.txt`])}`,
    });
    await using platform = await catalogPlatform();
    const target = `file://${own.bare}`;
    await expect(
      platform.request('POST', '/api/catalog/locations', { body: { type: 'git', target }, as: developer }),
    ).resolves.toMatchObject({ status: 403 });
    const { entityRefs } = await add(platform, 'git', target);
    expect(entityRefs.toSorted()).toEqual(['component:default/own', 'location:default/more']);
    expect(await problems(platform)).toContainEqual(expect.stringContaining('only files of the same repository'));
    // A source that is not on the disk cannot lead there.
    await using server = await serve((_request, response) => response.end(location([`${target}/catalog-info.yaml`])));
    await using open = await catalogPlatform({ config: reading(server.host) });
    await add(open, 'url', `${server.url}/x.yaml`);
    expect(await problems(open)).toEqual([expect.stringContaining('only as sources that an administrator added')]);
    // The platform's own data is no source.
    await expect(add(platform, 'git', `file://${platform.dataDir}/catalog`)).rejects.toThrow('the platform’s own data');
    await expect(add(platform, 'git', 'ssh://git@127.0.0.1/x.git')).rejects.toThrow('only when the platform team allows it');
    expect(existsSync(path.join(platform.dataDir, 'catalog', 'git-sources'))).toBe(true);
  });
});

describe('rules', () => {
  it('say which kinds a source may hold', async () => {
    await using server = await serve((_request, response) =>
      response.end(
        `${component('x')}---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: g}\nspec: {type: team, children: []}\n`,
      ),
    );
    await using platform = await catalogPlatform({
      config: {
        catalog: {
          ...reading(server.host).catalog,
          rules: [{ allow: ['Component', 'Location'] }, { allow: ['Group'], locations: [{ pattern: '**/people.yaml' }] }],
        },
      },
    });
    expect((await add(platform, 'url', `${server.url}/a.yaml`)).entityRefs).toEqual(['component:default/x']);
    expect(await problems(platform)).toEqual(['group:default/g: The kind Group is not allowed in this source, only Component, Location.']);
    expect((await add(platform, 'url', `${server.url}/people.yaml`)).entityRefs).toEqual(['group:default/g']);
  });
});
