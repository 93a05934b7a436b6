import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform, component, folderWith, write } from '../platform.test-kit.ts';

/** Reads that know the present only, each with the reason. */
const presentOnly: Readonly<Record<string, string>> = {
  '/api/catalog/watch': 'it tells what happens from now on',
  '/api/catalog/views': 'bookmarks of people, no part of what the catalog knew',
  '/api/catalog/views/{id}': 'bookmarks of people, no part of what the catalog knew',
  '/api/catalog/providers': 'how asking goes now; what was asked before stands in its runs',
};

/** Every other read, asked for something of the small catalog below. `of` leaves out what is about reading and not about the catalog. */
type Json = Readonly<Record<string, unknown>>;
type Asked = { readonly url: string; readonly of?: (json: Json) => unknown };
const only =
  (...names: readonly string[]) =>
  (json: Json): unknown =>
    Object.fromEntries(names.map((name) => [name, json[name]]));
const ofSource = only('id', 'target', 'state', 'entities', 'stale', 'problems', 'orphans', 'error', 'pendingRemoval');
const checkout = '/api/catalog/entities/by-name/component/default/checkout';
const dataset = '/api/catalog/entities/by-name/dataset/default/orders';
const reads = (known: { uid: string; source: string }): Readonly<Record<string, Asked>> => ({
  '/api/catalog/entities/by-name/{kind}/{namespace}/{name}': { url: checkout },
  '/api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry': { url: `${checkout}/ancestry` },
  '/api/catalog/entities/by-name/{kind}/{namespace}/{name}/computed': { url: `${dataset}/computed` },
  '/api/catalog/entities/by-name/{kind}/{namespace}/{name}/history': { url: `${checkout}/history` },
  '/api/catalog/entities/by-name/{kind}/{namespace}/{name}/history/{version}': { url: `${checkout}/history/1` },
  '/api/catalog/entities/by-uid/{uid}': { url: `/api/catalog/entities/by-uid/${known.uid}` },
  '/api/catalog/entities': { url: '/api/catalog/entities?order=asc:metadata.name' },
  '/api/catalog/entities/by-query': { url: '/api/catalog/entities/by-query?filter=kind=component&orderField=metadata.name,asc' },
  '/api/catalog/entity-facets': { url: '/api/catalog/entity-facets?facet=kind&facet=relations.ownedBy&facet=computed.twice' },
  '/api/catalog/entity-groups': { url: '/api/catalog/entity-groups?by=kind,asc' },
  '/api/catalog/export': { url: '/api/catalog/export?columns=kind,metadata.name,spec.owner&sort=kind,asc&sort=metadata.name,asc' },
  '/api/catalog/locations': { url: '/api/catalog/locations' },
  '/api/catalog/locations/{id}': { url: `/api/catalog/locations/${known.source}` },
  '/api/catalog/locations/by-entity/{kind}/{namespace}/{name}': { url: '/api/catalog/locations/by-entity/component/default/basket' },
  '/api/catalog/sources': { url: '/api/catalog/sources', of: ({ items, states }) => ({ items: (items as Json[]).map(ofSource), states }) },
  '/api/catalog/sources/{id}': { url: `/api/catalog/sources/${known.source}`, of: ofSource },
  '/api/catalog/problems': { url: '/api/catalog/problems' },
  '/api/catalog/orphans': { url: '/api/catalog/orphans' },
  '/api/catalog/origin': { url: '/api/catalog/origin?ref=component:default/checkout' },
  '/api/catalog/graph': { url: '/api/catalog/graph?ref=component:default/checkout&depth=3' },
  '/api/catalog/impact': { url: '/api/catalog/impact?ref=component:default/basket' },
  '/api/catalog/impact/export': { url: '/api/catalog/impact/export?ref=component:default/basket' },
  '/api/catalog/kinds': { url: '/api/catalog/kinds' },
  '/api/catalog/changes': { url: '/api/catalog/changes', of: only('items', 'counts', 'kinds') },
  '/api/catalog/statistics': { url: '/api/catalog/statistics' },
});

