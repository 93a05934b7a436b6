import { describe, expect, it } from 'vitest';
import type { TestPlatform } from '@paved/testing';
import { testActor } from '@paved/testing';
import type { Entity } from '@paved/kernel';
import { catalog } from '../../index.ts';
import { catalogPlatform, component, folderWith } from '../platform.test-kit.ts';
import { createSandbox, Hostile } from './sandbox.ts';

const kind = (name: string, spec: string): string =>
  `apiVersion: paved.dev/v1alpha1\nkind: EntityKind\nmetadata: {name: ${name}}\nspec:\n${spec.replace(/^/gm, '  ')}\n`;
const system = (name: string, spec = ''): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: ${name}}\nspec: {owner: team-a${spec}}\n`;
const systemFacts = kind(
  'system-facts',
  `extends: System
computed:
  - {name: services, title: Services, aggregate: {through: {relation: hasPart, kind: Component}, function: count, where: it.spec.type == "service"}}
  - {name: replicas, aggregate: {through: hasPart, function: sum, value: it.spec.replicas}}
  - {name: size, calculate: 'entity.computed.services > 1 ? "large" : "small"'}`,
);
const componentFacts = kind(
  'component-facts',
  `extends: Component
computed:
  - {name: tier, mirror: {through: {relation: partOf, kind: System}, value: it.spec.tier}}
  - {name: systemSize, mirror: {through: {relation: partOf, kind: System}, value: it.computed.size}}`,
);

const computedOf = async (platform: TestPlatform, ref: string): Promise<unknown> =>
  ((await platform.service(catalog).get(ref)) as (Entity & { status?: { computed?: unknown } }) | undefined)?.status?.computed;
const put = (platform: TestPlatform, documents: string) => platform.request('POST', '/api/catalog/apply', { body: { documents } });
const eventually = (platform: TestPlatform, ref: string) => expect.poll(() => computedOf(platform, ref), { timeout: 15_000, interval: 30 });
const names = async (platform: TestPlatform, query: string): Promise<string[]> =>
  ((await platform.request('GET', `/api/catalog/entities/by-query?${query}`)).json.items as Entity[]).map((entity) => entity.metadata.name);

describe('computed properties', () => {
  it('are answered for a time as they were then', async () => {
    await using platform = await catalogPlatform({ listen: true });
    let ahead = 0;
    const moment = (): string => {
      platform.advance(10_000);
      ahead += 10_000;
      return new Date(Date.now() + ahead - 5000).toISOString();
    };
    const urls = [
      '/api/catalog/entities/by-name/system/default/shop',
      '/api/catalog/entities/by-query?filter=computed.size=large',
      '/api/catalog/entities/by-query?filter=kind=system&orderField=computed.replicas,desc',
      '/api/catalog/entity-facets?facet=computed.size&facet=computed.services',
    ];
    const answers = async (at?: string): Promise<unknown[]> => {
      const found = [];
      for (const url of urls) {
        const { status, json } = await platform.request('GET', at === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}at=${at}`);
        found.push(status === 200 ? json : status);
      }
      return found;
    };
    const seen: { at: string; answered: unknown[] }[] = [];
    const see = async (): Promise<void> => {
      const answered = await answers();
      seen.push({ at: moment(), answered });
    };
    await put(platform, [systemFacts, system('shop'), component('cart', { spec: '  system: shop\n  replicas: 2\n' })].join('---\n'));
    await eventually(platform, 'system:shop').toEqual({ services: 1, replicas: 2, size: 'small' });
    await see();
    await put(platform, component('pay', { spec: '  system: shop\n  replicas: 1\n' }));
    await eventually(platform, 'system:shop').toEqual({ services: 2, replicas: 3, size: 'large' });
    await see();
    await put(platform, system('shop', ', tier: gold'));
    await see();
    await platform.service(catalog).remove(['component:default/cart'], 'api', testActor);
    await eventually(platform, 'system:shop').toEqual({ services: 1, replicas: 1, size: 'small' });
    await see();
    await platform.service(catalog).remove(['system:default/shop'], 'api', testActor);
    await see();
    for (const { at, answered } of seen) expect(await answers(at), at).toEqual(answered);
  });

  it('follow every change through chains of relations, are filtered, ordered, counted and explained', async () => {
    await using platform = await catalogPlatform({ listen: true });
    await put(
      platform,
      [
        system('shop', ', tier: gold'),
        system('lab'),
        component('cart', { spec: '  system: shop\n  replicas: 2\n' }),
        component('pay', { spec: '  system: shop\n  replicas: 1\n' }),
      ].join('---\n'),
    );
    await put(platform, `${systemFacts}---\n${componentFacts}`);
    await eventually(platform, 'system:shop').toEqual({ services: 2, replicas: 3, size: 'large' });
    await eventually(platform, 'system:lab').toEqual({ services: 0, replicas: 0, size: 'small' });
    await eventually(platform, 'component:cart').toEqual({ tier: 'gold', systemSize: 'large' });

    // A component leaves: the count, what is calculated of it, and what mirrors that.
    const etag = (await platform.service(catalog).get('component:cart'))?.metadata.etag;
    await put(platform, component('pay', { spec: '  system: lab\n  replicas: 10\n' }));
    await eventually(platform, 'system:shop').toEqual({ services: 1, replicas: 2, size: 'small' });
    await eventually(platform, 'component:cart').toEqual({ tier: 'gold', systemSize: 'small' });
    await eventually(platform, 'component:pay').toEqual({ tier: null, systemSize: 'small' });
    expect((await platform.service(catalog).get('component:cart'))?.metadata.etag).not.toBe(etag);

    expect(await names(platform, 'filter=kind=component,computed.tier=gold')).toEqual(['cart']);
    expect(await names(platform, 'filter=kind=system&orderField=computed.replicas,desc')).toEqual(['lab', 'shop']);
    expect((await platform.request('GET', '/api/catalog/entity-facets?facet=computed.size')).json.facets['computed.size']).toEqual([
      { value: 'small', count: 2 },
    ]);
    expect(
      (
        await platform.request(
          'GET',
          '/api/catalog/entities/by-query?filter=kind=system,metadata.name=shop&fields=status.computed.services',
        )
      ).json.items,
    ).toEqual([{ status: { computed: { services: 1 } } }]);
    const explained = (await platform.request('GET', '/api/catalog/entities/by-name/component/default/pay/computed')).json.items;
    expect(explained).toEqual([
      {
        name: 'tier',
        value: null,
        reason: 'system:default/lab: tier is not there.',
        type: 'mirrored',
        formula: 'it.spec.tier of partOf:system',
        declaredBy: 'entitykind:default/component-facts',
        related: { total: 1, refs: ['system:default/lab'] },
      },
      expect.objectContaining({ name: 'systemSize', value: 'small' }),
    ]);

    // Removing a part, the property, and the whole declaration.
    const cart = await platform.service(catalog).get('component:cart');
    await platform.request('DELETE', `/api/catalog/entities/by-uid/${cart?.metadata.uid}`);
    await eventually(platform, 'system:shop').toEqual({ services: 0, replicas: 0, size: 'small' });
    await put(
      platform,
      kind('component-facts', 'extends: Component\ncomputed: [{name: tier, mirror: {through: partOf, value: it.spec.tier}}]'),
    );
    await eventually(platform, 'component:pay').toEqual({ tier: null });
    const facts = await platform.service(catalog).get('entitykind:component-facts');
    await platform.request('DELETE', `/api/catalog/entities/by-uid/${facts?.metadata.uid}`);
    await eventually(platform, 'component:pay').toBeUndefined();
    expect(await names(platform, 'filter=computed.tier')).toEqual([]);
  });

  it('orders numbers by size, and keeps values while an entity changes', async () => {
    await using platform = await catalogPlatform({ listen: true });
    await put(platform, kind('component-facts', 'extends: Component\ncomputed: [{name: load, calculate: entity.spec.load}]'));
    const loads = { a: 9, b: 10, c: -3, d: 0.5, e: -20, f: 1e6 };
    await put(
      platform,
      Object.entries(loads)
        .map(([name, load]) => component(name, { spec: `  load: ${load}\n` }))
        .join('---\n'),
    );
    await eventually(platform, 'component:f').toEqual({ load: 1e6 });
    expect(await names(platform, 'filter=kind=component&orderField=computed.load,asc')).toEqual(['e', 'c', 'd', 'a', 'b', 'f']);
    const titled = await put(platform, component('a', { spec: '  load: 9\n', metadata: '  title: A\n' }));
    expect(titled.json.items[0].outcome).toBe('updated');
    expect(await names(platform, 'filter=computed.load=9')).toEqual(['a']);
  });

  it('stays whole with a source, marks stale and computes side by side', async () => {
    await using platform = await catalogPlatform({ listen: true });
    await put(platform, systemFacts);
    const folder = folderWith({
      'all.yaml': [system('shop'), component('a', { spec: '  system: shop\n' }), component('b', { spec: '  system: shop\n' })].join(
        '---\n',
      ),
    });
    const { location } = await platform.service(catalog).addLocation({ type: 'file', target: `${folder}/all.yaml` }, testActor);
    await eventually(platform, 'system:shop').toMatchObject({ services: 2 });
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      `${folder}/all.yaml`,
      [system('shop').replace('owner: team-a', ''), component('a', { spec: '  system: shop\n' })].join('---\n'),
    );
    await platform.service(catalog).refresh({ type: 'file', target: `${folder}/all.yaml` });
    await eventually(platform, 'system:shop').toMatchObject({ services: 1 });
    const shop = await platform.service(catalog).get('system:shop');
    expect(shop?.status).toMatchObject({ computed: { services: 1 }, items: [{ level: 'error' }] });
    await platform.service(catalog).removeLocation(location.id, testActor);
    expect(await platform.service(catalog).get('system:shop')).toBeUndefined();
  });
});

