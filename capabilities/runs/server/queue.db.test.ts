import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { audit } from '@paved/audit';
import { testActor, testPlatform, type TestPlatform } from '@paved/testing';
import { runs, type RunKind, type Runs } from '../index.ts';
import { runsCapability } from './index.ts';

const provide = [[audit, { record: async () => {}, verify: async () => ({ entries: 0 }) }]] as const;
const input = z.object({ key: z.string(), ms: z.number() });
type Input = z.infer<typeof input>;

describe('limits over two replicas on one database', () => {
  let one: TestPlatform;
  let two: TestPlatform;
  let services: Runs[];
  beforeAll(async () => {
    one = await testPlatform({ capabilities: [runsCapability], provide });
    two = await testPlatform({ capabilities: [runsCapability], provide, beside: one });
    services = [one.service(runs), two.service(runs)];
  });
  afterAll(async () => {
    await two[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
  });

  /** Defines the kind on both and watches how many run at once. */
  const define = (kind: string, concurrency: NonNullable<RunKind<Input, unknown>['concurrency']>) => {
    const seen = { now: 0, most: 0, byKey: new Map<string, number>(), mostOfKey: 0, order: [] as string[], on: new Set<number>() };
    services.forEach((service, replica) =>
      service.define<Input, void>({
        kind,
        input,
        title: ({ key }) => key,
        concurrency,
        async execute(run) {
          const { key, ms } = run.input;
          seen.on.add(replica);
          seen.order.push(key);
          seen.now++;
          seen.byKey.set(key, (seen.byKey.get(key) ?? 0) + 1);
          seen.most = Math.max(seen.most, seen.now);
          seen.mostOfKey = Math.max(seen.mostOfKey, seen.byKey.get(key) ?? 0);
          await run.step('work', {}, () => sleep(ms));
          seen.now--;
          seen.byKey.set(key, (seen.byKey.get(key) ?? 0) - 1);
        },
      }),
    );
    const start = (replica: 0 | 1, key: string, ms = 40) =>
      (replica === 0 ? one : two).service(runs).start({ kind, input: { key, ms }, actor: testActor, cause: { type: 'user' } });
    return { seen, start };
  };

  it('keeps a kind within its limit', async () => {
    const { seen, start } = define('test.limited', { limit: 3 });
    const all = await Promise.all(Array.from({ length: 14 }, (_, i) => start(i % 2 === 0 ? 0 : 1, `${i}`)));
    await Promise.all(all.map((run) => services[0]?.ended(run.id)));
    expect(seen.most).toBeLessThanOrEqual(3);
    expect(seen.most).toBeGreaterThan(1);
    expect(seen.order).toHaveLength(14);
    expect(seen.on).toEqual(new Set([0, 1]));
  });

  it('keeps each key to itself, in order, without holding up others', async () => {
    const { seen, start } = define('test.keyed', { key: ({ key }) => key });
    const all = [];
    for (const key of ['a', 'a', 'b', 'a', 'b', 'c']) all.push(await start(all.length % 2 === 0 ? 0 : 1, key));
    await Promise.all(all.map((run) => services[1]?.ended(run.id)));
    expect(seen.mostOfKey).toBe(1);
    expect(seen.most).toBeGreaterThan(1);
    const rows = await Promise.all(all.map((run) => services[0]?.get(run.id)));
    const started = rows.filter((run) => run?.title === 'a').map((run) => run?.startedAt ?? '');
    expect(started).toEqual([...started].sort());
  });

  it('starts the next one at once when a place becomes free', async () => {
    const { start } = define('test.next', { limit: 1 });
    const begun = performance.now();
    const all = [];
    for (let i = 0; i < 10; i++) all.push(await start(0, `${i}`, 1));
    await Promise.all(all.map((run) => services[0]?.ended(run.id)));
    // Polling once a second would need ten.
    expect(performance.now() - begun).toBeLessThan(6_000);
  });

  it('cancels what has not begun', async () => {
    const { seen, start } = define('test.waiting', { limit: 1 });
    const first = await start(0, 'first', 200);
    const second = await start(0, 'second');
    expect((await services[0]?.get(second.id))?.status).toBe('queued');
    await services[1]?.cancel(second.id, testActor);
    expect((await services[0]?.ended(second.id))?.status).toBe('cancelled');
    await services[0]?.ended(first.id);
    expect(seen.order).toEqual(['first']);
  });

  it('cancels a run that the other replica carries out', async () => {
    const { start } = define('test.far', { limit: 1 });
    const run = await start(0, 'far', 3_000);
    const begun = performance.now();
    await services[1]?.cancel(run.id, testActor);
    expect((await services[1]?.ended(run.id, 8_000))?.status).toBe('cancelled');
    expect(performance.now() - begun).toBeLessThan(7_000);
  });
});
