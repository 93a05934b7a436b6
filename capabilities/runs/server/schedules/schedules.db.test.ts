import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { audit } from '@paved/audit';
import { systemActor } from '@paved/kernel';
import { testPlatform, type TestPlatform } from '@paved/testing';
import { runs, type Runs } from '../../index.ts';
import { runsCapability } from '../index.ts';

const provide = [[audit, { record: async () => {}, verify: async () => ({ entries: 0 }) }]] as const;
const plan = (service: Runs, cron: string): void => {
  service.define({ kind: 'test.nightly', input: z.object({}), title: () => 'Nightly', execute: async () => 'done' });
  service.schedule({ name: 'nightly', cron, run: { kind: 'test.nightly', input: {}, actor: systemActor } });
};

describe('schedules', () => {
  it('start a run when it is due, once over all replicas', async () => {
    await using one = await testPlatform({ capabilities: [runsCapability], provide });
    await using two = await testPlatform({ capabilities: [runsCapability], provide, beside: one });
    for (const platform of [one, two]) plan(platform.service(runs), '* * * * * *');
    const list = () => one.service(runs).list({ kind: 'test.nightly' });
    await expect.poll(async () => (await list()).length, { timeout: 15_000 }).toBeGreaterThanOrEqual(4);
    const started = await list();
    const causes = new Set(started.map((run) => JSON.stringify(run.cause)));
    expect([...causes]).toEqual(['{"ref":"* * * * * *","type":"schedule"}']);
    // One per second at most: the second replica added none.
    const span = (Date.parse(started[0]?.createdAt ?? '') - Date.parse(started.at(-1)?.createdAt ?? '')) / 1000;
    expect(started.length).toBeLessThanOrEqual(Math.ceil(span) + 2);
  });

  it('make up once for what was missed while no server ran', async () => {
    await using platform = await testPlatform({ capabilities: [runsCapability], provide });
    const list = () => platform.service(runs).list({ kind: 'test.nightly' });
    plan(platform.service(runs), '0 3 * * *');
    await expect.poll(async () => await known(platform), { timeout: 10_000 }).toBe(1);
    expect(await list()).toHaveLength(0);
    platform.advance(3 * 24 * 3_600_000);
    await platform.restart();
    plan(platform.service(runs), '0 3 * * *');
    await expect.poll(async () => (await list()).length, { timeout: 10_000 }).toBe(1);
    await expect.poll(async () => (await list())[0]?.status, { timeout: 10_000 }).toMatch(/running|succeeded/);
    expect(await list()).toHaveLength(1);
  });

  it('refuse an expression that cannot be read', async () => {
    await using platform = await testPlatform({ capabilities: [runsCapability], provide });
    expect(() => plan(platform.service(runs), 'every day')).toThrow('The schedule "nightly" has the cron expression "every day"');
  });
});

async function known({ platform }: TestPlatform): Promise<number> {
  return (await platform.db.withSchema('runs').selectFrom('schedule').selectAll().execute()).length;
}
