import { describe, expect, it } from 'vitest';
import { systemActor, type Actor } from '@paved/kernel';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog, sourceReaders } from '../../index.ts';
import { catalogPlatform, component, folderWith, write } from '../platform.test-kit.ts';

const mira: Actor = { ...testActor, ref: 'user:default/mira' };
const get = async (platform: TestPlatform, url: string) => {
  const { status, json } = await platform.request('GET', url);
  expect(status, JSON.stringify(json)).toBe(200);
  return json;
};
const brief = (items: readonly { ref: string; version: number; change: string }[]) =>
  items.map(({ ref, version, change }) => `${ref.slice(ref.indexOf('/') + 1)} ${version} ${change}`);
const checkout = '/api/catalog/entities/by-name/component/default/checkout';
const service = (name: string, owner: string, more: object = {}) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
  spec: { type: 'service', lifecycle: 'production', owner, ...more },
});

describe('versions', () => {
  it('says who, why, which commit and what differs; goes on after a removal; keeps what is gone', async () => {
    await using platform = await catalogPlatform();
    const repository = { revision: 'a'.repeat(40), text: component('checkout') };
    platform.service(sourceReaders).add({
      serves: (target) => target.startsWith('paved://'),
      read: async () => ({
        revision: repository.revision,
        files: [{ path: 'catalog-info.yaml', url: 'paved://repositories/shop/api/catalog-info.yaml', text: repository.text }],
      }),
    });
    const target = 'paved://repositories/shop/api/catalog-info.yaml';
    await platform.service(catalog).addLocation({ type: 'url', target }, mira);
    const began = new Date(Date.now() + 500).toISOString();
    platform.advance(1000);
    repository.revision = 'b'.repeat(40);
    repository.text = component('checkout', { owner: 'team-b', metadata: '  title: Checkout\n' });
    await platform.service(catalog).refresh({ type: 'url', target });
    platform.advance(1000);
    repository.revision = 'c'.repeat(40);
    repository.text = component('basket');
    await platform.service(catalog).refresh({ type: 'url', target });

    const gone = await get(platform, `${checkout}/history`);
    expect(gone).toMatchObject({
      totalItems: 3,
      items: [
        { version: 3, change: 'removed', title: 'Checkout', actor: systemActor.ref, revision: 'c'.repeat(40), diff: [] },
        {
          version: 2,
          change: 'updated',
          actor: systemActor.ref,
          cause: 'system',
          commitUrl: `/repositories/shop/api/commit/${'b'.repeat(40)}`,
          source: 'url:paved://repositories/shop/api/catalog-info.yaml',
          line: 1,
          diff: [
            { path: '/metadata/title', after: 'Checkout' },
            { path: '/spec/owner', before: 'team-a', after: 'team-b' },
          ],
        },
        { version: 1, change: 'added', actor: mira.ref, cause: 'user', run: expect.any(String), revision: 'a'.repeat(40), diff: [] },
      ],
    });
    expect(gone.items[1].until).toBe(gone.items[0].at);
    expect(gone.items[0].until).toBeUndefined();

    repository.text = component('checkout');
    await platform.service(catalog).refresh({ type: 'url', target });
    const back = await get(platform, `${checkout}/history?limit=2`);
    expect(back).toMatchObject({
      totalItems: 4,
      items: [
        { version: 4, change: 'added' },
        { version: 3, change: 'removed' },
      ],
    });
    const rest = await get(platform, `${checkout}/history?limit=2&cursor=${encodeURIComponent(back.pageInfo.nextCursor)}`);
    expect(brief(rest.items)).toEqual(['checkout 2 updated', 'checkout 1 added']);
    expect(rest.pageInfo).toEqual({});

    const then = await get(platform, `${checkout}?at=${began}`);
    const one = await get(platform, `${checkout}/history/1`);
    expect(then.spec.owner).toBe('team-a');
    expect(one.entity).toEqual({ ...then, metadata: { ...then.metadata, etag: undefined } });
    const yaml = await platform.request('GET', `${checkout}/history/2?format=yaml`);
    expect(yaml.headers['content-type']).toContain('yaml');
    expect(yaml.text).toBe(
      'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: checkout\n  title: Checkout\nspec:\n  type: service\n  lifecycle: production\n  owner: team-b\n',
    );
    for (const [url, says] of [
      [`${checkout}/history/3?format=yaml`, 'was removed'],
      [`${checkout}/history/9`, 'has no version 9'],
      [`${checkout.replace('checkout', 'never')}/history`, 'There is no entity component:default/never'],
    ] as const) {
      const { status, json } = await platform.request('GET', url);
      expect([status, json.detail]).toEqual([404, expect.stringContaining(says)]);
    }
  });

  it('counts a document that breaks, and one that is mended, as versions with the reason', async () => {
    await using platform = await catalogPlatform();
    const folder = folderWith({ 'catalog-info.yaml': component('checkout') });
    await platform.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
    write(folder, { 'catalog-info.yaml': component('checkout').replace('  lifecycle: production\n', '') });
    await platform.service(catalog).refresh({ type: 'directory', target: folder });
    await platform.service(catalog).refresh({ type: 'directory', target: folder });
    write(folder, { 'catalog-info.yaml': component('checkout') });
    await platform.service(catalog).refresh({ type: 'directory', target: folder });
    const { items } = await get(platform, `${checkout}/history`);
    expect(items.map((item: { diff: unknown }) => item.diff)).toEqual([
      [{ path: '/status', before: expect.stringContaining('spec.lifecycle is missing') }],
      [{ path: '/status', after: expect.stringContaining('spec.lifecycle is missing') }],
      [],
    ]);
  });

  it('costs a first ingestion no row of the past', async () => {
    await using platform = await catalogPlatform();
    const folder = folderWith({ 'catalog-info.yaml': [component('a'), component('b')].join('---\n') });
    await platform.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
    const before = (await get(platform, '/api/catalog/changes')).items;
    expect(brief(before).toSorted()).toEqual(['a 1 added', 'b 1 added']);
    await platform.service(catalog).refresh({ type: 'directory', target: folder });
    expect((await get(platform, '/api/catalog/changes')).totalItems).toBe(2);
  });
});

