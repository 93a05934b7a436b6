import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { audit } from '@paved/audit';
import { PavedError } from '@paved/kernel';
import { testActor, testPlatform } from '@paved/testing';
import { runs, type Run, type RunContext, type RunKind } from '../index.ts';
import { runsCapability } from './index.ts';

type Input = Record<string, unknown>;
const start = async () => {
  const platform = await testPlatform({
    capabilities: [runsCapability],
    provide: [[audit, { record: async () => {}, verify: async () => ({ entries: 0 }) }]],
  });
  const service = platform.service(runs);
  let count = 0;
  const begin = async (
    execute: (run: RunContext<Input>) => Promise<unknown>,
    options: Partial<RunKind<Input, unknown>> = {},
  ): Promise<Run> => {
    const kind = `test.kind.${++count}`;
    service.define({ kind, input: z.record(z.string(), z.unknown()), title: () => kind, ...options, execute });
    return service.start({ kind, input: {}, actor: testActor, cause: { type: 'user' } });
  };
  return {
    platform,
    service,
    begin,
    carryOut: async (...args: Parameters<typeof begin>): Promise<Run> => service.ended((await begin(...args)).id, 20_000),
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
};
let t: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  t = await start();
});
afterAll(() => t[Symbol.asyncDispose]());

const stepsOf = (run: Run): Record<string, string> => Object.fromEntries(run.steps.map((step) => [step.id, step.status]));
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('a step', () => {
  it('is tried again with growing pauses, and says so in its log', async () => {
    const seen: { attempt: number; key: string }[] = [];
    const run = await t.carryOut((run) =>
      run.step('flaky', { retries: { attempts: 2, delayMs: 20 } }, async (step) => {
        seen.push({ attempt: step.attempt, key: step.idempotencyKey });
        if (seen.length < 3) throw new Error(`no ${seen.length}`);
        return 'yes';
      }),
    );
    expect(run).toMatchObject({ status: 'succeeded', output: 'yes', steps: [{ id: 'flaky', attempt: 3, status: 'succeeded' }] });
    expect(seen.map((s) => s.attempt)).toEqual([1, 2, 3]);
    expect(new Set(seen.map((s) => s.key))).toEqual(new Set([`${run.id}/flaky`]));
    const text = (await t.platform.request('GET', `/api/runs/${run.id}/logs?format=text&step=flaky`)).text;
    expect(text).toContain('Try 1 of 3 failed: no 1 The next follows in 0.02 s.');
    expect(text).toContain('in 0.04 s.');
  });

  it('is not tried again when its error says that it is no use', async () => {
    let tries = 0;
    const run = await t.carryOut((run) =>
      run.step('wrong', { retries: { attempts: 5, delayMs: 1, when: (error) => !(error instanceof PavedError) } }, async () => {
        tries++;
        throw new PavedError('invalid', 'The name is taken.', { fix: 'Choose another.' });
      }),
    );
    expect(tries).toBe(1);
    expect(run).toMatchObject({ status: 'failed', error: { message: 'The name is taken.', fix: 'Choose another.', step: 'wrong' } });
  });

  it('is stopped after its time', async () => {
    const run = await t.carryOut((run) => run.step('slow', { timeoutMs: 60 }, ({ signal }) => untilAborted(signal)));
    expect(run).toMatchObject({
      status: 'failed',
      error: { message: 'It took longer than 0.06 s.', step: 'slow' },
      steps: [{ status: 'failed' }],
    });
  });

  it('gives plain JSON, the same now and on replay', async () => {
    const given: unknown[] = [];
    const run = await t.carryOut(async (run) => {
      given.push(await run.step('date', {}, async () => ({ at: new Date(0), gone: undefined, z: 1, a: 2 })));
      given.push(await run.step('nothing', {}, async () => {}));
      return run.step('big', { show: () => 'a lot' }, async () => 'x'.repeat(10_000));
    });
    expect(given).toEqual([{ at: '1970-01-01T00:00:00.000Z', z: 1, a: 2 }, undefined]);
    expect(run.steps.map((s) => s.output)).toEqual([{ at: '1970-01-01T00:00:00.000Z', z: 1, a: 2 }, undefined, 'a lot']);
  });

  it('shows planned, skipped and never reached steps', async () => {
    const plan = () => ['a', 'b', 'c'].map((id) => ({ id, title: id.toUpperCase() }));
    const run = await t.carryOut(
      async (run) => {
        await run.step('a', {}, async () => 1);
        await run.skip('b', { reason: 'Nothing to build.' });
        throw new Error('enough');
      },
      { plan },
    );
    expect(stepsOf(run)).toEqual({ a: 'succeeded', b: 'skipped', c: 'skipped' });
    expect(run.steps[1]).toMatchObject({ title: 'B', output: 'Nothing to build.' });
    expect(run.error).toEqual({ message: 'enough' });
  });

  it('may not use an id twice', async () => {
    const run = await t.carryOut(async (run) => {
      await run.step('same', {}, async () => 1);
      await run.step('same', {}, async () => 2);
    });
    expect(run.error?.message).toContain('The step "same" is used twice');
  });

  it('runs beside others', async () => {
    const run = await t.carryOut((run) => Promise.all([1, 2, 3].map((n) => run.step(`p${n}`, {}, async () => sleep(30 - 10 * n, n)))));
    expect(run.output).toEqual([1, 2, 3]);
  });
});

