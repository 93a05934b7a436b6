import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sql } from 'kysely';
import { audit } from '@paved/audit';
import { testActor, testPlatform, type TestPlatform } from '@paved/testing';
import { LOG_APPENDED, runs, type Run, type RunContext } from '../../index.ts';
import { runsCapability } from '../index.ts';

const SECRET = 'hunter2-hunter2';
let platform: TestPlatform;
let count = 0;
beforeAll(async () => {
  platform = await testPlatform({
    capabilities: [runsCapability],
    provide: [[audit, { record: async () => {}, verify: async () => ({ entries: 0 }) }]],
  });
});
afterAll(() => platform[Symbol.asyncDispose]());

const carryOut = async (execute: (run: RunContext<unknown>) => Promise<unknown>): Promise<Run> => {
  const service = platform.service(runs);
  const kind = `test.log.${++count}`;
  service.define({ kind, input: z.unknown(), title: () => kind, execute });
  return service.ended((await service.start({ kind, input: {}, actor: testActor, cause: { type: 'user' } })).id, 20_000);
};
const page = async (run: Run, query = '') => (await platform.request('GET', `/api/runs/${run.id}/logs${query}`)).json;
const texts = (answer: { items: { text: string }[] }): string[] => answer.items.map((line) => line.text);

describe('logs', () => {
  it('are numbered per step, paged, and readable as text', async () => {
    const run = await carryOut(async (run) => {
      for (const id of ['build', 'test']) {
        await run.step(id, {}, async (step) => {
          for (let i = 1; i <= 1200; i++) step.log(`${id} ${i}\n`, i % 2 === 0 ? 'stderr' : 'stdout');
        });
      }
    });
    const build = await page(run, '?step=build&after=1198');
    expect(build.items).toMatchObject([
      { step: 'build', n: 1199, stream: 'stdout', text: 'build 1199' },
      { n: 1200, stream: 'stderr' },
    ]);
    const all: string[] = [];
    let cursor = '';
    do {
      const answer = await page(run, `?limit=500${cursor}`);
      all.push(...texts(answer));
      cursor = answer.pageInfo.nextCursor === undefined ? '' : `&cursor=${answer.pageInfo.nextCursor}`;
    } while (cursor !== '');
    expect(all).toHaveLength(2400);
    expect(all[1200]).toBe('test 1');
    expect((await platform.request('GET', `/api/runs/${run.id}/logs?format=text`)).text.split('\n').slice(0, 2)).toEqual([
      'build | build 1',
      'build | build 2',
    ]);
    expect((await platform.request('GET', `/api/runs/${run.id}/logs?after=3`)).status).toBe(400);
  });

  it('are heard while the step runs, from a position that can be fetched', async () => {
    const heard: { from: number; lines: { n: number; text: string }[] }[] = [];
    const off = platform.platform.events.subscribe([LOG_APPENDED], (event) => void heard.push(event.data as never));
    const run = await carryOut((run) =>
      run.step('talk', {}, async (step) => {
        step.log('now');
        await expect.poll(() => heard.length).toBe(1);
        step.log(`${'x'.repeat(9_000)}\nlast`);
      }),
    );
    await expect.poll(() => heard.flatMap((part) => part.lines).at(-1)?.text).toBe('last');
    off();
    expect(heard[0]).toMatchObject({ id: run.id, step: 'talk', from: 1, lines: [{ n: 1, text: 'now' }] });
    expect(heard.find((part) => part.lines.length === 0)).toMatchObject({ from: 2 });
    expect((await page(run, '?step=talk&after=1&limit=1')).items[0].text).toHaveLength(9_000);
  });

  it('end with a sentence when they become too long', async () => {
    const run = await carryOut((run) =>
      run.step('flood', {}, async (step) => {
        for (let i = 0; i < 300; i++) step.log(`${'y'.repeat(99)}\n`.repeat(1000));
        step.log('unheard');
      }),
    );
    const lines = await page(run, '?step=flood&after=104850&limit=20');
    expect(texts(lines).at(-1)).toBe('Output after 10240 KiB is left out.');
    expect(lines.totalItems).toBe(104_858);
    const { rows } = await sql<{ size: number }>`select sum(bytes)::int as size from runs.log where run_id = ${run.id}`.execute(
      platform.platform.db,
    );
    expect(rows[0]?.size).toBeLessThanOrEqual(10 * 1024 * 1024 + 100);
  });
});

describe('secrets', () => {
  it('are nowhere in what is stored', async () => {
    const run = await carryOut(async (run) => {
      run.mask(SECRET, 'line one of the key\nline two of the key', 'p"q\\r');
      await run.step('log', { title: `With ${SECRET}` }, async (step) => {
        step.log(`password=${SECRET}\n`);
        // Cut in the middle by a pipe.
        step.log(`password=${SECRET.slice(0, 6)}`);
        step.log(`${SECRET.slice(6)} done\n`);
        step.log('a'.repeat(20_000) + SECRET + 'b'.repeat(20_000));
        step.log(`key: line one of the key\nline two of the key\n`);
        step.log(JSON.stringify({ token: 'p"q\\r', url: encodeURIComponent('p"q\\r') }));
      });
      const output = await run.step('output', {}, async () => ({ url: `postgres://u:${SECRET}@h`, [SECRET]: [SECRET] }));
      expect(output.url).toBe('postgres://u:••••@h');
      await run.skip('skip', { reason: `because ${SECRET}` });
      await run.step('fail', {}, async () => Promise.reject(new Error(`cannot connect with ${SECRET}`))).catch(() => {});
      return { SECRET };
    });
    expect(run.status).toBe('succeeded');
    const tables = await sql<{ t: string }>`
      select table_schema || '.' || table_name as t from information_schema.tables where table_schema in ('runs', 'runs_engine', 'host') and table_type = 'BASE TABLE'`.execute(
      platform.platform.db,
    );
    expect(tables.rows.length).toBeGreaterThan(10);
    for (const { t } of tables.rows) {
      const { rows } = await sql<{ row: string }>`select x::text as row from ${sql.raw(t)} x`.execute(platform.platform.db);
      for (const { row } of rows) {
        for (const secret of [SECRET, 'hunter2-', 'line two of the key', 'p\\"q'])
          expect(row.includes(secret), `${t} holds ${secret}`).toBe(false);
      }
    }
    expect(JSON.stringify(await page(run, '?limit=10000'))).not.toMatch(/hunter2/);
  });

  it('do not stop what PostgreSQL cannot store', async () => {
    const run = await carryOut((run) =>
      run.step('binary', {}, async (step) => {
        step.log('a\0b\ud800');
        return { text: 'a\0b\ud800' };
      }),
    );
    expect(run.status).toBe('succeeded');
    expect(run.steps[0]?.output).toEqual({ text: 'a\uFFFDb\uFFFD' });
  });
});
