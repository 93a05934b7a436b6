import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { audit } from '@paved/audit';
import { createApiClient, type CliContext, type Column } from '@paved/client';
import { testActor, testPlatform, type TestPlatform } from '@paved/testing';
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
  const cli: CliContext = {
    api: createApiClient({ server: platform.baseUrl() }),
    format: 'table',
    interactive: false,
    list: <T>(rows: readonly T[], columns: readonly Column<T>[]) =>
      rows.forEach((row) => printed.push(`${columns.map((c) => c.value(row) ?? '').join('|')}\n`)),
    show: (_value, fields = []) => fields.forEach(([label, value]) => printed.push(`${label.trim()}: ${value ?? ''}\n`)),
    say: (text) => void printed.push(`${text}\n`),
    progress: () => ({ step() {}, done() {}, failed() {}, note() {}, end() {} }),
    settingsDir: platform.dataDir,
    local: { administratorToken: async () => ({ id: '', token: '', userRef: '' }) },
    signal: new AbortController().signal,
  };
  const program = new Command('paved').exitOverride();
  register(program, cli);
  try {
    await program.parseAsync(args, { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return printed.join('');
}

describe('paved runs', () => {
  it('follows a run to its end and fails when it fails', async () => {
    const run = await service.start({ kind: 'test.talk', input: {}, actor: testActor, cause: { type: 'user' } });
    await expect(paved('runs', 'logs', '-f', run.id)).rejects.toThrow('The run failed: no voice');
    expect(printed.join('')).toBe('hello | hello\nhello | again\nend | no voice\n');
    expect(await paved('runs', 'logs', run.id, '--step', 'hello')).toBe('hello\nagain\n');
    expect(await paved('runs', 'list', '--status', 'failed')).toMatch(new RegExp(`${run.id}\\|failed\\|Talk\\|Tess`));
    const shown = await paved('runs', 'get', run.id);
    expect(shown).toContain('error: no voice\n');
    expect(shown).toMatch(/Say hello: succeeded, 0\.\d s\n/);
    broken = false;
    expect(await paved('runs', 'retry', run.id, '-f')).toBe('');
    expect((await service.get(run.id))?.status).toBe('succeeded');
  });

  it('cancels', async () => {
    const run = await service.start({ kind: 'test.talk', input: {}, actor: testActor, cause: { type: 'user' } });
    expect(await paved('runs', 'cancel', run.id, '--reason', 'too loud')).toMatch(new RegExp(`^${run.id} is (being )?cancelled\\.\n$`));
    expect((await service.ended(run.id, 10_000)).status).toBe('cancelled');
    await expect(paved('runs', 'cancel', run.id)).rejects.toThrow('has ended already (cancelled)');
    await expect(paved('runs', 'get', 'nothing')).rejects.toThrow('There is no run nothing.');
  });
});
