import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform, component, folderWith, write } from '../platform.test-kit.ts';
import { wrong } from './whole.test-kit.ts';

it('two replicas that sync one source at once do not fight: the newest reading stands, each change is told once', async () => {
  await using one = await catalogPlatform();
  await using two = await catalogPlatform({ beside: { databaseUrl: one.databaseUrl, dataDir: one.dataDir } });
  const size = 3500;
  const version = (v: number): string =>
    Array.from({ length: size }, (_, i) =>
      component(`c${i}`, { owner: `team-${v}`, spec: `  dependsOn: [component:c${(i * 7 + v) % size}]\n` }),
    ).join('---\n');
  const folder = folderWith({ 'catalog-info.yaml': version(0) });
  const target = { type: 'directory', target: folder } as const;
  await one.service(catalog).addLocation(target, testActor);
  for (let v = 1; v <= 3; v++) {
    write(folder, { 'catalog-info.yaml': version(v) });
    const first = one.service(catalog).refresh(target);
    // The other one begins while the first reads or writes.
    await new Promise((resolve) => setTimeout(resolve, v * 60));
    const second = two.service(catalog).refresh(target);
    if (v === 3) write(folder, { 'catalog-info.yaml': version(4) });
    const third = two.service(catalog).refresh(target);
    await Promise.all([first, second, third]);
    const { rows } = await sql<{ owner: string; n: number }>`
      select s.value as owner, count(*)::int as n from catalog.search s where s.key = 'spec.owner' group by 1`.execute(one.platform.db);
    expect(rows).toEqual([{ owner: `team-${v === 3 ? 4 : v}`, n: size }]);
    expect(await wrong(one)).toEqual([]);
  }
  const { rows: versions } = await sql<{ most: number }>`select max(version)::int as most from catalog.entity`.execute(one.platform.db);
  // Written once for each version of the file, at most once more for the one that changed while it was read.
  expect(versions[0]?.most).toBeLessThanOrEqual(5);
}, 240_000);