describe('the sandbox', () => {
  const big = {
    ref: 'component:default/big',
    computed: null,
    body: JSON.stringify({ spec: { list: Array.from({ length: 20_000 }, (_, i) => i) } }),
  };
  const property = (value: string) => ({ name: 'x', computation: { type: 'calculated' as const, value } });
  const jobs = [{ ref: big.ref, related: [] }];

  it('ends what takes too long or too much, and goes on', async () => {
    const sandbox = createSandbox({ oneMs: 300 });
    sandbox.know([big]);
    await expect(
      sandbox.evaluate(
        property('entity.spec.list.map(a, entity.spec.list.exists(b, entity.spec.list.exists(c, a + b + c < 0))).size()'),
        jobs,
      ),
    ).rejects.toThrow(Hostile);
    sandbox.know([big]);
    expect(await sandbox.evaluate(property('entity.spec.list.size()'), jobs)).toEqual([{ value: 20_000 }]);
    await sandbox.stop();
  });

  it('stops a batch that takes its time in many small steps', async () => {
    const sandbox = createSandbox({ batchMs: 50 });
    sandbox.know([big]);
    const slow = property('entity.spec.list.map(a, entity.spec.list.size() + a).size()');
    await expect(
      sandbox.evaluate(
        slow,
        Array.from({ length: 5_000 }, () => jobs[0] ?? { ref: '', related: [] }),
      ),
    ).rejects.toThrow(Hostile);
    await sandbox.stop();
  });
});

it('leaves a hostile property out, says so, and computes the others', async () => {
  await using platform = await catalogPlatform({ listen: true });
  const list = `[${Array.from({ length: 3_000 }, (_, i) => i).join(', ')}]`;
  await put(
    platform,
    kind(
      'component-facts',
      'extends: Component\ncomputed:\n  - {name: bad, calculate: "entity.spec.list.map(a, entity.spec.list.map(b, entity.spec.list.exists(c, c + a + b < 0))).size()"}\n  - {name: good, calculate: entity.spec.type}',
    ),
  );
  await put(platform, component('a', { spec: `  list: ${list}\n` }));
  await expect.poll(() => computedOf(platform, 'component:a'), { timeout: 40_000 }).toEqual({ bad: null, good: 'service' });
  const { items } = (await platform.request('GET', '/api/catalog/entities/by-name/component/default/a/computed')).json;
  expect(items.find((item: { name: string }) => item.name === 'bad').reason).toMatch(/^It is left out: /);
});
