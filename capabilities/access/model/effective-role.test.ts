import { expect, it } from 'vitest';
import type { Role } from '@paved/kernel';
import { effectiveRole } from './effective-role.ts';

const of = (assigned: Record<string, Role>, inCatalog = true): Role =>
  effectiveRole({
    userRef: 'user:default/mira',
    groupRefs: ['group:default/a', 'group:default/b'],
    inCatalog,
    assigned: new Map(Object.entries(assigned)),
    fallback: 'developer',
  });

it('falls back for catalog users only', () => {
  expect(of({})).toBe('developer');
  expect(of({}, false)).toBe('viewer');
});

it('takes the highest of the groups', () => {
  expect(of({ 'group:default/a': 'viewer', 'group:default/b': 'platform-engineer' })).toBe('platform-engineer');
  expect(of({ 'group:default/a': 'viewer' })).toBe('viewer');
});

it('lets the own assignment decide, also downwards', () => {
  expect(of({ 'user:default/mira': 'viewer', 'group:default/b': 'administrator' })).toBe('viewer');
});
