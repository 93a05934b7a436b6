import { expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { catalog } from '../index.ts';
import { catalogPlatform, component, folderWith } from './platform.test-kit.ts';

const marked = (name: string, needs: string, metadata = '') => component(name, { spec: `  dependsOn: [component:${needs}]\n`, metadata });

it('an impact says how much each one matters, puts the worst first when asked, and goes as a file', async () => {
  await using platform = await catalogPlatform();
  const folder = folderWith({
    'catalog-info.yaml': [
      component('base'),
      marked('near', 'base'),
      marked('soon', 'base', '  labels: {tier: "2"}\n'),
      marked('far', 'near', '  annotations: {acme.com/business-criticality: Mission critical}\n'),
      marked('odd', 'base', '  labels: {acme.com/tier: web}\n'),
      marked('quiet', 'far', '  labels: {frontier: "1"}\n  title: "=1+1"\n'),
    ].join('---\n'),
  });
  await platform.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
  const get = async (query: string) => platform.request('GET', `/api/catalog/impact${query}`);
  const shown = async (query: string) =>
    (await get(`?ref=component:base${query}`)).json.items.map(
      (item: { ref: string; tier?: string; tierRank?: number; distance: number }) => [
        item.ref.split('/')[1],
        item.distance,
        item.tier,
        item.tierRank,
      ],
    );
  const nearest = [
    ['near', 1, undefined, undefined],
    ['odd', 1, 'web', undefined],
    ['soon', 1, '2', 2],
    ['far', 2, 'Mission critical', 1],
    ['quiet', 3, undefined, undefined],
  ];
  expect(await shown('')).toEqual(nearest);
  expect(await shown('&order=tier')).toEqual([nearest[3], nearest[2], nearest[1], nearest[0], nearest[4]]);
  // The nearest are kept, whatever the order.
  expect(await shown('&order=tier&limit=3')).toEqual([nearest[2], nearest[1], nearest[0]]);
  const file = await get('/export?ref=component:base');
  expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
  const lines = file.text.replace('\uFEFF', '').trim().split('\r\n');
  expect(lines).toHaveLength(6);
  expect(lines[1]).toBe(
    'Mission critical,component:default/far,far,Component,group:default/team-a,production,2,dependsOn,component:default/near,component:default/base > component:default/near > component:default/far',
  );
  expect(lines[5]).toContain(",'=1+1,");
});
