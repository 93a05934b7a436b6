import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { audit, type AuditEntry } from '@paved/audit';
import { createGuard } from '@paved/host';
import { systemActor, type Actor } from '@paved/kernel';
import { testActor, testPlatform } from '@paved/testing';
import { RUN_CHANGED, runs, STEP_CHANGED } from '../index.ts';
import { runsCapability } from './index.ts';

const input = z.object({ name: z.string() });
const start = async () => {
  const entries: AuditEntry[] = [];
  const platform = await testPlatform({
    capabilities: [runsCapability],
    provide: [[audit, { record: async (entry: AuditEntry) => void entries.push(entry), verify: async () => ({ entries: 0 }) }]],
  });
  const service = platform.service(runs);
  service.define({
    kind: 'test.hello',
    input,
    title: ({ name }) => `Hello ${name}`,
    execute: (run) => run.step('greet', { title: 'Greet' }, async () => `hello ${run.input.name}`),
  });
  return { platform, service, entries, [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose]() };
};
const hello = (name = 'you') => ({ kind: 'test.hello', input: { name }, actor: testActor, cause: { type: 'user' as const } });

describe('starting a run', () => {
  it('carries it out step by step and keeps its result', async () => {
    await using t = await start();
    const answer = await t.platform.request('POST', '/api/runs?wait=5', { body: { kind: 'runs.noop', input: { label: 'x' } } });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ status: 'succeeded', output: { steps: 5 }, attempt: 1, title: 'Do nothing in five steps: x' });
    expect(answer.json.steps.map((s: { status: string }) => s.status)).toEqual(Array(5).fill('succeeded'));
    expect(await t.service.get(answer.json.id)).toEqual(answer.json);
    expect(t.entries.map((entry) => entry.action)).toEqual(['runs.run.create']);
  });

  it('refuses input that does not fit, with the place and the reason', async () => {
    await using t = await start();
    await expect(t.service.start({ ...hello(), input: { name: 3 } })).rejects.toMatchObject({
      code: 'invalid',
      problems: [{ at: 'input/name' }],
    });
    await expect(t.service.start({ ...hello(), kind: 'test.helo' })).rejects.toThrow('no kind of run named "test.helo"');
    const closed = await t.platform.request('POST', '/api/runs', { body: { kind: 'test.hello', input: { name: 'x' } } });
    expect(closed.status).toBe(400);
    expect(closed.json.fix).toBe('Open kinds: runs.noop.');
  });

  it('takes text that PostgreSQL cannot store', async () => {
    await using t = await start();
    const run = await t.service.start(hello('a\0b'));
    expect(run.title).toBe('Hello a\uFFFDb');
    expect((await t.service.ended(run.id)).output).toBe('hello a\uFFFDb');
  });

  it('gives the same run for the same dedupe key', async () => {
    await using t = await start();
    const [a, b] = await Promise.all([
      t.service.start({ ...hello('a'), dedupeKey: 'once' }),
      t.service.start({ ...hello('b'), dedupeKey: 'once' }),
    ]);
    expect(b.id).toBe(a.id);
    await t.service.ended(a.id);
    expect((await t.service.start({ ...hello('c'), dedupeKey: 'once' })).id).toBe(a.id);
    expect(await t.service.list({ kind: 'test.hello' })).toHaveLength(1);
  });

  it('joins the caller’s transaction: nothing after a rollback, begun within milliseconds after commit', async () => {
    await using t = await start();
    const db = t.platform.platform.db;
    let lost = '';
    await expect(
      db.transaction().execute(async (tx) => {
        lost = (await t.service.start(hello('lost'), tx)).id;
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await t.service.get(lost)).toBeUndefined();
    const run = await db.transaction().execute((tx) => t.service.start(hello('kept'), tx));
    expect(run.status).toBe('queued');
    expect((await t.service.ended(run.id)).output).toBe('hello kept');
    const begun = performance.now();
    for (let i = 0; i < 20; i++) await t.service.ended((await db.transaction().execute((tx) => t.service.start(hello(), tx))).id);
    // Woken by the commit: looking once a second would take ten seconds and more.
    expect(performance.now() - begun).toBeLessThan(6_000);
  });

  it('tells listeners what changes', async () => {
    await using t = await start();
    const heard: string[] = [];
    const off = t.platform.platform.events.subscribe([RUN_CHANGED, STEP_CHANGED], (event) => {
      const data = event.data as { status?: string; step?: { status: string } };
      heard.push(`${event.type} ${data.status ?? data.step?.status ?? ''}`);
    });
    const run = await t.service.start(hello());
    await t.service.ended(run.id);
    await expect.poll(() => heard).toEqual(['runs.run.changed running', 'runs.step.changed succeeded', 'runs.run.changed succeeded']);
    off();
  });

  it('starts runs from within a run', async () => {
    await using t = await start();
    t.service.define({
      kind: 'test.parent',
      input: z.object({}),
      title: () => 'Parent',
      async execute(run) {
        const child = await run.step(
          'start',
          {},
          async ({ idempotencyKey }) =>
            (await t.service.start({ ...hello('child'), cause: { type: 'run', ref: run.id }, dedupeKey: idempotencyKey })).id,
        );
        return run.step('wait', {}, async () => (await t.service.ended(child)).output);
      },
    });
    const run = await t.service.start({ kind: 'test.parent', input: {}, actor: systemActor, cause: { type: 'system' } });
    expect((await t.service.ended(run.id)).output).toBe('hello child');
  });
});