describe('cancelling', () => {
  it('stops the step in flight, starts no other, and says who did it', async () => {
    const reached: string[] = [];
    const run = await t.begin(async (run) => {
      await run.step('first', {}, async () => reached.push('first'));
      await run.step('long', {}, ({ signal }) => {
        reached.push('long');
        return untilAborted(signal);
      });
      await run.step('never', {}, async () => reached.push('never'));
    });
    await expect.poll(() => reached).toContain('long');
    await t.service.cancel(run.id, testActor, 'not needed');
    const ended = await t.service.ended(run.id, 5000);
    expect(ended).toMatchObject({ status: 'cancelled', error: { message: 'Tess cancelled it: not needed.' } });
    expect(stepsOf(ended)).toEqual({ first: 'succeeded', long: 'cancelled' });
    expect(reached).toEqual(['first', 'long']);
    await expect(t.service.cancel(run.id, testActor)).rejects.toThrow('has ended already (cancelled)');
  });

  it('does not wait for a body that swallows the signal', async () => {
    let reached = false;
    const run = await t.begin((run) =>
      run.step('deaf', {}, async () => {
        reached = true;
        await new Promise(() => {});
      }),
    );
    await expect.poll(() => reached).toBe(true);
    await t.service.cancel(run.id, testActor);
    expect((await t.service.ended(run.id, 15_000)).status).toBe('cancelled');
  });

  it('ends a run that takes too long', async () => {
    const run = await t.carryOut((run) => run.step('slow', {}, ({ signal }) => untilAborted(signal)), { timeoutMs: 100 });
    expect(run).toMatchObject({ status: 'failed', error: { message: 'The run took longer than 0.1 s.' } });
  });
});

describe('retrying', () => {
  it('goes on at the first unfinished step', async () => {
    const calls: string[] = [];
    let broken = true;
    const run = await t.carryOut(async (run) => {
      const a = await run.step('a', {}, async () => calls.push('a'));
      await run.step('b', {}, async () => {
        calls.push('b');
        if (broken) throw new Error('broken');
      });
      return run.step('c', {}, async () => `${calls.push('c')} after ${a} in attempt ${run.attempt}`);
    });
    expect(run.status).toBe('failed');
    broken = false;
    const again = await t.service.retry(run.id, testActor);
    expect(again.error).toBeUndefined();
    const ended = await t.service.ended(run.id);
    expect(ended).toMatchObject({ status: 'succeeded', output: '4 after 1 in attempt 2', attempt: 2 });
    expect(calls).toEqual(['a', 'b', 'b', 'c']);
    await expect(t.service.retry(run.id, testActor)).rejects.toThrow('succeeded; there is nothing to repeat');
  });

  it('keeps the log of both attempts and the workspace', async () => {
    const run = await t.carryOut(async (run) => {
      await run.step('write', {}, async () => writeFile(path.join(run.workspace, 'note'), 'kept'));
      await run.step('read', {}, async (step) => {
        step.log(`attempt ${step.attempt}`);
        if (step.attempt === 1) throw new Error('once');
      });
      return readFile(path.join(run.workspace, 'note'), 'utf8');
    });
    await t.service.retry(run.id, testActor);
    expect((await t.service.ended(run.id)).output).toBe('kept');
    const logs = (await t.platform.request('GET', `/api/runs/${run.id}/logs?step=read`)).json;
    expect(logs.items.map((line: { n: number; text: string }) => `${line.n} ${line.text}`)).toEqual([
      '1 attempt 1',
      '2 once',
      '3 attempt 2',
    ]);
  });
});

