import { expect, test } from 'vitest';
import type { Entity } from '@paved/kernel';
import { backstageKinds } from './backstage-kinds.ts';
import { nearestReference, referencesOf, writtenLike } from './references.ts';

const relations = backstageKinds.find((rule) => rule.kind === 'Component')?.relations ?? [];

const checkout = (spec: Entity['spec'], namespace?: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'checkout', ...(namespace === undefined ? {} : { namespace }) },
  ...(spec === undefined ? {} : { spec }),
});

test('references stand where the document writes them, and mean what its kind and namespace say', () => {
  const found = referencesOf(
    checkout({ owner: 'Shop', dependsOn: ['resource:db', 'component:other/cart', 'nonsense'] }, 'Retail'),
    relations,
  );
  expect(found.map(({ at, ref }) => [at, ref])).toEqual([
    ['/spec/owner', 'group:retail/shop'],
    ['/spec/dependsOn/0', 'resource:retail/db'],
    ['/spec/dependsOn/1', 'component:other/cart'],
  ]);
});

test('the same name elsewhere is meant before another name, and a far name is never meant', () => {
  const known = ['group:default/team-b', 'group:other/team-a', 'user:default/team-a', 'group:default/search'];
  expect(nearestReference('group:default/team-a', known)).toBe('group:other/team-a');
  expect(nearestReference('group:default/team-a', known.slice(2))).toBe('user:default/team-a');
  expect(nearestReference('group:default/team-a', ['group:default/team-b', 'user:default/team-b'])).toBe('group:default/team-b');
  expect(nearestReference('group:default/serach', known)).toBe('group:default/search');
  expect(nearestReference('group:default/payments', known)).toBeUndefined();
  expect(nearestReference('group:default/abc', ['group:default/axy'])).toBeUndefined();
});

test('what is meant is written as the document writes', () => {
  const written = referencesOf(checkout({ owner: 'shpo', system: 'default/stroe', dependsOn: ['resource:bd'] }), relations);
  const like = (at: string, ref: string) => writtenLike(written.find((one) => one.at === at) ?? expect.fail(at), ref);
  expect(like('/spec/owner', 'group:default/shop')).toBe('shop');
  expect(like('/spec/owner', 'group:other/shop')).toBe('other/shop');
  expect(like('/spec/owner', 'user:default/shop')).toBe('user:shop');
  expect(like('/spec/system', 'system:default/store')).toBe('default/store');
  expect(like('/spec/dependsOn/0', 'resource:default/db')).toBe('resource:db');
});
