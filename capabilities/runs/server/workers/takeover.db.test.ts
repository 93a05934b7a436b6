import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mortalServers, type MortalServers } from '@paved/testing';

const program = path.join(import.meta.dirname, 'takeover-server.test-kit.ts');
let servers: MortalServers;
beforeEach(async () => {
  servers = await mortalServers(program, (folder) => ({ EFFECTS: path.join(folder, 'effects') }));
  writeFileSync(path.join(servers.folder, 'effects'), '');
});
afterEach(() => servers[Symbol.asyncDispose]());

const effects = (): string[] => readFileSync(path.join(servers.folder, 'effects'), 'utf8').trim().split('\n');
const runRows = () =>
  servers.rows<{
    id: string;
    status: string;
    output: { value: number } | null;
    error: { message: string } | null;
    worker: string;
    attempt: number;
    crashes: number;
  }>('select * from runs.run order by id desc');
const ended = async (timeout: number) => {
  await expect.poll(async () => (await runRows())[0]?.status, { timeout, interval: 50 }).not.toBe('running');
  return (await runRows())[0];
};
const done = (id: string): string[] =>
  effects()
    .filter((line) => line.startsWith(`done ${id}`))
    .map((line) => line.split(' ')[2] ?? '');

describe('a server that is killed', () => {
  it('carries its runs on after its restart, whichever step it was in; finished steps are not repeated', async () => {
    let child = await servers.start({ DIE_AT: '1', START: '{}' });
    for (const step of [1, 2, 3, 4, 5]) {
      await servers.died(child);
      const [before] = await runRows();
      expect(before?.status).toBe('running');
      const begun = performance.now();
      child = await servers.start();
      const run = await ended(10_000);
      expect(performance.now() - begun).toBeLessThan(10_000);
      expect(run).toMatchObject({ status: 'succeeded', output: { value: 15 }, attempt: 2, id: before?.id });
      expect(done(run?.id ?? '')).toEqual(['1', '2', '3', '4', '5']);
      expect(effects().filter((line) => line === `begin ${run?.id} ${step}`)).toHaveLength(2);
      await servers.end(child, 'SIGKILL');
      if (step < 5) child = await servers.start({ DIE_AT: String(step + 1), START: '{}' });
    }
  }, 120_000);

  it('has its runs carried on by another one within ten seconds', async () => {
    const second = await servers.start();
    const first = await servers.start({ DIE_AT: '3', START: '{}' });
    await servers.died(first);
    const begun = performance.now();
    // Whichever of the two got the run: the second never dies.
    const run = await ended(10_000);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(run).toMatchObject({ status: 'succeeded', output: { value: 15 } });
    expect(done(run?.id ?? '')).toEqual(['1', '2', '3', '4', '5']);
    expect(second.exitCode).toBeNull();
  });

  it('is not sent a run again and again that kills it each time', async () => {
    let child = await servers.start({ DIE_AT: '2', START: '{}' });
    for (let i = 0; i < 5; i++) {
      await servers.died(child);
      child = await servers.start({ DIE_AT: '2' });
    }
    const run = await ended(10_000);
    expect(run).toMatchObject({
      status: 'failed',
      error: { message: 'It stopped the server that carried it out 5 times in a row, so it is not tried again.' },
    });
    expect(effects().filter((line) => line === `begin ${run?.id} 2`)).toHaveLength(5);
    expect(child.signalCode).toBeNull();
  }, 120_000);

  it('takes back what such a run did, when its kind asks for it, without beginning anything new', async () => {
    const settings = { DIE_AT: '3', UNDO: 'yes' };
    let child = await servers.start({ ...settings, START: '{}' });
    for (let i = 0; i < 5; i++) {
      await servers.died(child);
      child = await servers.start(settings);
    }
    const run = await ended(10_000);
    expect(run).toMatchObject({ status: 'failed', error: { message: expect.stringMatching(/5 times in a row/) } });
    expect(effects().filter((line) => line === `begin ${run?.id} 3`)).toHaveLength(5);
    expect(effects().filter((line) => line.startsWith('undone'))).toEqual([`undone ${run?.id} 2`, `undone ${run?.id} 1`]);
    expect(child.signalCode).toBeNull();
  }, 120_000);
});

describe('a server that only seemed dead', () => {
  it('writes nothing more when it wakes up', async () => {
    const first = await servers.start({ START: '{"slow":[2,4]}' });
    await expect.poll(effects, { timeout: 5_000 }).toContainEqual(expect.stringMatching(/^begin \S+ 2$/));
    first.kill('SIGSTOP');
    await servers.start();
    // The other one is in the middle of it when this one wakes up and finishes its step 2.
    await expect.poll(effects, { timeout: 15_000 }).toContainEqual(expect.stringMatching(/^begin \S+ 4$/));
    first.kill('SIGCONT');
    const run = await ended(15_000);
    expect(run).toMatchObject({ status: 'succeeded', attempt: 2, output: { value: 15 } });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect((await runRows())[0]).toEqual(run);
    // The step that was in flight ran twice, the following ones did not.
    expect(done(run?.id ?? '').toSorted()).toEqual(['1', '2', '2', '3', '4', '5']);
    expect(first.exitCode).toBeNull();
  });
});

describe('a server that stops', () => {
  it('lets steps in flight finish, then another one goes on at once', async () => {
    const first = await servers.start({ START: '{"slow":[2]}' });
    await expect.poll(effects, { timeout: 5_000 }).toContainEqual(expect.stringMatching(/^begin \S+ 2$/));
    await servers.start();
    await servers.end(first);
    const begun = performance.now();
    const run = await ended(10_000);
    expect(performance.now() - begun).toBeLessThan(8_000);
    expect(run).toMatchObject({ status: 'succeeded', attempt: 2, crashes: 0 });
    expect(done(run?.id ?? '')).toEqual(['1', '2', '3', '4', '5']);
    expect(effects().filter((line) => line === `begin ${run?.id} 2`)).toHaveLength(1);
  });
});
