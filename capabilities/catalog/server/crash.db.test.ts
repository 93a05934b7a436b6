import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { catalog } from '../index.ts';
import { catalogPlatform, component, folderWith, write } from './platform.test-kit.ts';
import { wrong } from './syncing/whole.test-kit.ts';

const victim = fileURLToPath(new URL('./sync-victim.test-kit.ts', import.meta.url));

/** The full proof takes minutes: `PAVED_TEST_CRASHES=10 PAVED_TEST_CRASH_ENTITIES=10000`. */
const crashes = Number(process.env['PAVED_TEST_CRASHES'] ?? 4);
const size = Number(process.env['PAVED_TEST_CRASH_ENTITIES'] ?? 2000);

it(`is whole after kill -9 of a server in the middle of a sync, whenever it comes (${crashes} times, ${size} entities)`, async () => {
  await using platform = await catalogPlatform();
  const version = (v: number) =>
    Array.from({ length: size }, (_, i) =>
      component(`c${i}`, { owner: `team-${v}`, spec: `  dependsOn: [component:c${(i * 7 + v) % size}]\n` }),
    );
  const files = (v: number): Record<string, string> => {
    const all = version(v);
    const parts = Array.from({ length: Math.ceil(size / 500) }, (_, i) => all.slice(i * 500, (i + 1) * 500));
    return Object.fromEntries(parts.map((part, i) => [`part-${i}/catalog-info.yaml`, part.join('---\n')]));
  };
  const folder = folderWith(files(0));
  const target = { type: 'directory', target: folder } as const;
  await platform.service(catalog).addLocation(target, testActor);
  expect(await wrong(platform)).toEqual([]);
  // How long an undisturbed sync takes here: the kills are spread over that time.
  write(folder, files(crashes + 1));
  const started = performance.now();
  await platform.service(catalog).refresh(target);
  const undisturbed = performance.now() - started;
  let interrupted = 0;
  for (let round = 1; round <= crashes; round++) {
    write(folder, files(round));
    const child = spawn(process.execPath, [victim, platform.databaseUrl, platform.dataDir, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // It may be done, and gone, before it is killed.
    const ended = once(child, 'exit') as Promise<[number | null]>;
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, Math.random() * undisturbed));
    child.kill('SIGKILL');
    const [code] = await ended;
    if (code === null) interrupted++;
    expect(await wrong(platform)).toEqual([]);
    const { rows } = await sql<{ owners: number; n: number }>`
      select count(distinct s.value)::int as owners, count(*)::int as n from catalog.search s where s.key = 'spec.owner'`.execute(
      platform.platform.db,
    );
    // Each entity is there once, as of one of the versions so far.
    expect(rows[0]?.n).toBe(size);
    expect(rows[0]?.owners).toBeLessThanOrEqual(round + 1);
  }
  expect(interrupted).toBeGreaterThan(0);
  await platform.service(catalog).refresh(target);
  expect((await platform.service(catalog).query({ filter: [{ 'spec.owner': [`team-${crashes}`] }], limit: 0 })).totalItems).toBe(size);
  expect(await wrong(platform)).toEqual([]);
}, 900_000);