describe('undo', () => {
  const body = (undone: string[], fail: boolean) => async (run: RunContext<Input>) => {
    for (const id of ['one', 'two', 'three']) {
      await run.step(
        id,
        { undo: async (output: string, step) => void undone.push(`${id} ${output} ${step.idempotencyKey.split('/').slice(1).join('/')}`) },
        async () => `made-${id}`,
      );
    }
    await run.step('last', { undo: async () => void undone.push('last') }, async ({ signal }) => {
      if (fail) throw new Error('no');
      await untilAborted(signal);
    });
  };

  it('takes finished steps back, the last one first', async () => {
    const undone: string[] = [];
    const run = await t.carryOut(body(undone, true), { undo: true });
    expect(undone).toEqual(['three made-three three/undo', 'two made-two two/undo', 'one made-one one/undo']);
    expect(stepsOf(run)).toEqual({ one: 'undone', two: 'undone', three: 'undone', last: 'failed' });
    expect(run).toMatchObject({ status: 'failed', error: { message: 'no', step: 'last' } });
  });

  it('happens on cancel too, and not when the kind does not ask', async () => {
    const undone: string[] = [];
    const run = await t.begin(body(undone, false), { undo: true });
    await expect.poll(async () => stepsOf((await t.service.get(run.id)) as Run)['last']).toBe('running');
    await t.service.cancel(run.id, testActor);
    expect((await t.service.ended(run.id)).status).toBe('cancelled');
    expect(undone).toHaveLength(3);
    const kept: string[] = [];
    expect((await t.carryOut(body(kept, true))).status).toBe('failed');
    expect(kept).toEqual([]);
  });

  it('says what could not be taken back', async () => {
    const run = await t.carryOut(
      async (run) => {
        const undo = async () => {
          throw new Error('still used');
        };
        await run.step('make', { title: 'Make the database', undo }, async () => 1);
        throw new Error('no');
      },
      { undo: true },
    );
    expect(run.error?.message).toBe('no Not everything could be taken back: Make the database.');
    expect(run.steps[0]).toMatchObject({ status: 'succeeded', error: 'It could not be taken back; see its log.' });
  });

  it('is followed by a complete retry', async () => {
    const made: string[] = [];
    let broken = true;
    const run = await t.carryOut(
      async (run) => {
        await run.step('make', { undo: async () => {} }, async () => made.push('make'));
        await run.step('check', {}, async () => {
          if (broken) throw new Error('no');
        });
      },
      { undo: true },
    );
    broken = false;
    await t.service.retry(run.id, testActor);
    expect(stepsOf(await t.service.ended(run.id))).toEqual({ make: 'succeeded', check: 'succeeded' });
    expect(made).toEqual(['make', 'make']);
  });
});

describe('the workspace', () => {
  it('is removed a day after the end', async () => {
    let folder = '';
    const run = await t.carryOut(async (run) => {
      folder = run.workspace;
      await run.step('fill', {}, () => mkdir(path.join(run.workspace, 'a/b'), { recursive: true }).then(() => {}));
    });
    expect(folder).toBe(path.join(t.platform.dataDir, 'runs/work', run.id));
    expect(existsSync(folder)).toBe(true);
    t.platform.advance(25 * 3_600_000);
    await t.platform.restart();
    await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
  });
});
