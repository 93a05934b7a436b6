import { expect, it } from 'vitest';
import type { Entity } from '@paved/kernel';
import { testActor } from '@paved/testing';
import { catalog } from '../../index.ts';
import { randomOf } from '../fuzz.test-kit.ts';
import { catalogPlatform } from '../platform.test-kit.ts';
import { createFigures } from './figures.ts';

const thing = (name: string, spec: NonNullable<Entity['spec']>, description = ''): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, description },
  spec: { type: 'service', lifecycle: 'production', ...spec },
});

it('figures are counted again when entities or relations come or go, and only then', { timeout: 120_000 }, async () => {
  await using platform = await catalogPlatform();
  const { db } = platform.platform;
  const { put, remove } = platform.service(catalog);
  const random = randomOf(20_261_122);
  const below = (n: number): number => Math.floor(random() * n);
  const figures = createFigures(db);
  const spec = () => ({ owner: `team-${below(3)}`, dependsOn: Array.from({ length: below(3) }, () => `component:c${below(8)}`) });
  for (let step = 0; step < 150; step++) {
    // Several writes between two looks are often of the same millisecond.
    for (let writes = below(3); writes >= 0; writes--) {
      const name = `c${below(8)}`;
      if (below(3) === 0) await remove([`component:default/${name}`], 'test', testActor);
      else await put([thing(name, spec())], 'test', testActor);
    }
    expect(await figures.structure(), `step ${step}`).toEqual(await createFigures(db).structure());
  }

  const same = thing('same', { owner: 'team-0', dependsOn: ['component:c1', 'component:nowhere'] });
  await put([same], 'api', testActor);
  const before = await figures.structure();
  expect(before.dangling).toBeGreaterThan(0);
  await put([{ ...same, metadata: { name: 'same', description: 'Another text.' } }], 'api', testActor);
  expect(await figures.structure()).toBe(before);
  await put([{ ...same, metadata: { name: 'same', description: 'And another.' } }], 'api', testActor);
  expect(await figures.structure()).toBe(before);
  await put([thing('nowhere', { owner: 'team-0' })], 'api', testActor);
  // One relation leads somewhere now, and the new one to its owner nowhere.
  expect(await figures.structure()).toMatchObject({ relations: before.relations + 1, dangling: before.dangling });
});
