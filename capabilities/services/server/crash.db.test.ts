import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@paved/testing';
import { elsewhere } from './testing/services-platform.ts';

const program = path.join(import.meta.dirname, 'testing/crash-process.ts');
const node = { 'package.json': JSON.stringify({ scripts: { start: 'node main.js' } }), 'main.js': '' };

let database: TestDatabase;
let client: pg.Client;
let folder: string;
let children: ChildProcess[];

beforeEach(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  folder = mkdtempSync(path.join(os.tmpdir(), 'paved-crash-'));
  writeFileSync(path.join(folder, 'removed'), '');
  children = [];
});
afterEach(async () => {
  const alive = children.filter((child) => child.exitCode === null && child.signalCode === null);
  await Promise.all(
    alive.map((child) => {
      child.kill('SIGKILL');
      return once(child, 'exit');
    }),
  );
  await client.end();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a server; resolves when it has said something, or is dead. */
async function server(settings: Record<string, string> = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      DATA: path.join(folder, 'data'),
      REMOVED: path.join(folder, 'removed'),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), once(child, 'exit')]);
  return child;
}

async function dead(child: ChildProcess): Promise<void> {
  if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
}

const number = async (query: string): Promise<number> => Number((await client.query<{ n: string }>(query)).rows[0]?.n);

/** The run's status once it has ended. */
const ends = (kind: string) =>
  expect.poll(
    async () =>
      (await client.query<{ status: string }>('select status from runs.run where kind = $1', [kind])).rows.map(({ status }) => status),
    { timeout: 30_000, interval: 100 },
  );

const importing = (files: Record<string, string> = node): Record<string, string> => ({
  START: '/api/services/import',
  BODY: JSON.stringify({ source: elsewhere(files), owner: 'playback' }),
});

describe('a server killed with -9 while it imports', () => {
  test.each(['importFrom:after', 'commitFiles:before', 'commitFiles:after', 'addLocation:before', 'addLocation:after'])(
    'at %s: the next one finishes it, with one of everything',
    async (moment) => {
      await dead(await server({ ...importing(), DIE_AT: moment }));
      await server();
      await ends('services.service.import').toEqual(['succeeded']);
      expect(await number('select count(*) as n from repositories.repository')).toBe(1);
      expect(await number(`select count(*) as n from catalog.location where target like '%lyrics%'`)).toBe(1);
      // One commit for the import itself, one for what was added.
      expect(await number(`select count(*) as n from audit.entry where action = 'repositories.branch.push'`)).toBe(2);
    },
  );

  test.each(['delete:before', 'delete:after'])('at %s, taking it back: nothing is left', async (moment) => {
    const broken = { ...node, 'catalog-info.yaml': 'kind: Component\nmetadata: {name: "no name!"}\n' };
    await dead(await server({ ...importing(broken), DIE_AT: moment }));
    await server();
    await ends('services.service.import').toEqual(['failed']);
    expect(await number('select count(*) as n from repositories.repository')).toBe(0);
    expect(await number(`select count(*) as n from catalog.location where target like '%lyrics%'`)).toBe(0);
  });
});

describe('a server killed with -9 while it deletes', () => {
  test.each(['remove:before', 'remove:after', 'removeVariable:after', 'removeLocation:after', 'delete:after'])(
    'at %s: the next one finishes it',
    async (moment) => {
      const first = await server(importing());
      await ends('services.service.import').toEqual(['succeeded']);
      first.kill('SIGTERM');
      await once(first, 'exit');

      const settings = { RUNS: '1', START: '/api/services/removal', BODY: JSON.stringify({ component: 'lyrics', confirm: 'lyrics' }) };
      await dead(await server({ ...settings, VARIABLE: '1', DIE_AT: moment }));
      await server({ RUNS: '1' });
      await ends('services.service.delete').toEqual(['succeeded']);
      expect(await number('select count(*) as n from repositories.repository')).toBe(0);
      expect(await number(`select count(*) as n from catalog.location where target like '%lyrics%'`)).toBe(0);
      expect(await number('select count(*) as n from secrets.secret')).toBe(0);
      expect(await number('select count(*) as n from services.deleted_service')).toBe(1);
      expect(readFileSync(path.join(folder, 'removed'), 'utf8').split('\n').filter(Boolean).length).toBe(1);
    },
  );
});
