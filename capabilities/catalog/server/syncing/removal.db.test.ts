import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog, REMOVAL_CONFIRMED, REMOVAL_HELD } from '../../index.ts';
import { catalogPlatform, component, folderWith, write } from '../platform.test-kit.ts';

const text = (names: readonly string[]): string => names.map((name) => component(name)).join('---\n');
const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `c${i}`);

async function source(n: number, options: Parameters<typeof catalogPlatform>[0] = {}) {
  const platform = await catalogPlatform(options);
  const folder = folderWith({ 'catalog-info.yaml': text(names(n)) });
  const { location } = await platform.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
  return {
    platform,
    location,
    async sync(left: readonly string[]): Promise<number> {
      write(folder, { 'catalog-info.yaml': text(left) });
      await platform.service(catalog).refresh({ type: 'directory', target: folder });
      return components(platform);
    },
  };
}

const components = async (platform: TestPlatform): Promise<number> =>
  (await platform.service(catalog).query({ filter: [{ kind: ['component'] }], limit: 0 })).totalItems;
const removals = async (platform: TestPlatform) =>
  (await platform.request('GET', '/api/catalog/problems')).json.items.filter((problem: { kind: string }) => problem.kind === 'removal');
const events = async (platform: TestPlatform): Promise<string[]> =>
  (
    await sql<{ type: string }>`select type from host.event where type in (${REMOVAL_HELD}, ${REMOVAL_CONFIRMED}) order by id`.execute(
      platform.platform.db,
    )
  ).rows.map((row) => row.type);

it('keeps everything when a source loses more than a fifth, and lets it go when somebody confirms', async () => {
  const { platform, location, sync } = await source(40);
  await using _platform = platform;
  expect(await sync(['fresh', ...names(40).slice(0, 20)]), 'what is new comes, what is gone stays').toBe(41);
  expect(await removals(platform)).toMatchObject([{ message: expect.stringContaining('no longer names 20 of') }]);
  expect(await sync(['fresh', ...names(40).slice(0, 20)]), 'however often it is read').toBe(41);
  expect(await events(platform)).toEqual([REMOVAL_HELD]);

  const confirmed = await platform.request('POST', `/api/catalog/sources/${location.id}/confirm-removal`);
  expect(confirmed.json).toEqual({ removed: 20 });
  expect(await components(platform)).toBe(21);
  expect(await removals(platform)).toEqual([]);
  expect(await events(platform)).toEqual([REMOVAL_HELD, REMOVAL_CONFIRMED]);
  const again = await platform.request('POST', `/api/catalog/sources/${location.id}/confirm-removal`);
  expect([again.status, again.json.detail]).toEqual([404, expect.stringContaining('No removal waits')]);
});

it('asks again when the source loses more than was confirmed, and forgets the question when everything is back', async () => {
  const { platform, location, sync } = await source(40);
  await using _platform = platform;
  await sync(names(40).slice(0, 20));
  await platform.platform.db.transaction().execute(async (tx) => {
    // Confirmed, but before it is carried out the source loses ten more.
    await sql`update catalog.pending_removal set confirmed_by = 'user:default/tess' where location_id = ${location.id}::uuid`.execute(tx);
  });
  expect(await sync(names(40).slice(0, 10))).toBe(40);
  expect(await removals(platform)).toMatchObject([{ message: expect.stringContaining('no longer names 30 of') }]);
  expect(await sync(names(40))).toBe(40);
  expect(await removals(platform)).toEqual([]);
  expect((await platform.request('POST', `/api/catalog/sources/${location.id}/confirm-removal`)).status).toBe(404);
});

it('removes few entities, and small shares, without asking; the limits can be configured', async () => {
  const few = await source(12);
  await using _few = few.platform;
  expect(await few.sync(names(12).slice(0, 3))).toBe(3);
  const share = await source(100);
  await using _share = share.platform;
  expect(await share.sync(names(100).slice(0, 85))).toBe(85);
  const strict = await source(12, { config: { catalog: { removals: { share: 0.1, count: 2 } } } as never });
  await using _strict = strict.platform;
  expect(await strict.sync(names(12).slice(0, 8))).toBe(12);
});
