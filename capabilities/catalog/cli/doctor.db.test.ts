import { expect, it } from 'vitest';
import { testActor, testCli } from '@paved/testing';
import { catalog } from '../index.ts';
import { catalogPlatform, component, folderWith } from '../server/platform.test-kit.ts';
import { register } from './index.ts';

it('says that all is well, and else what is wrong and where to look', async () => {
  await using platform = await catalogPlatform({ listen: true });
  const paved = testCli({ server: platform.baseUrl(), register });
  const group = 'apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: team-a }\nspec: { type: team, children: [] }\n';
  const service = platform.service(catalog);
  await service.addLocation(
    { type: 'directory', target: folderWith({ 'catalog-info.yaml': `${component('a')}---\n${group}` }) },
    testActor,
  );
  expect((await paved('catalog', 'doctor')).text).toContain('✓ | Sources | 1, all readable');

  await service.addLocation(
    { type: 'directory', target: folderWith({ 'catalog-info.yaml': component('d', { owner: 'nobody' }) }) },
    testActor,
  );
  expect((await paved('catalog', 'doctor')).text).toContain('Relations to nothing | 1: component:default/d ownedBy group:default/nobody');

  const broken = component('b').replace('type: service', 'type: 3');
  const folder = folderWith({ 'catalog-info.yaml': `${broken}---\n${component('c', { owner: 'nobody' })}---\n${component('a')}` });
  await service.addLocation({ type: 'directory', target: folder }, testActor);
  const wrong = await paved('catalog', 'doctor').catch((error: Error) => error);
  expect(wrong).toMatchObject({ message: '2 things are wrong.' });
  const { items } = (await platform.request('GET', '/api/catalog/problems')).json;
  expect(items.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(['broken', 'conflict']);
});
