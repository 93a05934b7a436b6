import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Entity } from '@paved/kernel';
import { testActor } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform } from '../platform.test-kit.ts';
import { dropUnusedWords, unusedWords } from './store.ts';
import { sweepWords } from './sweep-words.ts';

const thing = (name: string, description: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, description },
  spec: { type: 'service', lifecycle: 'production', owner: 'team-a' },
});

it('drops words that no entity has, and none that comes back at the same time', { timeout: 60_000 }, async () => {
  await using platform = await catalogPlatform();
  const { db } = platform.platform;
  const service = platform.service(catalog);
  const found = async (term: string): Promise<string[]> =>
    (await service.query({ fullText: { term } })).items.map((entity) => entity.metadata.name);
  const words = async (): Promise<string[]> =>
    (await sql<{ word: string }>`select word from catalog.word order by word`.execute(db)).rows.map((row) => row.word);
  await service.put([thing('kept', 'amber basalt'), thing('changing', 'cobalt amber')], 'test', testActor);
  const before = await words();
  expect(await sweepWords(db)).toBe(0);
  await service.put([thing('changing', 'damask')], 'test', testActor);
  await service.put([thing('going', 'ebony')], 'test', testActor);
  await service.remove(['component:default/going'], 'test', testActor);
  expect(await sweepWords(db)).toBe(3);
  expect(await words()).toEqual([...before.filter((word) => word !== 'cobalt'), 'damask'].sort());
  expect([await found('amber'), await found('damask'), await found('cobalt'), await found('ebony')]).toEqual([
    ['kept'],
    ['changing'],
    [],
    [],
  ]);

  // It was found unused, and somebody has it before it is dropped.
  await service.put([thing('changing', 'fresco')], 'test', testActor);
  const unused = await unusedWords(db, 0, 100);
  expect(unused).toHaveLength(1);
  await service.put([thing('changing', 'damask')], 'test', testActor);
  expect(await dropUnusedWords(db, unused)).toBe(0);
  expect(await found('damask')).toEqual(['changing']);

  // A writer holds the word that is to go: the sweep waits for it. And the other way round.
  await service.put([thing('changing', 'fresco')], 'test', testActor);
  let sweeping: Promise<number> | undefined;
  await db.transaction().execute(async (tx) => {
    await service.put([thing('changing', 'damask')], 'test', testActor, tx);
    sweeping = dropUnusedWords(db, unused);
  });
  expect(await sweeping).toBe(0);
  expect(await found('damask')).toEqual(['changing']);

  // Words come and go while they are swept: every search finds what is there.
  let done = false;
  const sweeps = (async () => {
    for (let n = 0; ; n += await sweepWords(db)) if (done) return n;
  })();
  for (let turn = 0; turn < 60; turn++) {
    const word = `word${turn % 4}`;
    await service.put([thing('changing', word)], 'test', testActor);
    expect(await found(word), `turn ${turn}`).toEqual(['changing']);
    expect((await service.facet('kind', { 'metadata.description': word })).map(({ count }) => count)).toEqual([1]);
  }
  done = true;
  expect(await sweeps).toBeGreaterThan(0);
});
