import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { audit } from '@paved/audit';
import { testActor, testPlatform, type TestPlatform } from '@paved/testing';
import { runs, type Runs } from '../index.ts';
import { runsCapability } from './index.ts';

let platform: TestPlatform;
let service: Runs;
const calls: string[] = [];
beforeAll(async () => {
  platform = await testPlatform({
    capabilities: [runsCapability],
    provide: [[audit, { record: async () => {}, verify: async () => ({ entries: 0 }) }]],
  });
  service = platform.service(runs);
  service.define({
    kind: 'test.ten',
    input: z.object({ ms: z.number() }),
    title: () => 'Ten steps',
    async execute(run) {
      for (let n = 1; n <= 10; n++) {
        await run.step(`s${n}`, {}, async (step) => {
          step.log(`line ${n}`);
          calls.push(`${run.id} ${n}`);
          await sleep(run.input.ms);
        });
      }
    },
  });
});
afterAll(() => platform[Symbol.asyncDispose]());
const start = (ms: number) => service.start({ kind: 'test.ten', input: { ms }, actor: testActor, cause: { type: 'user' } });

describe('when something is away for a moment', () => {
  it('loses no step and repeats none while every database connection breaks again and again', async () => {
    const admin = new pg.Client({ connectionString: platform.databaseUrl });
    await admin.connect();
    const run = await start(200);
    for (let i = 0; i < 6; i++) {
      await sleep(300);
      await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    }
    await admin.end();
    const ended = await service.ended(run.id, 20_000);
    expect(ended).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(calls.filter((call) => call.startsWith(run.id))).toHaveLength(10);
    const logs = await platform.request('GET', `/api/runs/${run.id}/logs`);
    expect(logs.json.items.map((line: { text: string }) => line.text)).toEqual(Array.from({ length: 10 }, (_, i) => `line ${i + 1}`));
  });

  it('fails a run whose workspace cannot be made, and says so', async () => {
    const work = path.join(platform.dataDir, 'runs', 'work');
    rmSync(work, { recursive: true, force: true });
    writeFileSync(work, 'in the way');
    const run = await service.ended((await start(0)).id, 10_000);
    expect(run).toMatchObject({ status: 'failed' });
    expect(run.error?.message).toContain('work');
    rmSync(work);
    await service.retry(run.id, testActor);
    expect((await service.ended(run.id, 10_000)).status).toBe('succeeded');
  });
});

describe('a burst', () => {
  it('of more runs than there is room for is worked off', async () => {
    const { db } = platform.platform;
    const all = await db.transaction().execute(async (tx) => {
      const started = [];
      for (let i = 0; i < 260; i++)
        started.push(await service.start({ kind: 'runs.noop', input: {}, actor: testActor, cause: { type: 'user' } }, tx));
      return started;
    });
    for (const run of all) expect((await service.ended(run.id, 30_000)).status).toBe('succeeded');
    const metrics = (await platform.request('GET', '/metrics')).text;
    expect(metrics).toMatch(/paved_runs_total\{kind="runs.noop",status="succeeded"\} 260/);
    expect(metrics).toContain('paved_run_duration_seconds_count{kind="runs.noop"} 260');
    expect((await platform.request('GET', '/readyz')).status).toBe(200);
  });
});
