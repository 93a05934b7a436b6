import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acme, until, type Acme, type Server } from './kit/acme.ts';
import { ask, createService, instancesOf, rowsOf, succeeded, urlOf, workload } from './kit/service.ts';

const name = 'phoenix';
let place: Acme;
let server: Server;
let url: string;

beforeAll(async () => {
  place = await acme();
  server = await place.start();
  await succeeded(server.api, await createService(server.api, name));
  url = await urlOf(server.api, name);
});
afterAll(() => place?.[Symbol.asyncDispose]());

const postmaster = (cluster: string): number =>
  Number(readFileSync(path.join(place.folder, cluster, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
const answers = (): Promise<boolean> =>
  ask(url).then(
    ({ status }) => status === 200,
    () => false,
  );

test('a service that is killed is back within two seconds, and says that it restarted', async () => {
  const before = await workload(server.api, name);
  const [victim] = instancesOf(place.folder, name);
  const at = performance.now();
  process.kill(victim?.pid ?? Number.NaN, 'SIGKILL');
  await until(10_000, 'another process', () => instancesOf(place.folder, name).find(({ pid }) => pid !== victim?.pid));
  await until(10_000, 'an answer', async () => ((await answers()) ? true : undefined));
  const back = performance.now() - at;
  const shown = await until(5_000, 'the restart to be shown', async () => {
    const state = await workload(server.api, name);
    return state?.health === 'healthy' && (state.restarts ?? 0) > (before?.restarts ?? 0) ? state : undefined;
  });
  console.log(
    `back after ${Math.round(back)} ms, shown as ${JSON.stringify({ health: shown.health, restarts: shown.restarts, reason: shown.reason })}`,
  );
  expect(back).toBeLessThan(2_000);
  expect(await rowsOf(url)).not.toHaveLength(0);
});

test('the platform’s PostgreSQL is killed while entities are written: everything that was acknowledged is there', async () => {
  const acknowledged: string[] = [];
  const refused: string[] = [];
  let stop = false;
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !stop; n++) {
      const entity = `written-${writer}-${n}`;
      await server.api
        .post('/api/catalog/apply', {
          documents: [
            {
              apiVersion: 'backstage.io/v1alpha1',
              kind: 'Component',
              metadata: { name: entity },
              spec: { type: 'library', lifecycle: 'production', owner: 'playback' },
            },
          ],
        })
        .then(
          () => acknowledged.push(entity),
          (error: unknown) => refused.push(String(error)),
        );
      await sleep(5);
    }
  };
  const writing = [1, 2, 3, 4].map(write);
  for (let round = 1; round <= 3; round++) {
    await sleep(1_500);
    const pid = postmaster('postgres');
    const at = performance.now();
    process.kill(pid, 'SIGKILL');
    await until(30_000, 'the server to be ready again', async () => {
      if (postmasterOr(0) === pid) return undefined;
      return (await fetch(`${server.url}/readyz`).catch(() => undefined))?.ok === true ? true : undefined;
    });
    const count = acknowledged.length;
    await until(30_000, 'another acknowledged write', () => (acknowledged.length > count ? true : undefined));
    console.log(
      `writes go on ${Math.round(performance.now() - at)} ms after kill ${round}; ${acknowledged.length} acknowledged, ${refused.length} refused`,
    );
  }
  stop = true;
  await Promise.all(writing);
  const lost: string[] = [];
  for (let n = 0; n < acknowledged.length; n += 100) {
    const names = acknowledged.slice(n, n + 100);
    const { items } = await server.api.post<{ items: unknown[] }>('/api/catalog/entities/by-refs', {
      entityRefs: names.map((one) => `component:default/${one}`),
    });
    lost.push(...names.filter((_, index) => items[index] === null));
  }
  expect(acknowledged.length).toBeGreaterThan(50);
  expect(lost).toEqual([]);
  console.log('refused with:', [...new Set(refused)]);
  expect(server.child.exitCode).toBeNull();
  // Never our own mistake: each refusal says that the database is away.
  expect(refused.filter((text) => text.includes('on our side'))).toEqual([]);
  expect([...new Set(refused)]).toEqual([...new Set(refused)].filter((text) => !/\bat \/|ECONN|undefined/.test(text)));
  // The events of the time after the kill reach handlers and listeners: a run starts by itself and ends.
  await succeeded(server.api, await createService(server.api, 'after-the-storm'));
  expect(await server.api.get('/api/audit/verify')).not.toHaveProperty('brokenAt');

  function postmasterOr(nobody: number): number {
    try {
      return postmaster('postgres');
    } catch {
      return nobody;
    }
  }
});

test('the services’ PostgreSQL is killed: services answer from it again, with their rows', async () => {
  const rows = await rowsOf(url);
  const pid = postmaster('orchestrator/postgres/cluster');
  const at = performance.now();
  process.kill(pid, 'SIGKILL');
  await sleep(100);
  const again = await until(30_000, 'rows', () => rowsOf(url).catch(() => undefined));
  console.log(`rows again after ${Math.round(performance.now() - at)} ms`);
  expect(again).toEqual(rows);
  await until(15_000, 'health', async () => ((await workload(server.api, name))?.health === 'healthy' ? true : undefined));
});