describe('changes', () => {
  it('tells what changed for a team with its nested groups, for a system, for kinds, page by page', async () => {
    await using platform = await catalogPlatform();
    const group = (name: string, parent?: string) => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Group',
      metadata: { name },
      spec: { type: 'team', children: [], ...(parent === undefined ? {} : { parent }) },
    });
    const system = { apiVersion: 'backstage.io/v1alpha1', kind: 'System', metadata: { name: 'shop' }, spec: { owner: 'web' } };
    const put = (...entities: object[]) => platform.service(catalog).put(entities as never, 'test', mira);
    await put(group('unit'), group('web', 'unit'), group('other'));
    platform.advance(30 * 24 * 3600_000);
    const day = 24 * 3600_000;
    await put(system, service('cart', 'web', { system: 'shop' }), service('mail', 'other'));
    platform.advance(day);
    await put(service('cart', 'other', { system: 'shop' }));
    platform.advance(day);
    await put(service('cart', 'other'));
    await platform.service(catalog).remove(['component:default/mail'], 'test', mira);

    const all = await get(platform, '/api/catalog/changes');
    expect(brief(all.items).toSorted()).toEqual([
      'cart 1 added',
      'cart 2 updated',
      'cart 3 updated',
      'mail 1 added',
      'mail 2 removed',
      'shop 1 added',
    ]);
    expect(all).toMatchObject({
      counts: { added: 3, updated: 2, removed: 1 },
      kinds: [
        { kind: 'Component', count: 5 },
        { kind: 'System', count: 1 },
      ],
    });
    expect(all.items[0]).toMatchObject({ actor: mira.ref, cause: 'origin:test' });
    // Owned then counts, although another team owns it now; groups in the group count too.
    expect(new Set(brief((await get(platform, '/api/catalog/changes?team=unit')).items).map((line) => line.split(' ')[0]))).toEqual(
      new Set(['cart', 'shop']),
    );
    expect(brief((await get(platform, '/api/catalog/changes?team=group:default/other&kind=component')).items)).toContain('mail 2 removed');
    expect(brief((await get(platform, '/api/catalog/changes?system=shop')).items).toSorted()).toEqual([
      'cart 1 added',
      'cart 2 updated',
      'cart 3 updated',
      'shop 1 added',
    ]);
    expect(brief((await get(platform, '/api/catalog/changes?system=shop&team=other&kind=System')).items)).toEqual([]);
    expect((await get(platform, '/api/catalog/changes?team=nobody')).totalItems).toBe(0);

    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await get(
        platform,
        `/api/catalog/changes?limit=2${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      pages.push(...brief(page.items));
      cursor = page.pageInfo.nextCursor;
    } while (cursor !== undefined);
    expect(pages).toEqual(brief(all.items));

    const { until } = all;
    const yesterday = new Date(Date.parse(until) - day - 1000).toISOString();
    expect(brief((await get(platform, `/api/catalog/changes?since=${yesterday}`)).items).toSorted()).toEqual(
      ['cart 3 updated', 'mail 2 removed', 'cart 2 updated'].toSorted(),
    );
    const wrong = await platform.request('GET', `/api/catalog/changes?since=${until}&until=${yesterday}`);
    expect([wrong.status, wrong.json.detail]).toEqual([400, expect.stringContaining('is not before until')]);
  });
});

it('refuses times that are none, and the future, in a sentence', async () => {
  await using platform = await catalogPlatform();
  await platform.service(catalog).put([service('checkout', 'web')] as never, 'test', testActor);
  const future = new Date(Date.now() + 3600_000).toISOString();
  for (const [at, says] of [
    ['yesterday', '"yesterday" is not a time (at).'],
    ['2026-13-45T00:00:00Z', 'is not a time (at).'],
    [future, `${future} lies in the future.`],
  ] as const) {
    for (const url of [checkout, '/api/catalog/entities', '/api/catalog/entities/by-query', '/api/catalog/graph?ref=component:checkout']) {
      const { status, json } = await platform.request('GET', `${url}${url.includes('?') ? '&' : '?'}at=${encodeURIComponent(at)}`);
      expect([status, json.detail]).toEqual([400, expect.stringContaining(says)]);
    }
  }
  expect((await platform.request('GET', `${checkout}?at=2020-01-01`)).status).toBe(404);
  expect((await get(platform, '/api/catalog/entities/by-query?at=2020-01-01T00:00:00+01:00')).totalItems).toBe(0);
});

it('takes a time in every read of entities', async () => {
  await using platform = await catalogPlatform();
  const { paths } = await get(platform, '/api/openapi.json');
  const without = [
    'GET entities',
    'GET entities/by-query',
    'POST entities/by-query',
    'POST entities/by-refs',
    'GET entities/by-name/{kind}/{namespace}/{name}',
    'GET entities/by-name/{kind}/{namespace}/{name}/ancestry',
    'GET entities/by-uid/{uid}',
    'GET entity-facets',
    'POST entity-facets',
    'GET entity-groups',
    'GET export',
    'POST export',
    'GET graph',
    'GET origin',
  ].filter((operation) => {
    const [method = '', path = ''] = operation.split(' ');
    const parameters: readonly { name: string }[] = paths[`/api/catalog/${path}`]?.[method.toLowerCase()]?.parameters ?? [];
    return !parameters.some((parameter) => parameter.name === 'at');
  });
  expect(without).toEqual([]);
});
