import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '@paved/host';
import type { Driver, DriverCall, DriverContext, DriverInput, DriverResult } from '@paved/orchestrator';
import { postgresDriver } from './index.ts';

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'paved-pgdriver-'));
const changes: string[] = [];
const context = (over: Partial<DriverContext['config']> = {}): DriverContext => ({
  dataDir,
  log: createLogger({ level: process.env['PAVED_TEST_LOG'] ?? 'silent', pretty: true }),
  now: () => new Date(),
  config: { ingressPort: 0, host: '127.0.0.1', ...over },
  changed: (uid) => void changes.push(uid),
  lines: () => {},
  baseUrl: () => '',
  reveal: async () => '',
});
const call: DriverCall = { idempotencyKey: 'k', signal: new AbortController().signal, log: () => {}, reveal: async () => '' };
const inputOf = (uid: string, inputs: DriverInput['inputs'] = { name: 'Checkout dev-db' }): DriverInput => ({
  uid,
  type: 'postgres',
  class: 'default',
  id: 'db',
  component: 'component:default/checkout',
  environment: 'dev',
  inputs,
});
const connect = async (result: DriverResult, password: string, database = String(result.outputs['database'])): Promise<pg.Client> => {
  const client = new pg.Client({
    host: String(result.outputs['host']),
    port: Number(result.outputs['port']),
    user: String(result.outputs['username']),
    database,
    password,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
};
const query = async (result: DriverResult, password: string, sql: string, database?: string): Promise<unknown[]> => {
  const client = await connect(result, password, database);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};
const passwordOf = (result: DriverResult): string => result.secretOutputs?.['password'] ?? '';

let driver: Driver;
beforeAll(async () => {
  mkdirSync(dataDir, { recursive: true });
  driver = await postgresDriver(context());
});
afterAll(async () => {
  await driver.stop?.();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a resource gets a database and role of its own and logs in by password; the password is in no file', async () => {
  const result = await driver.apply(inputOf('u1'), undefined, call);
  expect(result.outputs).toMatchObject({ host: '127.0.0.1', name: expect.stringMatching(/^checkout_dev_db_[0-9a-f]{10}$/) });
  expect(result.outputs['username']).toBe(result.outputs['database']);
  const password = passwordOf(result);
  expect(password.length).toBeGreaterThanOrEqual(32);
  expect(JSON.stringify({ ...result.state, ...result.outputs })).not.toContain(password);
  await query(result, password, 'create table thing (id int primary key); insert into thing values (1)');
  expect(await query(result, password, 'select * from thing')).toEqual([{ id: 1 }]);
  await expect(query(result, 'wrong', 'select 1')).rejects.toThrow(/password authentication failed/);
  expect(await driver.observe(inputOf('u1'), result.state)).toMatchObject({
    health: 'healthy',
    facts: { connections: expect.any(Number) },
  });
  // A failing statement and a checkpoint, so that log and data files have been written.
  await query(result, password, 'select 1/0').catch(() => {});
  const found = execFileSync('sh', ['-c', `grep -rlaF "$1" "$2" || true`, 'sh', password, dataDir], { encoding: 'utf8' });
  expect(found).toBe('');
});

test('one cannot enter the database of another', async () => {
  const first = await driver.apply(inputOf('own1'), undefined, call);
  const second = await driver.apply(inputOf('own2'), undefined, call);
  await expect(query(first, passwordOf(first), 'select 1', String(second.outputs['database']))).rejects.toThrow(/permission denied/);
  await expect(query(first, passwordOf(first), 'select 1', 'postgres')).rejects.toThrow(/permission denied/);
});

test('applied again with its state it keeps the password; without (crash before it was stored) it gets a new one, and still one database', async () => {
  const first = await driver.apply(inputOf('again'), undefined, call);
  await query(first, passwordOf(first), 'create table kept ()');
  const same = await driver.apply(inputOf('again', { name: 'renamed' }), first.state, call);
  expect(same.secretOutputs).toBeUndefined();
  expect(same.outputs).toEqual(first.outputs);
  expect(await query(first, passwordOf(first), 'select 1 as one')).toEqual([{ one: 1 }]);
  const [a, b] = await Promise.all([driver.apply(inputOf('again'), undefined, call), driver.apply(inputOf('again'), undefined, call)]);
  expect(a.outputs).toEqual(first.outputs);
  expect(b.outputs).toEqual(first.outputs);
  await expect(query(first, passwordOf(first), 'select 1')).rejects.toThrow(/authentication failed/);
  const last = await driver.apply(inputOf('again'), undefined, call);
  expect(await query(last, passwordOf(last), `select to_regclass('kept') is not null as kept`)).toEqual([{ kept: true }]);
});

test('connections are limited', async () => {
  const result = await driver.apply(inputOf('few', { name: 'few', connections: 2 }), undefined, call);
  const open = [await connect(result, passwordOf(result)), await connect(result, passwordOf(result))];
  await expect(connect(result, passwordOf(result))).rejects.toThrow(/too many connections/);
  for (const client of open) await client.end();
  expect(driver.validate(inputOf('few', { name: 'few', connections: 0 }))).toHaveLength(1);
});

test('destroyed it is gone, open connections included, and destroying again is no error', async () => {
  const result = await driver.apply(inputOf('gone'), undefined, call);
  const open = await connect(result, passwordOf(result));
  await driver.destroy(inputOf('gone'), result.state, call);
  await driver.destroy(inputOf('gone'), result.state, call);
  await expect(open.query('select 1')).rejects.toThrow();
  await expect(connect(result, passwordOf(result))).rejects.toThrow();
  expect((await driver.observe(inputOf('gone'), result.state)).health).toBe('failed');
});

test('the cluster comes back when it dies, at the same port, and nothing acknowledged is lost', async () => {
  const result = await driver.apply(inputOf('crash'), undefined, call);
  await query(result, passwordOf(result), 'create table thing (id int); insert into thing values (7)');
  const pid = Number(execFileSync('head', ['-1', path.join(dataDir, 'cluster/data/postmaster.pid')], { encoding: 'utf8' }));
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(() => query(result, passwordOf(result), 'select id from thing').catch(() => undefined), { timeout: 20_000, interval: 100 })
    .toEqual([{ id: 7 }]);
});

test('after a restart of the server the address is the same; when its port was taken meanwhile the change is told', async () => {
  const result = await driver.apply(inputOf('port'), undefined, call);
  await driver.stop?.();
  driver = await postgresDriver(context());
  await driver.adopt?.([{ input: inputOf('port'), state: result.state }]);
  expect(await query(result, passwordOf(result), 'select 1 as one')).toEqual([{ one: 1 }]);
  await driver.stop?.();
  const squatter = net.createServer();
  await new Promise<void>((resolve) => squatter.listen(Number(result.outputs['port']), '127.0.0.1', resolve));
  try {
    changes.length = 0;
    driver = await postgresDriver(context());
    await driver.adopt?.([{ input: inputOf('port'), state: result.state }]);
    expect(changes).toContain('port');
    expect(await driver.observe(inputOf('port'), result.state)).toMatchObject({
      health: 'degraded',
      reason: expect.stringContaining('deploy again'),
    });
    const moved = await driver.apply(inputOf('port'), result.state, call);
    expect(await query(moved, passwordOf(result), 'select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    squatter.close();
  }
});

test('a second server on the same data directory uses the same cluster, and keeps it when the first is gone', async () => {
  const first = await driver.apply(inputOf('two'), undefined, call);
  const other = await postgresDriver(context());
  const second = await other.apply(inputOf('two'), first.state, call);
  expect(second.outputs).toEqual(first.outputs);
  await driver.stop?.();
  await expect
    .poll(() => query(first, passwordOf(first), 'select 1 as one').catch(() => undefined), { timeout: 20_000, interval: 100 })
    .toEqual([{ one: 1 }]);
  driver = other;
});

test('on a configured server an administrator who is no superuser is enough', async () => {
  const admin = await driver.apply(inputOf('admin'), undefined, call);
  // Make an administrator on our own cluster and use it as if it were a foreign server.
  const { embeddedCluster } = await import('./cluster.ts');
  const cluster = await embeddedCluster({
    folder: path.join(dataDir, 'cluster'),
    log: context().log,
    onMoved: () => {},
    onRestart: () => {},
  });
  const name = String(admin.outputs['username']);
  await cluster.asAdministrator((client) => client.query(`alter role "${name}" createdb createrole`));
  await cluster.stop();
  const url = `postgresql://${name}:${passwordOf(admin)}@127.0.0.1:${String(admin.outputs['port'])}/${name}`;
  const foreign = await postgresDriver(context({ servicesDatabaseUrl: url }));
  const result = await foreign.apply(inputOf('foreign'), undefined, call);
  expect(await query(result, passwordOf(result), 'select current_user as me')).toEqual([{ me: result.outputs['username'] }]);
  await foreign.destroy(inputOf('foreign'), result.state, call);
  await expect(
    (await postgresDriver(context({ servicesDatabaseUrl: 'postgresql://x:y@127.0.0.1:1/z' }))).apply(inputOf('nowhere'), undefined, call),
  ).rejects.toThrow(/ECONNREFUSED/);
});
