import { audit } from '@paved/audit';
import { runsCapability } from '@paved/runs/server';
import { systemActor, type Entity } from '@paved/kernel';
import { testPlatform } from '@paved/testing';
import { expect, test } from 'vitest';
import { catalog, entityProviders, sourceReaders, type ProviderMutation } from '../../index.ts';
import { catalogCapability } from '../index.ts';
import { fakeAudit } from '../platform.test-kit.ts';

const group = (name: string, more: Partial<Entity['spec']> = {}): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name },
  spec: { type: 'team', children: [], ...more },
});
const provided = (...entities: Entity[]) =>
  entities.map((entity) => ({ entity, location: `url:https://forge.test/${entity.metadata.name}` }));

async function platform() {
  const paved = await testPlatform({ capabilities: [runsCapability, catalogCapability], provide: [[audit, fakeAudit]], listen: true });
  const providers = paved.service(entityProviders);
  const names = async (): Promise<string[]> => (await paved.service(catalog).ofKind('Group')).map((entity) => entity.metadata.name);
  const add = (name: string): void =>
    providers.addProvider({
      name,
      type: 'test',
      target: 'https://forge.test',
      schedule: '0 0 1 1 *',
      read: () => Promise.reject(new Error('not asked here')),
    });
  const apply = (name: string, mutation: ProviderMutation) => providers.applyProvided(name, mutation, systemActor, 'test');
  return { paved, names, add, apply };
}

test('a full mutation replaces what the provider brought, a delta changes only what it names', async () => {
  const { paved, names, add, apply } = await platform();
  await using _ = paved;
  add('one');
  expect(await apply('one', { type: 'full', locations: [], entities: provided(group('a'), group('b')) })).toMatchObject({
    added: 2,
    removed: 0,
  });
  expect(await apply('one', { type: 'full', locations: [], entities: provided(group('a'), group('c')) })).toMatchObject({
    added: 1,
    removed: 1,
    unchanged: 1,
  });
  expect(
    await apply('one', { type: 'delta', entities: provided(group('d', { parent: 'a' })), removed: ['group:default/c'] }),
  ).toMatchObject({ added: 1, removed: 1 });
  expect(await names()).toEqual(['a', 'd']);
  expect((await paved.service(catalog).get('group:default/a'))?.relations).toEqual([{ type: 'parentOf', targetRef: 'group:default/d' }]);
  expect((await paved.service(catalog).get('group:default/a'))?.metadata.annotations?.['backstage.io/managed-by-location']).toBe(
    'url:https://forge.test/a',
  );
});

test('a bad entity is told and keeps its last good version; the others go on', async () => {
  const { paved, names, add, apply } = await platform();
  await using _ = paved;
  add('one');
  await apply('one', { type: 'full', locations: [], entities: provided(group('a'), group('b')) });
  const broken = { ...group('a'), spec: { type: 'team' } } as Entity;
  expect(await apply('one', { type: 'full', locations: [], entities: provided(broken, group('c')) })).toMatchObject({
    added: 1,
    removed: 1,
    problems: 1,
  });
  expect(await names()).toEqual(['a', 'c']);
});

test('providers do not take each other’s entities, nor remove them', async () => {
  const { paved, names, add, apply } = await platform();
  await using _ = paved;
  add('one');
  add('two');
  await apply('one', { type: 'full', locations: [], entities: provided(group('a')) });
  expect(await apply('two', { type: 'full', locations: [], entities: provided(group('a'), group('b')) })).toMatchObject({
    added: 1,
    problems: 1,
  });
  expect(await apply('two', { type: 'delta', removed: ['group:default/a'] })).toMatchObject({ removed: 0 });
  await apply('two', { type: 'full', locations: [], entities: [] });
  expect(await names()).toEqual(['a']);
});

test('discovered places bring what developers may write, and are shared between providers', async () => {
  const { paved, names, add, apply } = await platform();
  await using _ = paved;
  const files: Record<string, string> = {
    'forge://api':
      'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: api }\nspec: { type: service, lifecycle: production, owner: a }\n',
    'forge://evil':
      'apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: admins }\nspec: { type: team, children: [], members: [me] }\n',
  };
  paved.service(sourceReaders).add({
    serves: (target) => target.startsWith('forge://'),
    read: async (target) => ({ revision: '1', files: [{ path: 'x', url: target, text: files[target] ?? '' }] }),
  });
  add('one');
  add('two');
  const places = Object.keys(files).map((target) => ({ target, stamp: '1' }));
  await apply('one', { type: 'full', entities: [], locations: places });
  await apply('two', { type: 'full', entities: [], locations: places.slice(0, 1) });
  expect(await paved.service(catalog).get('component:default/api')).toBeDefined();
  expect(await names()).toEqual([]);
  expect(await apply('one', { type: 'delta', removedLocations: Object.keys(files) })).toMatchObject({ locationsRemoved: 1 });
  expect(await paved.service(catalog).get('component:default/api')).toBeDefined();
  expect(await apply('two', { type: 'delta', removedLocations: Object.keys(files) })).toMatchObject({ locationsRemoved: 1, removed: 2 });
  expect(await paved.service(catalog).get('component:default/api')).toBeUndefined();
});