describe('finding runs', () => {
  it('pages through filtered lists, newest first', async () => {
    await using t = await start();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      ids.unshift((await t.service.start({ ...hello(name), subjects: [`component:default/${name}`, 'group:default/all'] })).id);
    for (const id of ids) await t.service.ended(id);
    const first = (await t.platform.request('GET', '/api/runs?limit=2&subject=group:default/all&status=succeeded,failed')).json;
    expect(first).toMatchObject({ totalItems: 5, items: [{ id: ids[0] }, { id: ids[1] }] });
    const second = (await t.platform.request('GET', `/api/runs?limit=3&subject=group:default/all&cursor=${first.pageInfo.nextCursor}`))
      .json;
    expect(second.items.map((run: { id: string }) => run.id)).toEqual(ids.slice(2));
    expect(second.pageInfo).toEqual({});
    expect((await t.platform.request('GET', '/api/runs?subject=component:default/c')).json.items).toHaveLength(1);
    expect((await t.platform.request('GET', '/api/runs?actor=user:default/other')).json.items).toHaveLength(0);
    expect((await t.platform.request('GET', '/api/runs?status=done')).status).toBe(400);
    expect((await t.platform.request('GET', '/api/runs?cursor=***')).status).toBe(400);
    expect((await t.platform.request('GET', '/api/runs/none')).status).toBe(404);
  });
});

describe('permissions', () => {
  it('lets developers stop their own runs only', async () => {
    const decide = createGuard((actor, permission, resource) =>
      permission !== 'runs.run.cancel' || resource?.ownerRefs?.some((ref) => actor.ownershipRefs.includes(ref))
        ? { allowed: true }
        : { allowed: false, reason: 'Not yours.' },
    ).decide;
    await using platform = await testPlatform({
      capabilities: [runsCapability],
      provide: [[audit, { record: async () => {}, verify: async () => ({ entries: 0 }) }]],
      authorize: decide,
    });
    const service = platform.service(runs);
    service.define({
      kind: 'test.wait',
      input: z.object({}),
      title: () => 'Wait',
      permission: 'runs.run.create',
      execute: (run) => run.step('wait', {}, (step) => aborted(step.signal)),
    });
    const dev: Actor = { ...testActor, ref: 'user:default/dev', ownershipRefs: ['user:default/dev'], role: 'developer' };
    const other: Actor = { ...dev, ref: 'user:default/other', ownershipRefs: ['user:default/other'] };
    const run = (await platform.request('POST', '/api/runs', { body: { kind: 'test.wait' }, as: dev })).json;
    expect((await platform.request('POST', `/api/runs/${run.id}/cancel`, { as: other })).status).toBe(403);
    const answer = await platform.request('POST', `/api/runs/${run.id}/cancel?wait=5`, { as: dev, body: { reason: 'wrong one' } });
    expect(answer.json).toMatchObject({ status: 'cancelled', error: { message: 'Tess cancelled it: wrong one.' } });
  });
});

describe('the API document', () => {
  it('describes every route of runs', async () => {
    await using t = await start();
    const { paths } = (await t.platform.request('GET', '/api/openapi.json')).json;
    const operations = Object.entries<Record<string, { operationId: string }>>(paths)
      .filter(([path]) => path.startsWith('/api/runs'))
      .flatMap(([, methods]) => Object.values(methods).map((operation) => operation.operationId));
    expect(operations.toSorted()).toEqual(['cancelRun', 'getRun', 'getRunLogs', 'listRunKinds', 'listRuns', 'retryRun', 'startRun']);
    expect((await t.platform.request('GET', '/api/runs/kinds')).json.items).toMatchObject([
      { kind: 'runs.noop', permission: 'runs.run.create', input: { type: 'object' } },
    ]);
  });
});

describe('the engine’s place', () => {
  it('keeps its tables in a schema of its own', async () => {
    await using t = await start();
    const { rows } = await sql<{
      schema: string;
    }>`select distinct table_schema as schema from information_schema.tables where table_name = 'workflow_status'`.execute(
      t.platform.platform.db,
    );
    expect(rows).toEqual([{ schema: 'runs_engine' }]);
  });
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}
