import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog } from '../index.ts';
import { catalogPlatform, folderWith } from './platform.test-kit.ts';

/**
 * Answers that a catalog backend 4.0.0 (Backstage 1.55, PostgreSQL 15) gave to the same requests over the same documents, beyond what
 * the recordings hold. Where ours differs on purpose it stands in docs/reference/backstage-compatibility.md, and not here.
 */
const documents = `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Zed.Upper_Case
  title: Zed Title
  labels: { empty: '' }
  annotations: { example.com/a.b: 'x=y', plain: Plain Value }
  tags: [java, c++, a:b]
spec: { type: Service, lifecycle: production, owner: team-a }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: zed-two, namespace: other, labels: { empty: '' }, tags: [c++, go] }
spec:
  type: service
  lifecycle: Production
  owner: user:default/guest
  port: 8080
  enabled: true
  nothing: null
  empty: ''
  deep: { a: [two, { b: three }], x.y: dotted }
  list: [b, a]
  dependsOn: ['resource:zed-three', 'Component:default/Zed.Upper_Case']
---
apiVersion: backstage.io/v1beta1
kind: Resource
metadata: { name: zed-three, namespace: other }
spec: { type: database, owner: group:default/nowhere, port: 9 }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: zed-sys }
spec: { owner: Team-A, port: 10, enabled: false }
`;

interface Found {
  kind: string;
  metadata: { name: string };
}
const names = (entities: readonly Found[]): string[] => entities.map((entity) => entity.metadata.name);
const opaque = (value: unknown): string => encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64'));
const [upper, two, three, sys] = ['Zed.Upper_Case', 'zed-two', 'zed-three', 'zed-sys'] as const;