const kind = (computed: string): string => `apiVersion: paved.dev/v1alpha1
kind: EntityKind
metadata: {name: dataset}
spec:
  kind: Dataset
  schema: {type: object, properties: {rows: {type: integer}, owner: {type: string}, from: {type: string}}}
  relations:
    - {field: owner, type: ownedBy, reverse: ownerOf, defaultKind: Group}
    - {field: from, type: producedBy, reverse: produces, defaultKind: Component}
  computed: [{name: twice, calculate: '${computed}'}]
`;
const orders = (rows: number): string =>
  `apiVersion: paved.dev/v1alpha1\nkind: Dataset\nmetadata: {name: orders}\nspec: {rows: ${rows}, owner: team-a, from: checkout}\n`;
const location = (...targets: string[]): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: ${JSON.stringify(targets)}}\n`;

async function answers(platform: TestPlatform, table: ReturnType<typeof reads>, at?: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [path, { url, of = (json: Json) => json }] of Object.entries(table)) {
    const answer = await platform.request('GET', at === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}at=${at}`);
    expect(answer.status, `${path}: ${answer.text}`).toBe(200);
    found[path] = path.endsWith('/export') ? answer.text : of(answer.json);
  }
  return found;
}

const gets = async (platform: TestPlatform): Promise<Map<string, boolean>> => {
  const { paths } = (await platform.request('GET', '/api/openapi.json')).json as {
    paths: Record<string, { get?: { parameters?: { name: string }[] } }>;
  };
  return new Map(
    Object.entries(paths).flatMap(([path, { get }]) =>
      path.startsWith('/api/catalog') && get !== undefined ? [[path, get.parameters?.some(({ name }) => name === 'at') === true]] : [],
    ),
  );
};

