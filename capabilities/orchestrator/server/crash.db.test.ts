import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from '@paved/testing';
import { score } from './platform.test-kit.ts';
import { journalOf } from './recording-driver.test-kit.ts';

const places = ['in read', 'before dns', 'after dns', 'after postgres', 'before workload', 'after workload', 'in finish'];

/** Runs the platform until it ends or dies; gives what it printed. */
function life(environment: Record<string, string>): Promise<{ code: number | null; signal: string | null; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./crash-child.test-kit.ts', import.meta.url))], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (out += data.toString()));
    child.on('close', (code, signal) => resolve({ code, signal, out }));
  });
}

test('killed at every step in turn, the deployment ends once, with one of everything', { timeout: 240_000 }, async () => {
  await using database = await testDatabase();
  const [dataDir, folder] = [mkdtempSync(path.join(os.tmpdir(), 'paved-crash-')), mkdtempSync(path.join(os.tmpdir(), 'paved-drivers-'))];
  const environment = { PAVED_DATABASE: database.url, PAVED_DATA: dataDir, PAVED_FOLDER: folder, PAVED_SCORE: score() };
  try {
    for (const place of places) {
      const { signal, out } = await life({ ...environment, PAVED_DIE_AT: place });
      expect(`${place}: ${signal ?? out}`).toBe(`${place}: SIGKILL`);
      expect(existsSync(path.join(folder, `died-${place.replaceAll(' ', '-')}`))).toBe(true);
    }
    const last = await life({ ...environment, PAVED_DIE_AT: '' });
    expect(last).toMatchObject({ code: 0 });
    expect(JSON.parse(last.out.trim().split('\n').at(-1) ?? '')).toMatchObject({ status: 'succeeded', version: '1' });

    const made = readdirSync(folder).filter((file) => file.startsWith('res_'));
    expect(made).toHaveLength(4);
    // The same attempt of a node is always made with the same key.
    const keys = new Map<string, Set<string>>();
    for (const call of journalOf(folder).filter((c) => c.call === 'apply'))
      keys.set(call.uid, (keys.get(call.uid) ?? new Set()).add(call.key));
    expect([...keys.values()].map((set) => set.size)).toEqual([1, 1, 1, 1]);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const count = async (query: string): Promise<number> =>
      Number((await client.query<{ n: string }>(`select count(*) as n from ${query}`)).rows[0]?.n);
    expect(await count('orchestrator.deployment')).toBe(1);
    expect(await count(`orchestrator.resource where status = 'active'`)).toBe(4);
    expect(await count(`delivery.fact where type like '%service.deployed%'`)).toBe(1);
    expect(await count(`secrets.secret_version where path like 'resources/%'`)).toBe(1);
    await client.end();
  } finally {
    for (const folderToRemove of [dataDir, folder]) rmSync(folderToRemove, { recursive: true, force: true });
  }
});
