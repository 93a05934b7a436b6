import { expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { catalog } from '../../../index.ts';
import { catalogPlatform, component, folderWith, write } from '../../platform.test-kit.ts';

it('lists find, count, sort and group entities by how they stand to their source, now and then', async () => {
  await using platform = await catalogPlatform({ config: { catalog: { orphans: 'keep' as const } } });
  const folder = folderWith({
    'a.yaml': component('a', { metadata: '  description: a payment thing\n' }),
    'b.yaml': component('b', { metadata: '  description: a payment thing\n' }),
    'c.yaml': component('c'),
  });
  const service = platform.service(catalog);
  await service.addLocation({ type: 'directory', target: folder }, testActor);
  const get = async (path: string) => (await platform.request('GET', `/api/catalog/${path}`)).json;
  const named = async (query: string): Promise<string[]> =>
    (await get(`entities/by-query?${query}&sort=metadata.name,asc`)).items.map(
      (entity: { metadata: { name: string } }) => entity.metadata.name,
    );
  const facets = async (more = '') => (await get(`entity-facets?facet=ingestion&filter=kind=component${more}`)).facets.ingestion;
  expect(await facets()).toEqual([{ value: 'ok', count: 3 }]);
  const at = new Date(Date.now() + 5000).toISOString();
  platform.advance(10_000);

  write(folder, { 'b.yaml': component('b').replace('type: service', 'type: 3'), 'c.yaml': component('d') });
  await service.refresh({ type: 'directory', target: folder });
  expect(await named('filter=kind=component,ingestion=stale')).toEqual(['b']);
  expect(await named('filter=kind=component,ingestion=orphan')).toEqual(['c']);
  expect(await named('filter=kind=component,ingestion=ok')).toEqual(['a', 'd']);
  expect(await named('filter=kind=component,ingestion=stale,ingestion=orphan')).toEqual(['b', 'c']);
  expect(await named('filter=ingestion=whatever')).toEqual([]);
  expect(await named('filter=ingestion=stale&fullTextFilterTerm=payment')).toEqual(['b']);
  expect(await facets()).toEqual([
    { value: 'ok', count: 2 },
    { value: 'orphan', count: 1 },
    { value: 'stale', count: 1 },
  ]);
  expect(await facets('&fullTextFilterTerm=payment')).toEqual([
    { value: 'ok', count: 1 },
    { value: 'stale', count: 1 },
  ]);
  expect(
    (await get('entity-groups?by=ingestion,desc&filter=kind=component')).items.map(({ value, count }: { value: string; count: number }) => [
      value,
      count,
    ]),
  ).toEqual([
    ['stale', 1],
    ['orphan', 1],
    ['ok', 2],
  ]);
  expect((await get('statistics')).stale).toBe(1);

  // Mended and named again: all is well; and then it was well too.
  write(folder, { 'b.yaml': component('b'), 'c.yaml': component('c') });
  await service.refresh({ type: 'directory', target: folder });
  expect(await named('filter=kind=component,ingestion=stale')).toEqual([]);
  expect(await facets(`&at=${at}`)).toEqual([{ value: 'ok', count: 3 }]);
});
