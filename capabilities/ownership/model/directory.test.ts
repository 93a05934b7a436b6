import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Entity } from '@paved/kernel';
import { directoryOf, everybodyIn, livingOwner, ownerFor } from './directory.ts';

const user = (name: string, groups: string[], more: { email?: string; annotations?: Record<string, string> } = {}): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name, ...(more.annotations === undefined ? {} : { annotations: more.annotations }) },
  spec: { memberOf: groups, ...(more.email === undefined ? {} : { profile: { email: more.email } }) },
  relations: groups.map((group) => ({ type: 'memberOf', targetRef: `group:default/${group}` })),
});
const group = (name: string, children: string[] = [], annotations: Record<string, string> = {}): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name, annotations },
  spec: { type: 'team', children },
  relations: children.map((child) => ({ type: 'parentOf', targetRef: `group:default/${child}` })),
});

it('counts people through nested groups, once each', () => {
  const directory = directoryOf([user('a', ['x', 'y']), user('b', ['y'])], [group('top', ['x', 'y']), group('x'), group('y')]);
  expect([...everybodyIn(directory, 'group:default/top')].toSorted()).toEqual(['user:default/a', 'user:default/b']);
});

it('an owner lives when somebody stands behind it', () => {
  const directory = directoryOf([user('a', ['x'])], [group('top', ['x']), group('x'), group('empty')]);
  expect(livingOwner(directory, 'group:default/top')).toEqual({ living: true });
  expect(livingOwner(directory, 'user:default/a')).toEqual({ living: true });
  expect(livingOwner(directory, 'group:default/empty')).toEqual({ living: false, reason: 'nobody in it' });
  expect(livingOwner(directory, 'group:default/gone')).toEqual({ living: false, reason: 'unknown owner' });
  expect(livingOwner(directory, 'user:default/gone')).toEqual({ living: false, reason: 'unknown owner' });
});

it('finds who is meant by teams, logins and addresses', () => {
  const directory = directoryOf(
    [user('mira', [], { email: 'Mira@acme.example', annotations: { 'github.com/user-login': 'mv' } })],
    [group('playback', [], { 'github.com/team-slug': 'acme/play' }), group('docs')],
  );
  expect(ownerFor(directory, '@acme/play')).toBe('group:default/playback');
  expect(ownerFor(directory, '@acme/docs')).toBe('group:default/docs');
  expect(ownerFor(directory, '@MV')).toBe('user:default/mira');
  expect(ownerFor(directory, 'mira@ACME.example')).toBe('user:default/mira');
  expect(ownerFor(directory, '@nobody')).toBeUndefined();
});

it('agrees with reachability whatever the nesting, circles included', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const links = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 12 });
  const members = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 });
  fc.assert(
    fc.property(links, members, (edges, populated) => {
      const groups = names.map((name) =>
        group(
          name,
          edges.filter(([from]) => from === name).map(([, to]) => to),
        ),
      );
      const directory = directoryOf(
        populated.map((name) => user(`in-${name}`, [name])),
        groups,
      );
      // A child has one parent here: the first that names it, as in the catalog's tree.
      const reach = (from: string, seen = new Set<string>()): Set<string> => {
        if (seen.has(from)) return seen;
        seen.add(from);
        for (const [child, parent] of directory.parentOf)
          if (parent === `group:default/${from}`) reach(child.slice('group:default/'.length), seen);
        return seen;
      };
      for (const name of names)
        expect(livingOwner(directory, `group:default/${name}`).living).toBe(populated.some((one) => reach(name).has(one)));
    }),
  );
});
