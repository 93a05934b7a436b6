import { CatalogClient } from '@backstage/catalog-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog, sourceReaders } from '../index.ts';
import { catalogPlatform, component, folderWith, write } from './platform.test-kit.ts';

/** Every method of Backstage's own client (npm, `@backstage/catalog-client`), over HTTP. */
describe('the catalog client of Backstage', () => {
  let platform: TestPlatform;
  let client: CatalogClient;
  let folder: string;
  const remote = new Map([['https://git.example/remote/catalog-info.yaml', component('remote')]]);
  const names = (items: readonly ({ metadata: { name: string } } | undefined)[]) => items.map((entity) => entity?.metadata.name);

  beforeAll(async () => {
    platform = await catalogPlatform({ listen: true });
    platform.service(sourceReaders).add({
      serves: (target) => target.startsWith('https://git.example/'),
      read: async (target) => ({
        revision: remote.get(target) ?? '',
        files: remote.has(target) ? [{ path: 'catalog-info.yaml', url: target, text: remote.get(target) ?? '' }] : [],
      }),
    });
    folder = folderWith({
      'all.yaml': 'apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: all }\nspec: { targets: [./some.yaml] }\n',
      'some.yaml': ['alpha', 'beta', 'gamma', 'delta', 'epsilon']
        .map((name, i) => component(name, { metadata: `  tags: [${i % 2 === 0 ? 'even' : 'odd'}]\n`, owner: i < 3 ? 'team-a' : 'team-b' }))
        .join('---\n'),
    });
    await platform.service(catalog).addLocation({ type: 'file', target: `${folder}/all.yaml` }, testActor);
    const baseUrl = platform.baseUrl();
    client = new CatalogClient({ discoveryApi: { getBaseUrl: async (plugin) => `${baseUrl}/api/${plugin}` } });
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  it('getEntities: filter, fields, order, pages', async () => {
    const filter = { kind: 'Component' };
    const ordered = { filter, order: { field: 'metadata.name', order: 'desc' as const } };
    expect(names((await client.getEntities(ordered)).items)).toEqual(['gamma', 'epsilon', 'delta', 'beta', 'alpha']);
    expect(names((await client.getEntities({ ...ordered, limit: 2, offset: 1 })).items)).toEqual(['epsilon', 'delta']);
    const [one] = (await client.getEntities({ filter: [{ 'metadata.name': 'beta' }, { 'metadata.name': 'nobody' }], fields: ['kind'] }))
      .items;
    expect(one).toEqual({ kind: 'Component' });
  });

  it('getEntitiesByRefs: order kept, undefined for what is not there', async () => {
    const entityRefs = ['component:default/beta', 'component:default/nobody', 'component:default/alpha'];
    expect(names((await client.getEntitiesByRefs({ entityRefs })).items)).toEqual(['beta', undefined, 'alpha']);
    const odd = await client.getEntitiesByRefs({ entityRefs, filter: { 'metadata.tags': 'odd' }, fields: ['metadata.name'] });
    expect(odd.items).toEqual([{ metadata: { name: 'beta' } }, undefined, undefined]);
    expect(
      names((await client.getEntitiesByRefs({ entityRefs, query: { 'spec.owner': 'team-a', 'metadata.tags': 'even' } })).items),
    ).toEqual([undefined, undefined, 'alpha']);
  });

  it('queryEntities: cursors both ways, full text, totals, predicates', async () => {
    const first = await client.queryEntities({
      filter: { kind: 'component' },
      orderFields: { field: 'metadata.name', order: 'asc' },
      limit: 2,
    });
    expect([names(first.items), first.totalItems]).toEqual([['alpha', 'beta'], 5]);
    const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor ?? '', limit: 2 });
    expect(names(second.items)).toEqual(['delta', 'epsilon']);
    expect(names((await client.queryEntities({ cursor: second.pageInfo.prevCursor ?? '', limit: 2 })).items)).toEqual(['alpha', 'beta']);
    const text = await client.queryEntities({ fullTextFilter: { term: 'LPH', fields: ['metadata.name'] }, totalItems: 'exclude' });
    expect([names(text.items), text.totalItems]).toEqual([['alpha'], 0]);
    const predicate = await client.queryEntities({
      query: {
        $all: [{ kind: 'Component' }, { $not: { 'metadata.tags': 'odd' } }, { 'metadata.name': { $in: ['alpha', 'beta', 'gamma'] } }],
      },
      orderFields: [{ field: 'metadata.name', order: 'asc' }],
      limit: 1,
    });
    expect([names(predicate.items), predicate.totalItems]).toEqual([['alpha'], 2]);
    expect(names((await client.queryEntities({ cursor: predicate.pageInfo.nextCursor ?? '' })).items)).toEqual(['gamma']);
  });

  it('streamEntities: every page, by filter and by predicate', async () => {
    const pages: (string | undefined)[][] = [];
    for await (const page of client.streamEntities({ filter: { kind: 'component' }, pageSize: 2 })) pages.push(names(page));
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    const seen: (string | undefined)[] = [];
    for await (const page of client.streamEntities({ query: { 'metadata.tags': 'odd' }, pageSize: 1 })) seen.push(...names(page));
    expect(seen.toSorted((a, b) => (a ?? '').localeCompare(b ?? ''))).toEqual(['beta', 'delta']);
  });

  it('getEntityFacets: by filter and by predicate', async () => {
    const facets = ['metadata.tags', 'spec.owner'];
    const counts = {
      'metadata.tags': [
        { value: 'even', count: 2 },
        { value: 'odd', count: 1 },
      ],
      'spec.owner': [{ value: 'team-a', count: 3 }],
    };
    const sorted = (answer: Record<string, { value: string; count: number }[]>) =>
      Object.fromEntries(
        Object.entries(answer).map(([facet, values]) => [facet, values.toSorted((a, b) => a.value.localeCompare(b.value))]),
      );
    expect(sorted((await client.getEntityFacets({ facets, filter: { 'spec.owner': 'team-a' } })).facets)).toEqual(counts);
    expect(sorted((await client.getEntityFacets({ facets, query: { 'spec.owner': 'team-a' } })).facets)).toEqual(counts);
  });

  it('getEntityByRef, getEntityByName: undefined for what is not there', async () => {
    expect((await client.getEntityByRef('component:alpha'))?.metadata.name).toBe('alpha');
    expect((await client.getEntityByRef({ kind: 'Component', namespace: 'default', name: 'Alpha' }))?.metadata.name).toBe('alpha');
    expect((await client.getEntityByName({ kind: 'component', namespace: 'default', name: 'beta' }))?.metadata.name).toBe('beta');
    expect(await client.getEntityByRef('component:nobody')).toBeUndefined();
  });

  it('getEntityAncestors: up to the Location that was registered', async () => {
    const answer = await client.getEntityAncestors({ entityRef: 'component:default/alpha' });
    expect(answer.rootEntityRef).toBe('component:default/alpha');
    const parents = Object.fromEntries(answer.items.map(({ entity, parentEntityRefs }) => [entity.metadata.name, parentEntityRefs]));
    expect(parents['alpha']).toEqual(['location:default/all']);
    expect(parents['all']?.[0]).toMatch(/^location:default\/generated-[0-9a-f]{40}$/);
  });

  it('tells errors by name and with their sentence', async () => {
    const refused = await client.refreshEntity('component:default/nobody').catch((error: unknown) => error);
    expect(refused).toMatchObject({ cause: { name: 'NotFoundError', message: 'There is no entity component:default/nobody.' } });
    const malformed = await client.queryEntities({ cursor: 'garbage' }).catch((error: unknown) => error);
    expect(malformed).toMatchObject({ statusCode: 400, cause: { name: 'InputError', message: 'Malformed cursor, could not be parsed' } });
  });

  it('refreshEntity: what the source says now', async () => {
    remote.set('https://git.example/fresh.yaml', component('fresh'));
    const { location } = await client.addLocation({ type: 'url', target: 'https://git.example/fresh.yaml' });
    remote.set('https://git.example/fresh.yaml', component('fresh', { owner: 'team-z' }));
    await client.refreshEntity('component:default/fresh');
    await expect.poll(async () => (await client.getEntityByRef('component:fresh'))?.spec?.['owner']).toBe('team-z');
    await client.removeLocationById(location.id);
    expect(await client.getEntityByRef('component:fresh')).toBeUndefined();
  });

  it('locations: add, dry run, conflict, list, find, update, remove', async () => {
    const target = 'https://git.example/remote/catalog-info.yaml';
    const dry = await client.addLocation({ target, dryRun: true });
    expect([names(dry.entities), dry.exists]).toEqual([['remote'], false]);
    expect(await client.getEntityByRef('component:remote')).toBeUndefined();
    const { location } = await client.addLocation({ target });
    expect(location).toMatchObject({ type: 'url', target });
    await expect(client.addLocation({ target })).rejects.toThrow(/409|exist/i);
    expect((await client.addLocation({ target, onConflict: 'refresh' })).location.id).toBe(location.id);
    expect(await client.getLocationById(location.id)).toMatchObject({ id: location.id, target });
    expect(await client.getLocationById('00000000-0000-0000-0000-000000000000')).toBeUndefined();
    expect((await client.getLocationByRef(`url:${target}`))?.id).toBe(location.id);
    expect((await client.getLocationByEntity('component:default/remote'))?.id).toBe(location.id);
    expect((await client.getLocations()).items.map((one) => one.id)).toContain(location.id);
    const asked = await client.queryLocations({ query: { type: 'url' }, limit: 1 });
    expect(asked.items).toHaveLength(1);
    expect((await client.queryLocations({ query: { target } })).items.map((one) => one.id)).toEqual([location.id]);
    const streamed: string[] = [];
    for await (const page of client.streamLocations({ limit: 1 })) streamed.push(...page.map((one) => one.id));
    expect(streamed).toContain(location.id);
    remote.set('https://git.example/moved.yaml', component('moved'));
    expect(await client.updateLocation(location.id, { type: 'url', target: 'https://git.example/moved.yaml' })).toMatchObject({
      id: location.id,
      target: 'https://git.example/moved.yaml',
    });
    await expect.poll(async () => (await client.getEntityByRef('component:moved'))?.metadata.name).toBe('moved');
    await client.removeLocationById(location.id);
    expect(await client.getLocationById(location.id)).toBeUndefined();
  });

  it('validateEntity: valid, or why not', async () => {
    const entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'x' },
      spec: { type: 'a', lifecycle: 'b', owner: 'c' },
    };
    expect(await client.validateEntity(entity, 'url:https://git.example/x.yaml')).toEqual({ valid: true });
    const verdict = await client.validateEntity({ ...entity, spec: {} }, 'url:https://git.example/x.yaml');
    expect(verdict.valid).toBe(false);
    if (!verdict.valid) expect(verdict.errors[0]?.message).toMatch(/type/);
  });

  it('analyzeLocation: what exists, or what could be written', async () => {
    remote.set('https://git.example/analysed.yaml', component('analysed'));
    const found = await client.analyzeLocation({ location: { type: 'url', target: 'https://git.example/analysed.yaml' } });
    expect(names(found.existingEntityFiles.map((file) => file.entity))).toEqual(['analysed']);
    const none = await client.analyzeLocation({ location: { type: 'url', target: 'https://git.example/owner/new-thing' } });
    expect(none.generateEntities[0]?.entity.metadata?.name).toBe('new-thing');
  });

  it('removeEntityByUid: gone', async () => {
    write(folder, { 'gone.yaml': component('gone') });
    await platform.service(catalog).addLocation({ type: 'file', target: `${folder}/gone.yaml` }, testActor);
    const gone = await client.getEntityByRef('component:gone');
    await client.removeEntityByUid(gone?.metadata.uid ?? '');
    expect(await client.getEntityByRef('component:gone')).toBeUndefined();
  });
});
