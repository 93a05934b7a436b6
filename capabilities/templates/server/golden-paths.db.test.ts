import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Entity, JsonObject } from '@paved/kernel';
import type { Scm } from '@paved/repositories';
import { testActor, testDatabase } from '@paved/testing';
import { withDefaults } from '../model/default-values.ts';
import { readTemplate } from '../model/template-document.ts';
import { createActionRegistry } from './action-registry.ts';
import { fetchTemplate } from './actions/fetch-template.ts';
import { dryRun } from './preview.ts';
import { createSandbox } from './sandbox.ts';

// Each golden path of the example company is rendered, installed, tested, started and stopped, with Node and PostgreSQL alone.

const run = promisify(execFile);
const templates = fileURLToPath(new URL('../../../examples/acme/templates', import.meta.url));
const home = mkdtempSync(path.join(os.tmpdir(), 'paved-golden-'));
const sandbox = createSandbox();
afterAll(async () => {
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

/** Renders a golden path as its run would, into a folder of its own. */
async function render(name: string, values: JsonObject): Promise<string> {
  const file = path.join(templates, name, 'template.yaml');
  const entity = parse(readFileSync(file, 'utf8')) as Entity;
  entity.metadata.annotations = { 'backstage.io/managed-by-location': `file:${file}` };
  const template = readTemplate(entity);
  const actions = createActionRegistry();
  actions.define(fetchTemplate({ sandbox }));
  for (const id of ['publish:git', 'catalog:register', 'deploy:workload'])
    actions.define({ id, description: id, input: z.looseObject({}), execute: async () => {} });
  const filled = withDefaults(template.pages, values);
  expect(
    await sandbox.check(
      template.pages.map((page) => page.schema),
      filled,
    ),
  ).toEqual([]);
  const result = await dryRun(
    { sandbox, actions, scm: {} as Scm, baseUrl: () => 'http://127.0.0.1' },
    { template, values: filled, secrets: {}, actor: testActor },
  );
  expect(result.error).toBeUndefined();
  const folder = path.join(home, `${name}-${String(values['name'])}`);
  for (const made of result.files) {
    mkdirSync(path.dirname(path.join(folder, made.path)), { recursive: true });
    writeFileSync(path.join(folder, made.path), made.bytes, { mode: made.mode });
  }
  return folder;
}

/** A clean environment: nothing of this test run's reaches the golden path. */
const environment = (more: Record<string, string>): NodeJS.ProcessEnv => ({
  PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  HOME: process.env['HOME'] ?? '',
  LOG_LEVEL: 'info',
  ...more,
});

async function databaseSettings(): Promise<{ variables: Record<string, string>; end: () => Promise<void> }> {
  const database = await testDatabase();
  const url = new URL(database.url);
  // The test server listens on a unix socket, which the URL carries as parameters.
  const host = url.searchParams.get('host') ?? url.hostname;
  const port = url.searchParams.get('port') ?? url.port;
  return {
    variables: {
      PGHOST: host,
      PGPORT: port === '' ? '5432' : port,
      PGUSER: decodeURIComponent(url.username),
      PGPASSWORD: decodeURIComponent(url.password),
      PGDATABASE: url.pathname.slice(1),
    },
    async end() {
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Installs, builds and tests; gives the JUnit report, as the pipeline reads it. */
async function build(folder: string, variables: Record<string, string>): Promise<string> {
  expect(existsSync(path.join(folder, 'package-lock.json'))).toBe(true);
  const options = { cwd: folder, env: environment(variables) };
  await run('npm', ['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'], options);
  await run('npm', ['run', 'build', '--if-present'], options);
  await run('npm', ['test', '--', '--test-reporter=junit', '--test-reporter-destination=test-results.xml'], options).then(
    undefined,
    (error: { stdout?: string }) => {
      throw new Error(`npm test failed:\n${error.stdout ?? ''}\n${readFileSync(path.join(folder, 'test-results.xml'), 'utf8')}`);
    },
  );
  return readFileSync(path.join(folder, 'test-results.xml'), 'utf8');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts as score.yaml says, waits until ready, lets `work` look, and stops it with SIGTERM; gives exit code and output. */
async function start(
  folder: string,
  variables: Record<string, string>,
  ready: string,
  work: (get: (route: string, init?: RequestInit) => Promise<Response>) => Promise<void>,
): Promise<{ code: number | null; output: string }> {
  const score = parse(readFileSync(path.join(folder, 'score.yaml'), 'utf8')) as { containers: { main: { command: string[] } } };
  const [command = '', ...args] = score.containers.main.command;
  const port = await freePort();
  const child = spawn(command, args, { cwd: folder, env: environment({ ...variables, HOST: '127.0.0.1', PORT: String(port) }) });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const get = (route: string, init?: RequestInit): Promise<Response> => fetch(`http://127.0.0.1:${port}${route}`, init);
  try {
    await expect
      .poll(async () => (await get(ready).catch(() => undefined))?.status, { timeout: 20_000, interval: 50, message: output })
      .toBe(200);
    await work(get);
  } finally {
    child.kill('SIGTERM');
  }
  return { code: await ended, output };
}

const skipped = (report: string): number => (report.match(/<skipped/g) ?? []).length;
const jsonLines = (output: string): { message?: string }[] =>
  output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { message?: string });

describe('HTTP service', () => {
  test('with PostgreSQL answers with rows of its own database and stops gracefully', async () => {
    const folder = await render('http-service', {
      name: 'concert-alerts',
      owner: 'group:default/discovery',
      description: 'Tells "fans" about gigs: near & soon',
    });
    const database = await databaseSettings();
    try {
      expect(skipped(await build(folder, database.variables))).toBe(0);
      const { code, output } = await start(folder, database.variables, '/readyz', async (get) => {
        expect(await (await get('/')).json()).toEqual({ message: 'Hello from concert-alerts.', service: 'concert-alerts' });
        expect(((await (await get('/api/tracks')).json()) as { items: unknown[] }).items).toHaveLength(5);
        expect(
          (
            await get('/api/tracks', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ title: 'A', artist: 'B', seconds: 1 }),
            })
          ).status,
        ).toBe(201);
        expect(await (await get('/metrics')).text()).toContain(
          'http_request_duration_seconds_count{method="POST",route="/api/tracks",status="201"} 1',
        );
        expect(await (await get('/openapi.json')).json()).toMatchObject({
          openapi: '3.1.0',
          info: { description: 'Tells "fans" about gigs: near & soon' },
        });
      });
      expect(code).toBe(0);
      expect(jsonLines(output).at(-1)?.message).toBe('Stopped');
      // The second start finds the schema in place and the row that was added.
      await start(folder, database.variables, '/readyz', async (get) =>
        expect(((await (await get('/api/tracks')).json()) as { items: unknown[] }).items).toHaveLength(6),
      );
    } finally {
      await database.end();
    }
  });

  test('with PostgreSQL skips what needs it when there is none, with a reason', async () => {
    const folder = await render('http-service', { name: 'no-database-here', owner: 'playback' });
    const report = await build(folder, {});
    expect(skipped(report)).toBe(5);
    expect(report).toContain('PGHOST, PGUSER and PGDATABASE are not set');
  });

  test('without PostgreSQL has none anywhere', async () => {
    const folder = await render('http-service', { name: 'geo-gate', owner: 'identity', database: 'none' });
    expect(skipped(await build(folder, {}))).toBe(0);
    const { code } = await start(folder, {}, '/readyz', async (get) => expect((await get('/api/tracks')).status).toBe(404));
    expect(code).toBe(0);
    for (const file of [
      'package.json',
      'score.yaml',
      'catalog-info.yaml',
      'README.md',
      'docs/index.md',
      'docs/runbook.md',
      'AGENTS.md',
      'Dockerfile',
    ]) {
      expect(readFileSync(path.join(folder, file), 'utf8'), file).not.toMatch(/postgres|PGHOST|migrations/i);
    }
  });
});

test('worker does the first job', async () => {
  const folder = await render('worker', { name: 'device-sync', owner: 'playback' });
  const database = await databaseSettings();
  try {
    expect(skipped(await build(folder, database.variables))).toBe(0);
    const { code, output } = await start(folder, database.variables, '/readyz', async (get) => {
      await expect.poll(async () => (await get('/metrics')).text(), { timeout: 10_000 }).toContain('jobs{state="done"} 1');
    });
    expect(code).toBe(0);
    expect(output).toContain('Hello Acme.');
    expect(jsonLines(output).at(-1)?.message).toBe('Stopped');
  } finally {
    await database.end();
  }
});

test('scheduled job counts a day, twice with the same result', async () => {
  const folder = await render('scheduled-job', { name: 'royalty-export', owner: 'payments', schedule: '*/5 * * * *' });
  expect(readFileSync(path.join(folder, 'score.yaml'), 'utf8')).toContain('paved.dev/schedule: "*/5 * * * *"');
  const database = await databaseSettings();
  try {
    expect(skipped(await build(folder, database.variables))).toBe(0);
    for (let round = 0; round < 2; round++) {
      const { stdout } = await run('node', ['src/main.js'], { cwd: folder, env: environment(database.variables) });
      expect(jsonLines(stdout).at(-1)).toMatchObject({ message: 'Summary written', artists: 2 });
    }
    await expect(
      run('node', ['src/main.js'], { cwd: folder, env: environment({ ...database.variables, PGDATABASE: 'nowhere' }) }),
    ).rejects.toMatchObject({ code: 1 });
  } finally {
    await database.end();
  }
});

test('static site is built and served', async () => {
  const folder = await render('static-site', { name: 'press-room', owner: 'creators', title: 'Press & more' });
  expect(skipped(await build(folder, {}))).toBe(0);
  const { code } = await start(folder, {}, '/healthz', async (get) =>
    expect(await (await get('/')).text()).toContain('<title>Press &amp; more</title>'),
  );
  expect(code).toBe(0);
});

test.each([
  ['http-service', { name: 'x-y' }],
  ['worker', { name: 'x-y' }],
  ['scheduled-job', { name: 'x-y' }],
  ['static-site', { name: 'x-y' }],
])('%s has everything a good repository has, and its YAML holds whatever people type', async (name, values) => {
  const description = 'Quotes " and \' , colons: and #hashes, back\\slashes & <b>';
  const folder = await render(name, { ...values, owner: 'group:default/playback', system: 'system:default/streaming', description });
  for (const file of [
    'README.md',
    'AGENTS.md',
    'Dockerfile',
    '.gitignore',
    '.github/workflows/ci.yml',
    'docs/index.md',
    'docs/runbook.md',
    'score.yaml',
    'catalog-info.yaml',
    'package-lock.json',
  ]) {
    expect(existsSync(path.join(folder, file)), file).toBe(true);
  }
  const [component] = parseAllDocuments(readFileSync(path.join(folder, 'catalog-info.yaml'), 'utf8')).map(
    (document) => document.toJS() as Entity,
  );
  expect(component).toMatchObject({
    kind: 'Component',
    metadata: { name: 'x-y', description },
    spec: { owner: 'group:default/playback', system: 'system:default/streaming' },
  });
  expect(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))).toMatchObject({ name: 'x-y', description });
  expect(readFileSync(path.join(folder, '.github/workflows/ci.yml'), 'utf8')).toContain('${{ github.ref }}');
});

test('lockfiles name only what the platform itself installs, from the public registry', async () => {
  const { stdout } = await run(process.execPath, [path.join(templates, '../lock-from-platform.mjs'), '--check']);
  expect(stdout).toBe('');
  const lock = JSON.parse(readFileSync(path.join(templates, 'http-service/postgres/package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string; integrity?: string }>;
  };
  for (const [place, entry] of Object.entries(lock.packages).filter(([key]) => key !== '')) {
    expect(entry.resolved, place).toMatch(/^https:\/\/registry\.npmjs\.org\//);
    expect(entry.integrity, place).toMatch(/^sha512-/);
  }
});
