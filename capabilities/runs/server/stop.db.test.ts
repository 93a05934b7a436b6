import { describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { audit } from '@paved/audit';
import { testActor, testPlatform } from '@paved/testing';
import { runs, type Runs } from '../index.ts';
import { runsCapability } from './index.ts';

const provide = [[audit, { record: async () => {}, verify: async () => ({ entries: 0 }) }]] as const;

describe('stopping a server', () => {
  it('does not fail runs whose steps break because of it; another server carries them on', async () => {
    const one = await testPlatform({ capabilities: [runsCapability], provide });
    const two = await testPlatform({ capabilities: [runsCapability], provide, beside: one });
    const stopping = Promise.withResolvers<void>();
    const tried: string[] = [];
    const define = (service: Runs, name: string): void =>
      service.define({
        kind: 'test.break',
        input: z.object({}),
        title: () => 'Breaks on stop',
        async execute(run) {
          await run.step('connect', {}, async () => {
            tried.push(name);
            if (name === 'one') await stopping.promise;
            if (name === 'one') throw new Error('connection closed');
          });
          return name;
        },
      });
    define(one.service(runs), 'one');
    const run = await one.service(runs).start({ kind: 'test.break', input: {}, actor: testActor, cause: { type: 'user' } });
    await expect.poll(() => tried).toEqual(['one']);
    define(two.service(runs), 'two');
    const stopped = one.platform.stop();
    stopping.resolve();
    await stopped;
    expect(await two.service(runs).ended(run.id, 10_000)).toMatchObject({ status: 'succeeded', output: 'two', attempt: 2 });
    expect(tried).toEqual(['one', 'two']);
    await two[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
  });

  it('does not mix up branches that go side by side', async () => {
    const one = await testPlatform({ capabilities: [runsCapability], provide });
    const two = await testPlatform({ capabilities: [runsCapability], provide, beside: one });
    const did: string[] = [];
    const define = (service: Runs, slow: boolean): void =>
      service.define({
        kind: 'test.branches',
        input: z.object({}),
        title: () => 'Branches',
        execute: (run) =>
          Promise.all(
            ['a', 'b', 'c'].map(async (branch, i) => {
              let sum = '';
              for (const n of [1, 2, 3]) {
                sum += await run.step(`${branch}${n}`, {}, async () => {
                  // Branches overtake each other, and the last step of each is left for the other server.
                  if (slow) await sleep(n === 3 ? 60_000 : 40 * ((i * n) % 3));
                  did.push(`${branch}${n}`);
                  return `${branch}${n}`;
                });
              }
              return sum;
            }),
          ),
      });
    define(one.service(runs), true);
    const run = await one.service(runs).start({ kind: 'test.branches', input: {}, actor: testActor, cause: { type: 'user' } });
    await expect.poll(() => did.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
    define(two.service(runs), false);
    await one.platform.stop();
    expect((await two.service(runs).ended(run.id, 10_000)).output).toEqual(['a1a2a3', 'b1b2b3', 'c1c2c3']);
    expect(did.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3']);
    await two[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
  });

  it('goes on undoing where the other one stopped', async () => {
    const one = await testPlatform({ capabilities: [runsCapability], provide });
    const two = await testPlatform({ capabilities: [runsCapability], provide, beside: one });
    const did: string[] = [];
    const define = (service: Runs, hangs: boolean): void =>
      service.define({
        kind: 'test.undo',
        input: z.object({}),
        title: () => 'Undo',
        undo: true,
        async execute(run) {
          for (const id of ['a', 'b', 'c']) {
            const undo = async (): Promise<void> => {
              did.push(`undo ${id}`);
              if (hangs && id === 'b') await sleep(60_000);
              did.push(`undone ${id}`);
            };
            await run.step(id, { undo }, async () => did.push(`do ${id}`));
          }
          await run.step('fail', {}, async () => {
            did.push('fail');
            throw new Error('no');
          });
        },
      });
    define(one.service(runs), true);
    const run = await one.service(runs).start({ kind: 'test.undo', input: {}, actor: testActor, cause: { type: 'user' } });
    await expect.poll(() => did).toContain('undo b');
    define(two.service(runs), false);
    await one.platform.stop();
    const ended = await two.service(runs).ended(run.id, 10_000);
    expect(ended).toMatchObject({ status: 'failed', error: { message: 'no', step: 'fail' } });
    expect(ended.steps.map((step) => step.status)).toEqual(['undone', 'undone', 'undone', 'failed']);
    expect(did).toEqual(['do a', 'do b', 'do c', 'fail', 'undo c', 'undone c', 'undo b', 'undo b', 'undone b', 'undo a', 'undone a']);
    await two[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
  });

  it('answers those who wait for a run with its present state', async () => {
    const platform = await testPlatform({ capabilities: [runsCapability], provide });
    platform.service(runs).define({
      kind: 'test.long',
      input: z.object({}),
      title: () => 'Long',
      execute: (run) =>
        run.step(
          'wait',
          {},
          ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
        ),
    });
    const run = await platform.service(runs).start({ kind: 'test.long', input: {}, actor: testActor, cause: { type: 'user' } });
    const waiting = platform.request('GET', `/api/runs/${run.id}?wait=60`);
    await sleep(50);
    const begun = performance.now();
    await platform[Symbol.asyncDispose]();
    expect((await waiting).json).toMatchObject({ status: 'running' });
    expect(performance.now() - begun).toBeLessThan(8_000);
  });
});
