import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform, component, folderWith, write } from '../platform.test-kit.ts';
import { sweepHistory } from './retention.ts';

const DAY = 24 * 3600_000;
const service = (name: string, owner: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
  spec: { type: 'service', lifecycle: 'production', owner },
});

it('drops what ended before the horizon; later times answer as before, earlier ones are refused', async () => {
  await using platform = await catalogPlatform();
  const { db } = platform.platform;
  let days = 0;
  const wait = (n: number) => {
    platform.advance(n * DAY);
    days += n;
  };
  const now = () => new Date(Date.now() + days * DAY);
  const put = (...entities: object[]) => platform.service(catalog).put(entities as never, 'test', testActor);
  await put(service('a', 'one'), service('gone', 'one'), service('still', 'one'));
  wait(10);
  await put(service('a', 'two'));
  await platform.service(catalog).remove(['component:default/gone'], 'test', testActor);
  wait(10);
  await put(service('a', 'three'));
  wait(10);

  const ask = async (url: string) => (await platform.request('GET', url)).json;
  const at = (ago: number) => new Date(now().getTime() - ago * DAY).toISOString();
  const list = (ago: number) => ask(`/api/catalog/entities/by-query?orderField=metadata.name&at=${at(ago)}`);
  const before = await list(15);
  // Makes search rows of versions that go and of some that stay.
  for (const ago of [25, 15]) await ask(`/api/catalog/entities?filter=spec.owner=one&at=${at(ago)}`);
  const history = '/api/catalog/entities/by-name/component/default/a/history';
  expect(await sweepHistory({ db, now, keep: 'forever' })).toEqual({ versions: 0, edges: 0 });
  expect(await sweepHistory({ db, now, keep: '16d' })).toEqual({ versions: 3, edges: 2 });
  expect((await list(15)).items).toEqual(before.items);
  expect(await ask(`/api/catalog/entities?at=${at(20)}`)).toMatchObject({
    status: 400,
    detail: expect.stringMatching(/^History is kept since .* is earlier\.$/),
  });
  expect(await ask(history)).toMatchObject({
    totalItems: 2,
    items: [
      { version: 3, diff: [{ path: '/spec/owner', before: 'two', after: 'three' }] },
      { version: 2, diff: [], forgotten: true },
    ],
  });
  expect((await platform.request('GET', '/api/catalog/entities/by-name/component/default/gone/history')).status).toBe(404);
  // Who wrote what is still there stays known.
  expect((await ask('/api/catalog/entities/by-name/component/default/still/history')).items[0].actor).toBe(testActor.ref);
  expect(await sweepHistory({ db, now, keep: '16d' })).toEqual({ versions: 0, edges: 0 });
  await sweepHistory({ db, now, keep: '300d' });
  expect((await ask(`/api/catalog/entities?at=${at(20)}`)).status).toBe(400);
  const lost =
    await sql`select from catalog.search_past s where not exists (select from catalog.entity_past p where p.id = s.past_id)`.execute(db);
  expect(lost.rows).toHaveLength(0);
  expect(Number((await sql<{ n: string }>`select count(*) as n from catalog.written`.execute(db)).rows[0]?.n)).toBe(3);
});

it('drops problems and sources that are over, too', async () => {
  await using platform = await catalogPlatform();
  let days = 0;
  const wait = (n: number) => {
    platform.advance(n * DAY);
    days += n;
  };
  const now = () => new Date(Date.now() + days * DAY);
  const folder = folderWith({ 'catalog-info.yaml': `${component('a')}---\n${component('b').replace('type: service', 'type: 3')}` });
  const { location } = await platform.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
  wait(10);
  write(folder, { 'catalog-info.yaml': component('a') });
  await platform.service(catalog).refresh({ type: 'directory', target: folder });
  wait(10);
  await platform.service(catalog).removeLocation(location.id, testActor);
  wait(10);
  const kept = async () =>
    (await sql<{ name: string }>`select held_in as name from catalog.beside_past order by 1`.execute(platform.platform.db)).rows.map(
      ({ name }) => name,
    );
  expect(await kept()).toEqual(['location', 'problem']);
  const problemsAt = async (ago: number) =>
    (await platform.request('GET', `/api/catalog/problems?at=${new Date(now().getTime() - ago * DAY).toISOString()}`)).json.totalItems;
  expect([await problemsAt(25), await problemsAt(15)]).toEqual([1, 0]);
  await sweepHistory({ db: platform.platform.db, now, keep: '16d' });
  expect(await kept()).toEqual(['location']);
  await sweepHistory({ db: platform.platform.db, now, keep: '5d' });
  expect(await kept()).toEqual([]);
});
