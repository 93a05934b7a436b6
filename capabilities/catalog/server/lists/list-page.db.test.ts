import type { Entity } from '@paved/kernel';
import { testActor, type TestPlatform } from '@paved/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../index.ts';
import { catalogPlatform, component, folderWith } from '../platform.test-kit.ts';

const thing = (
  name: string,
  type: string,
  more: { tags?: string[]; tier?: string; owner?: string; description?: string; title?: string } = {},
): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name,
    ...(more.description === undefined ? {} : { description: more.description }),
    ...(more.title === undefined ? {} : { title: more.title }),
    ...(more.tags === undefined ? {} : { tags: more.tags }),
    ...(more.tier === undefined ? {} : { annotations: { 'acme.com/tier': more.tier } }),
  },
  spec: { type, lifecycle: 'production', owner: more.owner ?? 'team-a' },
});

const all = [
  thing('a', 'Service', { tier: '1', tags: ['java'] }),
  thing('b', 'service', { tier: '2', owner: 'team-b', description: '=cmd|calc' }),
  thing('c', 'website', { tags: ['java', 'go'], owner: 'team-b' }),
  thing('d', 'library'),
  thing('e', 'website', { tier: '1', title: 'A-first' }),
];

describe('lists of many entities', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await catalogPlatform();
    await platform.service(catalog).put(all, 'test', testActor);
    await platform
      .service(catalog)
      .addLocation({ type: 'directory', target: folderWith({ 'catalog-info.yaml': component('sourced') }) }, testActor);
  });
  afterAll(() => platform[Symbol.asyncDispose]());
  const get = async (path: string) => (await platform.request('GET', `/api/catalog/${path}`)).json;
  const names = (page: { items: { metadata: { name: string } }[] }): string[] => page.items.map((item) => item.metadata.name);
  const FILTER = 'filter=kind=component,metadata.annotations.backstage.io/managed-by-location=paved:test';
  const TIER = 'metadata.annotations.acme.com/tier';

  it('sorts by several fields, each in its direction, and keeps entities that lack one at the end', async () => {
    const page = await get(`entities/by-query?${FILTER}&sort=spec.type,desc&sort=metadata.name,desc&limit=10`);
    expect(names(page)).toEqual(['e', 'c', 'b', 'a', 'd']);
    expect(names(await get(`entities/by-query?${FILTER}&sort=${TIER},asc&sort=metadata.name,desc`))).toEqual(['e', 'a', 'b', 'd', 'c']);
    expect(names(await get(`entities/by-query?${FILTER}&sort=${TIER},desc&sort=metadata.name,asc`))).toEqual(['b', 'a', 'e', 'c', 'd']);
    expect(names(await get(`entities/by-query?${FILTER}&sort=relations.ownedBy,desc&sort=metadata.name,asc`))).toEqual([
      'b',
      'c',
      'a',
      'd',
      'e',
    ]);
    const body = { query: { kind: 'component', 'metadata.name': { $in: ['a', 'd', 'e'] } }, keepMissing: true };
    const posted = await platform.request('POST', '/api/catalog/entities/by-query', {
      body: {
        ...body,
        orderBy: [
          { field: TIER, order: 'asc' },
          { field: 'metadata.name', order: 'desc' },
        ],
        limit: 2,
      },
    });
    expect(names(posted.json)).toEqual(['e', 'a']);
    const rest = await platform.request('POST', '/api/catalog/entities/by-query', { body: { cursor: posted.json.pageInfo.nextCursor } });
    expect(names(rest.json)).toEqual(['d']);
    // `title` is what people call it.
    const titled = await get('entities/by-query?filter=kind=component&sort=title,asc&limit=3');
    expect(names(titled)).toEqual(['a', 'e', 'b']);
    // Numbers are sorted as numbers, before words.
    const order = 'metadata.annotations.acme.com/order';
    const numbered = ['10', '9', '-1', '2.5', 'x'].map((value, i) => ({
      ...thing(`n${i}`, 'job'),
      metadata: { name: `n${i}`, annotations: { 'acme.com/order': value } },
    }));
    await platform.service(catalog).put(numbered, 'numbers', testActor);
    expect(names(await get(`entities/by-query?filter=spec.type=job&sort=${order},asc`))).toEqual(['n2', 'n3', 'n1', 'n0', 'n4']);
    expect(names(await get(`entities/by-query?filter=spec.type=job&sort=${order},desc`))).toEqual(['n0', 'n1', 'n3', 'n2', 'n4']);
    const groups = await get(`entity-groups?filter=spec.type=job&by=${order},asc`);
    expect(groups.items.map((group: { label: string }) => group.label)).toEqual(['-1', '2.5', '9', '10', 'x']);
    const gone = numbered.map((entity) => `component:default/${entity.metadata.name}`);
    await platform.service(catalog).remove(gone, 'numbers', testActor);
    // Backstage's own ordering stays as it is.
    expect(names(await get(`entities/by-query?${FILTER}&orderField=${TIER},asc`))).toHaveLength(3);
  });

  it('is walked by cursor in both directions and entered anywhere by offset', async () => {
    const base = `entities/by-query?${FILTER}&sort=metadata.name,asc&limit=2`;
    const first = await get(base);
    expect([names(first), first.totalItems, first.pageInfo.prevCursor]).toEqual([['a', 'b'], 5, undefined]);
    const second = await get(`entities/by-query?limit=2&cursor=${encodeURIComponent(first.pageInfo.nextCursor)}`);
    const third = await get(`entities/by-query?limit=2&cursor=${encodeURIComponent(second.pageInfo.nextCursor)}`);
    expect([names(second), names(third), third.pageInfo.nextCursor]).toEqual([['c', 'd'], ['e'], undefined]);
    expect(names(await get(`entities/by-query?limit=2&cursor=${encodeURIComponent(third.pageInfo.prevCursor)}`))).toEqual(['c', 'd']);
    expect(names(await get(`${base}&offset=3`))).toEqual(['d', 'e']);
    expect(names(await get(`${base}&offset=90`))).toEqual([]);
    await platform.service(catalog).put([thing('aa', 'service')], 'test', testActor);
    expect(names(await get(`entities/by-query?limit=2&cursor=${encodeURIComponent(first.pageInfo.nextCursor)}`))).toEqual(['c', 'd']);
    await platform.service(catalog).remove(['component:default/aa'], 'test', testActor);
  });

  it('refuses orders and cursors that are none', async () => {
    const status = async (path: string) => (await platform.request('GET', `/api/catalog/${path}`)).status;
    expect(await status('entities/by-query?sort=metadata.name,sideways')).toBe(400);
    const forged = btoa(JSON.stringify({ query: {}, sort: [{ field: 'metadata.name', order: 'asc' }], offset: -1, after: 0 }));
    expect(await status(`entities/by-query?cursor=${encodeURIComponent(forged)}`)).toBe(400);
    expect(await status('entity-groups?by=')).toBe(400);
  });

  it('parts entities into groups, each entity once, in the order of the sorted list', async () => {
    const groups = await get(`entity-groups?${FILTER}&by=spec.type,desc`);
    expect(groups).toEqual({
      items: [
        { value: 'website', label: 'website', count: 2 },
        { value: 'service', label: 'Service', count: 2 },
        { value: 'library', label: 'library', count: 1 },
      ],
      totalItems: 5,
    });
    expect((await get(`entity-groups?${FILTER}&by=${TIER},asc`)).items.at(-1)).toEqual({ value: null, label: '', count: 2 });
    expect((await get(`entity-groups?${FILTER}&by=metadata.tags,asc`)).totalItems).toBe(5);
    expect((await get(`entity-groups?${FILTER}&by=kind,asc`)).items).toEqual([{ value: 'component', label: 'Component', count: 5 }]);
  });

  it('counts facets beside the text, and without their own condition when asked', async () => {
    const { facets } = await get(
      `entity-facets?facet=spec.type&facet=spec.lifecycle&filter=kind=component,spec.type=library&exceptOwn=true`,
    );
    expect(facets['spec.type'].length).toBeGreaterThan(2);
    expect(facets['spec.lifecycle']).toEqual([{ value: 'production', count: 1 }]);
    const text = await get('entity-facets?facet=kind&fullTextFilterTerm=cmd');
    expect(text.facets).toEqual({ kind: [{ value: 'Component', count: 1 }] });
  });

  it('leaves as CSV and JSON, columns as asked, nothing that a spreadsheet runs', async () => {
    const csv = await platform.request(
      'GET',
      `/api/catalog/export?${FILTER}&columns=metadata.name,metadata.description,${TIER},relations.ownedBy&sort=metadata.name,desc`,
    );
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="catalog-\d{4}-\d\d-\d\d\.csv"$/);
    expect(csv.text.split('\r\n')).toEqual([
      `\uFEFFmetadata.name,metadata.description,${TIER},relations.ownedBy`,
      'e,,1,group:default/team-a',
      'd,,,group:default/team-a',
      'c,,,group:default/team-b',
      "b,'=cmd|calc,2,group:default/team-b",
      'a,,1,group:default/team-a',
      '',
    ]);
    const whole = await platform.request('GET', `/api/catalog/export?${FILTER}&format=json&sort=metadata.name,asc`);
    expect(names({ items: JSON.parse(whole.text) })).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(JSON.parse((await platform.request('GET', '/api/catalog/export?format=json&filter=kind=nothing')).text)).toEqual([]);
    const these = await platform.request('POST', '/api/catalog/export', {
      body: {
        format: 'json',
        columns: ['metadata.name', TIER],
        entityRefs: ['component:default/d', 'component:default/gone', 'Component:default/A'],
      },
    });
    expect(JSON.parse(these.text)).toEqual([
      { 'metadata.name': 'd', [TIER]: null },
      { 'metadata.name': 'a', [TIER]: '1' },
    ]);
  });

  it('removes what no source names, and says what stays and why', async () => {
    await platform.service(catalog).put([thing('x', 'service'), thing('y', 'service')], 'other', testActor);
    const entityRefs = ['component:default/x', 'component:default/y', 'component:default/sourced', 'component:default/gone'];
    const plan = await platform.request('POST', '/api/catalog/bulk/remove', { body: { entityRefs, dryRun: true } });
    expect(plan.json.removed).toEqual(['component:default/x', 'component:default/y']);
    expect(plan.json.fromSource).toEqual([{ ref: 'component:default/sourced', reason: expect.stringContaining('source') }]);
    expect(await platform.service(catalog).get('component:x')).toBeDefined();
    expect((await platform.request('POST', '/api/catalog/bulk/remove', { body: { entityRefs } })).json).toEqual(plan.json);
    expect(await platform.service(catalog).get('component:x')).toBeUndefined();
    expect(await platform.service(catalog).get('component:sourced')).toBeDefined();
    expect((await platform.request('POST', '/api/catalog/bulk/remove', { body: { entityRefs } })).status).toBe(409);
    expect((await platform.request('POST', '/api/catalog/bulk/remove', { body: {} })).status).toBe(400);
  });

  it('reads the sources of many entities once each', async () => {
    const read = await platform.request('POST', '/api/catalog/bulk/refresh', { body: { filter: ['kind=component'] } });
    expect(read.json).toEqual({ sources: 1 });
  });
});