describe('what Backstage answers', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await catalogPlatform();
    const folder = folderWith({ 'catalog-info.yaml': documents });
    await platform.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
    // The Location that stands for the folder would be in every list.
    for (const { metadata } of (await platform.request('GET', '/api/catalog/entities?filter=kind=location')).json)
      await platform.request('DELETE', `/api/catalog/entities/by-uid/${metadata.uid}`);
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  const get = (path: string) => platform.request('GET', `/api/catalog/${path}`);
  const post = (path: string, body?: unknown) => platform.request('POST', `/api/catalog/${path}`, body === undefined ? {} : { body });

  it.each([
    ['kind', [three, two, sys, upper]],
    [' kind = component ,, ', [two, upper]],
    [',', [three, two, sys, upper]],
    ['kind,kind=component', [two, upper]],
    // Keys that differ by case are two conditions, so both must hold.
    ['Kind=system,kind=component', []],
    ['metadata.labels.empty=', [two, upper]],
    ['metadata.labels.empty', [two, upper]],
    ['metadata.annotations.example.com/a.b=X=Y', [upper]],
    ['metadata.annotations.plain=plain value', [upper]],
    ['metadata.tags=c++', [two, upper]],
    ['metadata.tags.c++', [two, upper]],
    ['metadata.tags.c++=true', [two, upper]],
    ['metadata.tags.c++=false', []],
    ['metadata.tags.a:b', [upper]],
    ['spec.port=8080', [two]],
    ['spec.port=8080.0', []],
    ['spec.enabled=TRUE', [two]],
    ['spec.nothing', [two]],
    ['spec.nothing=null', []],
    ['spec.nothing=', []],
    ['spec.empty=', [two]],
    ['spec.deep', []],
    ['spec.deep.a.two', [two]],
    ['spec.deep.a.b=three', [two]],
    ['spec.deep.x.y=dotted', [two]],
    ['relations', []],
    ['relations.OWNEDBY=Group:Default/Team-A', [sys, upper]],
    ['relations.dependencyof=component:other/zed-two', [three, upper]],
    ['apiVersion=backstage.io/v1beta1', [three]],
  ])('filter=%s', async (filter, expected) => {
    const { json, status } = await get(`entities/by-query?filter=${encodeURIComponent(filter)}&fields=kind,metadata.name`);
    expect(status).toBe(200);
    expect({ ...json, items: new Set(names(json.items)) }).toEqual({ items: new Set(expected), totalItems: expected.length, pageInfo: {} });
  });

  it.each([
    ['fields=nope', {}],
    ['fields=spec.deep.x.y', { spec: { deep: { 'x.y': 'dotted' } } }],
    ['fields=spec.list.0', { spec: { list: ['b'] } }],
    ['fields=spec.list.1', { spec: { list: [null, 'a'] } }],
    ['fields=spec.list.length', {}],
    ['fields=metadata.links.url,Kind', {}],
    ['fields=spec.nothing,spec.empty', { spec: { nothing: null, empty: '' } }],
    ['fields=,, kind ,', { kind: 'Component' }],
    ['fields=kind&fields=metadata.name', { kind: 'Component', metadata: { name: two } }],
    ['fields=__proto__,constructor', {}],
  ])('%s', async (fields, expected) => {
    expect((await get(`entities/by-query?filter=metadata.name=${two}&${fields}`)).json.items).toEqual([expected]);
  });

  it.each([
    // Pages of the bare list go by reference, count every order, and keep those without the field at the end.
    ['limit=10', [upper, two, three, sys], false],
    ['limit=2', [upper, two], true],
    ['offset=3', [sys], false],
    ['limit=1&offset=1', [two], true],
    // `after` says it all.
    [`limit=1&offset=0&after=${opaque({ limit: 2, offset: 2 })}`, [three, sys], false],
    [`after=${opaque({})}`, [upper, two, three, sys], false],
    ['limit=10&order=asc:spec.port&order=desc:metadata.name', [sys, two, three, upper], false],
    ['limit=10&order=desc:spec.port', [three, two, sys, upper], false],
    ['limit=10&order=asc:kind&order=desc:metadata.name', [upper, two, three, sys], false],
    // All of them: the first order only, without those that lack it. Values sort as text.
    ['order=asc:spec.port', [sys, two, three], false],
    ['order=desc:spec.port', [three, two, sys], false],
    ['order=asc:nope', [], false],
  ])('GET /entities?%s', async (query, expected, more) => {
    const { json, headers } = await get(`entities?${query}&fields=metadata.name`);
    expect(names(json)).toEqual(expected);
    expect(headers['link'] !== undefined).toBe(more);
  });

  it.each([
    ['orderField=spec.port', [sys, two, three]],
    ['orderField=SPEC.PORT,desc', [three, two, sys]],
    ['orderField=spec.port,desc,more', [three, two, sys]],
    ['orderField=relations.ownedBy&filter=kind=resource&filter=kind=component', [three, upper, two]],
    ['orderField=relations.dependsOn', [two]],
    ['orderField=metadata.name&fullTextFilterTerm=ZED-', [sys, three, two]],
    ['orderField=metadata.name&fullTextFilterTerm=team-a&fullTextFilterFields=relations.ownedBy', [sys, upper]],
    ['orderField=metadata.name&fullTextFilterTerm=c%2B%2B&fullTextFilterFields=metadata.tags', [two, upper]],
    ['orderField=metadata.name&fullTextFilterTerm=808&fullTextFilterFields=spec.port', [two]],
    ['fullTextFilterTerm=zed', []],
  ])('GET /entities/by-query?%s', async (query, expected) => {
    const { json } = await get(`entities/by-query?${query}`);
    expect(names(json.items)).toEqual(expected);
    expect(json.totalItems).toBe(expected.length);
  });

  it.each([
    [{ kind: { $in: [] } }, []],
    [{ kind: { $in: ['COMPONENT', 'system'] } }, [sys, two, upper]],
    [{ 'metadata.title': { $exists: false }, kind: 'component' }, [two]],
    [{ 'metadata.tags': { $hasPrefix: 'C' } }, [two, upper]],
    [{ 'spec.type': { $hasPrefix: '' } }, [three, two, upper]],
    [{ 'spec.port': { $in: [8080, '9'] } }, [three, two]],
    [{ 'spec.enabled': false }, [sys]],
    [{ 'metadata.tags': { $contains: 'JAVA' } }, [upper]],
    [{ 'metadata.tags.java': true }, [upper]],
    [{ $not: {} }, []],
    [{ $not: { $any: [] } }, [three, two, sys, upper]],
    [{ $not: { $not: { kind: 'system' } } }, [sys]],
    [{ $any: [{}] }, [three, two, sys, upper]],
    [{ KIND: 'Component', 'Spec.Type': 'SERVICE' }, [two, upper]],
    [{ '': 'x' }, []],
    [{ 'relations.ownedBy': { $hasPrefix: 'group:' } }, [three, sys, upper]],
    [{ 'relations.ownedBy': { $exists: false } }, []],
    [{ 'relations.dependencyOf': { $exists: true } }, [three, upper]],
    [{ relations: { $contains: { TYPE: 'ownedBy', TargetRef: 'GROUP:default/team-a' } } }, [sys, upper]],
    [{ relations: { $contains: 'x' } }, []],
    [{ relations: { $exists: true } }, []],
  ])('query %j', async (query, expected) => {
    const { json, status, text } = await post('entities/by-query', { query });
    expect(status, text).toBe(200);
    expect(new Set(names(json.items))).toEqual(new Set<string>(expected));
  });

  it.each([
    null,
    [],
    'x',
    { kind: ['component'] },
    { kind: null },
    { kind: {} },
    { kind: { $in: 'component' } },
    { kind: { $in: [null] } },
    { kind: { $exists: 'true' } },
    { kind: { $hasPrefix: 1 } },
    { kind: { $not: 'api' } },
    { $and: [] },
    { $all: { kind: 'api' } },
    { $any: ['x'] },
    { relations: { $contains: {} } },
    { relations: { $contains: { targetRef: 'group:default/team-a' } } },
    { relations: { $contains: { type: '' } } },
    { relations: { $contains: { type: 5 } } },
    { relations: { $contains: { type: 'ownedBy', targetRef: 5 } } },
    { relations: { $contains: { type: 'ownedBy', targetRef: { $in: [] } } } },
    { relations: { $contains: { type: 'ownedBy', Type: 'partOf' } } },
    { relations: { $contains: { type: 'ownedBy', more: 'x' } } },
    { 'metadata.links': { $contains: { url: 'https://example.com' } } },
  ])('refuses the query %j', async (query) => {
    const { json, status } = await post('entities/by-query', { query });
    expect({ status, name: json.error?.name }).toEqual({ status: 400, name: 'InputError' });
  });

  it.each([
    'entities?limit=0',
    'entities?after=garbage',
    `entities?after=${opaque({ limit: 'x' })}`,
    `entities?after=${opaque({ limit: 1.5 })}`,
    'entities?order=metadata.name',
    'entities?order=asc:',
    'entities?order=ASC:metadata.name',
    'entities?cursor=x',
    'entities/by-query?limit=',
    'entities/by-query?limit=1.5',
    'entities/by-query?offset=-1',
    'entities/by-query?filters=kind=component',
    'entities/by-query?filter=',
    'entities/by-query?filter==x',
    'entities/by-query?fields=',
    'entities/by-query?orderField=metadata.name,ASC',
    'entities/by-query?orderField=metadata.name,',
    'entities/by-query?fullTextFilterTerm=',
    'entities/by-query?totalItems=some',
    'entities/by-query?cursor=',
    'entities/by-name/component/other/zed-two?fields=kind',
    'entity-facets',
    'entity-facets?facet=',
    'entity-facets?facet=kind&limit=1',
    'locations?limit=1',
  ])('refuses GET %s', async (path) => {
    const { json, status } = await get(path);
    expect({ status, name: json.error?.name }).toEqual({ status: 400, name: 'InputError' });
  });

  it('holds 200 entities on a page when nothing is said, and takes a request without a body for one without wishes', async () => {
    const { paths } = (await platform.request('GET', '/api/openapi.json')).json;
    expect(JSON.stringify(paths['/api/catalog/entities/by-query'].get.parameters)).toContain('default 200');
    expect((await post('entities/by-query')).json.totalItems).toBe(4);
    expect((await post('locations/by-query')).json.items).toHaveLength(1);
    expect((await post('entities/by-refs')).status).toBe(400);
  });

  it('keeps the count of the first page in cursors, also when it was left out', async () => {
    const first = (await get('entities/by-query?limit=1&totalItems=exclude')).json;
    const next = (await get(`entities/by-query?limit=1&cursor=${encodeURIComponent(first.pageInfo.nextCursor)}`)).json;
    expect([first.totalItems, next.totalItems, next.items.length]).toEqual([0, 0, 1]);
    // Nothing beside a cursor is read but fields and limit.
    const beside = `orderField=kind,up&filter==x&offset=3&limit=1&cursor=${encodeURIComponent(first.pageInfo.nextCursor)}`;
    expect(names((await get(`entities/by-query?${beside}`)).json.items)).toEqual(names(next.items));
  });

  it('counts facets as Backstage does', async () => {
    const query =
      'facet=metadata.tags.c%2B%2B&facet=metadata.name&facet=spec.type&facet=&facet=relations&facet=spec.nothing&facet=spec.empty';
    expect((await get(`entity-facets?${query}`)).json.facets).toEqual({
      'metadata.tags.c++': [{ value: 'true', count: 2 }],
      'metadata.name': [upper, sys, three, two].map((value) => ({ value, count: 1 })),
      'spec.type': [
        { value: 'Service', count: 1 },
        { value: 'database', count: 1 },
        { value: 'service', count: 1 },
      ],
      relations: [],
      'spec.nothing': [],
      'spec.empty': [{ value: '', count: 1 }],
    });
    const some = await post('entity-facets', { facets: ['', 'metadata.tags.go', 'metadata.tags.rust'], query: { kind: 'component' } });
    expect(some.json.facets).toEqual({ 'metadata.tags.go': [{ value: 'true', count: 1 }], 'metadata.tags.rust': [] });
    expect((await post('entity-facets', { facets: [''] })).status).toBe(400);
  });

  it('takes each field of a batch as it stands, repeats repeated references, and removes what is gone without a word', async () => {
    const { json } = await post('entities/by-refs', {
      entityRefs: ['system:default/zed-sys', 'nope', 'system:default/zed-sys'],
      fields: ['kind,apiVersion', 'kind'],
    });
    expect(json.items).toEqual([{ kind: 'System' }, null, { kind: 'System' }]);
    for (const uid of ['garbage', '00000000-0000-0000-0000-000000000000'])
      expect((await platform.request('DELETE', `/api/catalog/entities/by-uid/${uid}`)).status).toBe(204);
    expect((await get('entities/by-name/system/default/nope/ancestry')).json.error).toEqual({
      name: 'NotFoundError',
      message: 'No such entity system:default/nope',
    });
  });
});
