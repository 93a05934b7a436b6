import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { audit } from '@paved/audit';
import { testActor, testCli, testPlatform, type TestPlatform } from '@paved/testing';
import { register } from '../cli/index.ts';
import { runs, type Runs } from '../index.ts';
import { runsCapability } from './index.ts';

let platform: TestPlatform;
let service: Runs;
let broken = true;
let printed: string[];
beforeAll(async () => {
  platform = await testPlatform({
    capabilities: [runsCapability],
    provide: [[audit, { record: async () => {}, verify: async () => ({ entries: 0 }) }]],
    listen: true,
  });
  service = platform.service(runs);
  service.define({
    kind: 'test.talk',
    input: z.object({}),
    title: () => 'Talk',
    async execute(run) {
      await run.step('hello', { title: 'Say hello' }, async (step) => {
        step.log('hello');
        await sleep(300);
        step.log('again');
      });
      await run.step('end', {}, async () => {
        if (broken) throw new Error('no voice');
      });
    },
  });
});
afterAll(() => platform[Symbol.asyncDispose]());
afterEach(() => vi.restoreAllMocks());

async function paved(...args: string[]): Promise<string> {
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (printed.push(String(text)), true));
  try {
    const { text } = await testCli({ server: platform.baseUrl(), register })(...args);
    return printed.join('') + text;
  } finally {
    vi.restoreAllMocks();
  }
}

describe('paved runs', () => {
  it('follows a run to its end and fails when it fails', async () => {
    const run = await service.start({ kind: 'test.talk', input: {}, actor: testActor, cause: { type: 'user' } });
    await expect(paved('runs', 'logs', '-f', run.id)).rejects.toThrow('The run failed: no voice');
    expect(printed.join('')).toBe('hello | hello\nhello | again\nend | no voice\n');
    expect(await paved('runs', 'logs', run.id, '--step', 'hello')).toBe('hello\nagain\n');
    expect(await paved('runs', 'list', '--status', 'failed')).toMatch(new RegExp(`${run.id} \\| failed \\| Talk \\| Tess`));
    const shown = await paved('runs', 'get', run.id);
    expect(shown).toContain('error: no voice\n');
    expect(shown).toMatch(/Say hello: succeeded, 0\.\d s$/m);
    broken = false;
    expect(await paved('runs', 'retry', run.id, '-f')).toBe('');
    expect((await service.get(run.id))?.status).toBe('succeeded');
  });

  it('cancels', async () => {
    const run = await service.start({ kind: 'test.talk', input: {}, actor: testActor, cause: { type: 'user' } });
    expect(await paved('runs', 'cancel', run.id, '--reason', 'too loud')).toMatch(new RegExp(`^${run.id} is (being )?cancelled\\.$`));
    expect((await service.ended(run.id, 10_000)).status).toBe('cancelled');
    await expect(paved('runs', 'cancel', run.id)).rejects.toThrow('has ended already (cancelled)');
    await expect(paved('runs', 'get', 'nothing')).rejects.toThrow('There is no run nothing.');
  });
});