it('every read of the catalog answers as of then, or says in this test why not', async () => {
  await using platform = await catalogPlatform({ listen: true, config: { catalog: { orphans: 'keep' as const } } });
  let ahead = 0;
  const pass = (): string => {
    platform.advance(10_000);
    ahead += 10_000;
    return new Date(Date.now() + ahead - 5000).toISOString();
  };
  const folder = folderWith({
    'all.yaml': location('./good.yaml', './orders.yaml', './bad.yaml', './left.yaml', './twice.yaml'),
    'kind.yaml': kind('entity.spec.rows * 2'),
    'good.yaml': component('checkout', { spec: '  dependsOn: [component:basket]\n' }),
    'orders.yaml': orders(21),
    'bad.yaml': component('broken').replace('type: service', 'type: 3'),
    'left.yaml': component('left'),
    'twice.yaml': component('basket', { metadata: '  title: Too late\n' }),
  });
  const other = folderWith({ 'catalog-info.yaml': component('basket') });
  const moved = folderWith({ 'catalog-info.yaml': component('moved') });
  const service = platform.service(catalog);
  await service.addLocation({ type: 'file', target: `${folder}/kind.yaml` }, testActor);
  const { location: source } = await service.addLocation({ type: 'directory', target: other }, testActor);
  await service.addLocation({ type: 'file', target: `${folder}/all.yaml` }, testActor);
  const { location: second } = await service.addLocation({ type: 'directory', target: moved }, testActor);
  write(folder, { 'all.yaml': location('./good.yaml', './orders.yaml', './bad.yaml', './twice.yaml') });
  await service.refresh({ type: 'file', target: `${folder}/all.yaml` });
  await expect
    .poll(async () => (await platform.request('GET', `${dataset}/computed`)).json.items?.[0]?.value, { timeout: 30_000 })
    .toBe(42);

  const table = reads({ uid: (await platform.request('GET', checkout)).json.metadata.uid, source: source.id });
  const every = await gets(platform);
  expect([...every.keys()].sort()).toEqual([...Object.keys(table), ...Object.keys(presentOnly)].sort());
  expect(
    [...every]
      .filter(([, takesAt]) => !takesAt)
      .map(([path]) => path)
      .sort(),
  ).toEqual(Object.keys(presentOnly).sort());

  const then = await answers(platform, table);
  const at = pass();
  // Everything becomes another: documents, problems, the kind, who claims what; sources move, break and go.
  write(folder, {
    'kind.yaml': kind('entity.spec.rows * 3'),
    'good.yaml': component('checkout', { owner: 'team-b' }),
    'orders.yaml': orders(5),
    'bad.yaml': component('broken'),
    'left.yaml': component('left'),
    'all.yaml': `${location('./good.yaml', './orders.yaml', './bad.yaml', './left.yaml', './none.yaml')}`,
  });
  await service.refresh({ type: 'file', target: `${folder}/kind.yaml` });
  await service.refresh({ type: 'file', target: `${folder}/all.yaml` });
  await platform.request('PUT', `/api/catalog/locations/${second.id}`, { body: { type: 'file', target: `${moved}/catalog-info.yaml` } });
  pass();
  await service.removeLocation(source.id, testActor);
  rmSync(moved, { recursive: true });
  await service.refresh({ type: 'file', target: `${moved}/catalog-info.yaml` });
  await expect
    .poll(async () => (await platform.request('GET', `${dataset}/computed`)).json.items?.[0]?.value, { timeout: 30_000 })
    .toBe(15);
  const past = await answers(platform, table, at);
  for (const path of Object.keys(table)) expect(past[path], path).toEqual(then[path]);
  // The same locations, by id.
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  expect((await platform.request('POST', `/api/catalog/locations/by-query?at=${at}`, { body: {} })).json.items.toSorted(byId)).toEqual(
    (then['/api/catalog/locations'] as { data: { id: string } }[]).map(({ data }) => data).toSorted(byId),
  );
  // The present is really another one.
  const { '/api/catalog/locations/{id}': _gone, '/api/catalog/sources/{id}': _goneToo, ...left } = table;
  const goneWithSource = new Set([
    '/api/catalog/locations/by-entity/{kind}/{namespace}/{name}',
    '/api/catalog/impact',
    '/api/catalog/impact/export',
  ]);
  const now = await answers(platform, Object.fromEntries(Object.entries(left).filter(([path]) => !goneWithSource.has(path))));
  for (const path of [
    '/api/catalog/problems',
    '/api/catalog/orphans',
    '/api/catalog/kinds',
    '/api/catalog/sources',
    '/api/catalog/statistics',
  ])
    expect(now[path], path).not.toEqual(then[path]);
});

it('a removal that waited is shown for the time when it did', async () => {
  await using platform = await catalogPlatform();
  const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
  const folder = folderWith({ 'all.yaml': names.map((name) => component(name)).join('---\n') });
  const service = platform.service(catalog);
  const { location: source } = await service.addLocation({ type: 'directory', target: folder }, testActor);
  write(folder, {
    'all.yaml': names
      .slice(0, 5)
      .map((name) => component(name))
      .join('---\n'),
  });
  await service.refresh({ type: 'directory', target: folder });
  const url = `/api/catalog/sources/${source.id}`;
  const waiting = (await platform.request('GET', url)).json;
  expect(waiting).toMatchObject({ state: 'held', pendingRemoval: { removes: 15, of: 20 } });
  const at = new Date(Date.now() + 5000).toISOString();
  platform.advance(10_000);
  await service.confirmRemoval(source.id, testActor);
  expect((await platform.request('GET', url)).json).toMatchObject({ state: 'ok', entities: 5 });
  expect((await platform.request('GET', `${url}?at=${at}`)).json).toMatchObject({
    state: 'held',
    entities: 20,
    pendingRemoval: waiting.pendingRemoval,
  });
});
