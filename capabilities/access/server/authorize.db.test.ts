import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditCapability } from '@paved/audit/server';
import { catalog } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { roles, type Actor, type Entity, type Permission } from '@paved/kernel';
import { runsCapability } from '@paved/runs/server';
import { testActor, testPlatform, type TestPlatform } from '@paved/testing';
import { createAuthorizer } from './authorize.ts';

const owners = ['group:default/a', 'group:default/b', 'group:other/a', 'user:default/mira', 'user:default/jon'];

/** Lists ask the database for what the guard allows; both must always agree. */
describe('what lists reach', () => {
  const permissions = roles.flatMap((role): Permission[] => [
    { name: `test.everywhere.${role}`, description: 'Do it', role },
    ...(['developer', 'viewer'] as const).map((owner): Permission => ({
      name: `test.owned.${role}_${owner}`,
      description: 'Do it',
      role,
      owner,
    })),
  ]);
  let platform: TestPlatform;

  beforeAll(async () => {
    const declared = { ...catalogCapability, permissions: [...(catalogCapability.permissions ?? []), ...permissions] };
    platform = await testPlatform({
      capabilities: [auditCapability, runsCapability, declared],
      authorize: createAuthorizer(() => declared.permissions),
    });
    const entity = (kind: string, name: string, owner: string | undefined, namespace = 'default'): Entity => ({
      apiVersion: 'backstage.io/v1alpha1',
      kind,
      metadata: { name, namespace },
      spec: { type: 'x', lifecycle: 'y', ...(owner === undefined ? {} : { owner }) },
    });
    const entities = owners.flatMap((owner, i) => [
      entity('Component', `c${i}`, owner),
      entity('Component', `c${i}`, owner, 'other'),
      entity('Resource', `r${i}`, owner.toUpperCase()),
    ]);
    // Without an owner: only who holds the permission everywhere reaches these.
    const group: Entity = { ...entity('Group', 'a', undefined), spec: { type: 'team', children: [] } };
    await platform.service(catalog).put([...entities, group], 'test', testActor);
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  it('is exactly what the guard allows one by one, for every role, membership and permission', async () => {
    const all: Entity[] = (await platform.request('GET', '/api/catalog/entities')).json;
    const refOf = ({ kind, metadata }: Entity): string => `${kind}:${metadata.namespace ?? 'default'}/${metadata.name}`.toLowerCase();
    const ownersOf = new Map(
      await Promise.all(all.map(async (one) => [refOf(one), await platform.service(catalog).ownersOf(refOf(one))] as const)),
    );
    const allow = createAuthorizer(() => permissions);
    const actor = fc.record({
      role: fc.constantFrom(...roles),
      ownershipRefs: fc.uniqueArray(fc.constantFrom(...owners), { maxLength: 4 }),
    });
    const kind = fc.constantFrom('', 'component', 'resource', 'group');
    let number = 0;
    await fc.assert(
      fc.asyncProperty(actor, fc.constantFrom(...permissions), kind, async (given, permission, wanted) => {
        const who: Actor = { ...given, ref: `user:default/actor-${number++}`, displayName: 'Somebody', door: 'api' };
        const expected = all
          .filter((one) => wanted === '' || one.kind.toLowerCase() === wanted)
          .filter((one) => allow(who, permission.name, { ref: refOf(one), ownerRefs: ownersOf.get(refOf(one)) ?? [] }).allowed)
          .map(refOf)
          .toSorted();
        const filter = wanted === '' ? '' : `&filter=kind=${wanted}`;
        const asked = await platform.request('GET', `/api/catalog/entities/by-query?limit=1000&permission=${permission.name}${filter}`, {
          as: who,
        });
        const reader = allowsReading(given.role) ? 200 : 403;
        expect(asked.status, asked.text).toBe(reader);
        expect((asked.json.items as Entity[]).map(refOf).toSorted()).toEqual(expected);
        expect(asked.json.totalItems).toBe(expected.length);
      }),
      { numRuns: 150 },
    );
  });

  it('is nothing for a permission that nobody declared, and a sentence for what is no permission', async () => {
    const list = (permission: string) => platform.request('GET', `/api/catalog/entities/by-query?permission=${permission}`);
    expect((await list('no.such.thing')).json.totalItems).toBe(0);
    expect((await list('Robert;--')).json.detail).toBe('"Robert;--" is not a permission.');
  });
});

/** Everybody who is signed in may read the catalog. */
const allowsReading = (role: Actor['role']): boolean => roles.indexOf(role) >= roles.indexOf('viewer');
