import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StreamEvent } from '@paved/client';
import type { Run } from '@paved/runs';
import { acme, processesIn, until, type Acme, type Server } from './kit/acme.ts';
import { clone } from './kit/clone.ts';
import { platformUrl, query, servicesUrl } from './kit/clusters.ts';
import { foundIn, needlesOf, searchFolder, type Needle } from './kit/search-bytes.ts';
import { ask, bareRepository, createService, deployments, git, instancesOf, rowsOf, succeeded, urlOf } from './kit/service.ts';

const name = 'keeper';
const SET_BY_A_PERSON = 'Tr0ub4dor&3-gehört-niemandem/sonst?';
let place: Acme;
let server: Server;
let needles: Needle[];
const events: StreamEvent[] = [];
const following = new AbortController();

beforeAll(async () => {
  place = await acme({ PAVED_LOG_LEVEL: 'trace' });
  server = await place.start();
  await server.follow(['*'], (event) => events.push(event), following.signal);
  await succeeded(server.api, await createService(server.api, name));
  await urlOf(server.api, name);

  // A secret that a person sets reaches the process through a Score resource of type environment; the service even prints it.
  await server.api.put('/api/secrets/variables', {
    component: name,
    environment: 'dev',
    name: 'API_KEY',
    value: SET_BY_A_PERSON,
    secret: true,
  });
  using cloned = clone(`${server.url}/git/playback/${name}.git`, place.token);
  const { work } = cloned;
  const score = path.join(work, 'score.yaml');
  writeFileSync(
    score,
    readFileSync(score, 'utf8')
      .replace(
        '      NODE_ENV: production\n',
        '      NODE_ENV: production\n      API_KEY: ${resources.env.API_KEY}\n      DATABASE_URL: postgres://${resources.db.username}:${resources.db.password}@${resources.db.host}:${resources.db.port}/${resources.db.name}\n',
      )
      .replace('resources:\n  db:\n', 'resources:\n  env:\n    type: environment\n  db:\n'),
  );
  const main = path.join(work, 'src/main.js');
  writeFileSync(
    main,
    `console.log('careless:', process.env.API_KEY, process.env.PGPASSWORD, process.env.DATABASE_URL);\nconsole.error(JSON.stringify(process.env));\n${readFileSync(main, 'utf8')}`,
  );
  git(work, 'commit', '--quiet', '--all', '--message', 'Use a key, carelessly');
  git(work, 'push', '--quiet', 'origin', 'main');
  const commit = git(work, 'rev-parse', 'HEAD');
  await until(90_000, 'the deployment that uses the secret', async () => {
    const found = (await deployments(server.api, name)).find((one) => one.commit === commit);
    if (found?.status === 'failed') throw new Error(found.error);
    return found?.status === 'succeeded' ? found : undefined;
  });
  expect(await rowsOf(await urlOf(server.api, name))).not.toHaveLength(0);
  const [instance] = await until(10_000, 'one process', () => {
    const all = instancesOf(place.folder, name);
    return all.length === 1 ? all : undefined;
  });
  const environment = instance?.environment ?? {};
  expect(environment['API_KEY']).toBe(SET_BY_A_PERSON);
  expect(environment['PGPASSWORD']?.length).toBeGreaterThan(20);
  needles = [...needlesOf('database password', environment['PGPASSWORD'] ?? ''), ...needlesOf('secret of a person', SET_BY_A_PERSON)];
  // One more walk through the plan, and a refused request that carries the secret.
  await server.api.post('/api/orchestrator/plan', { component: name, environment: 'dev' });
  await server.api.post('/api/orchestrator/rollback', { component: name, environment: 'dev' });
  await until(60_000, 'the rollback', async () =>
    (await deployments(server.api, name)).find((one) => one.mode === 'rollback' && one.status === 'succeeded'),
  );
  await server.api
    .put('/api/secrets/variables', { component: name, environment: 'dev', name: 'not a name', value: SET_BY_A_PERSON, secret: true })
    .catch(() => {});
  await server.api
    .put('/api/secrets/variables', { component: name, environment: 'dev', name: 'API_KEY', value: [SET_BY_A_PERSON], secret: true })
    .catch(() => {});
});
afterAll(async () => {
  following.abort();
  await place?.[Symbol.asyncDispose]();
});

test('the search finds what it looks for', () => {
  for (const needle of needles)
    expect(foundIn(Buffer.concat([Buffer.from('before'), needle.bytes, Buffer.from('after')]), needles)).toContain(needle.what);
  for (const before of ['', 'x', 'xy', 'xyz']) {
    const encoded = Buffer.from(`${before}${SET_BY_A_PERSON}:more`).toString('base64');
    expect(foundIn(encoded, needles).join(), before).toContain('base64');
  }
});

test('no answer of the API holds it', async () => {
  const openapi = await server.api.get<{ paths: Record<string, Record<string, unknown>> }>('/api/openapi.json');
  const { items: runs } = await server.api.get<{ items: Run[] }>('/api/runs', { limit: 200 });
  const made = await deployments(server.api, name);
  const component = `component:default/${name}`;
  const head = git(bareRepository(place.folder, name), 'rev-parse', 'main');
  const requests: [string, Record<string, string>][] = [];
  const add = (route: string, parameters: Record<string, string>, ask: Record<string, string> = {}): void => {
    requests.push([route.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(parameters[key] ?? 'x')), ask]);
  };
  const repository = { project: 'playback', name };
  for (const [route, methods] of Object.entries(openapi.paths)) {
    // Streams do not end; what goes through them is looked at as events.
    if (!('get' in methods) || route === '/api/events' || route.endsWith('/eventstream') || route.endsWith('/watch')) continue;
    if (route.startsWith('/api/runs/{id}')) {
      for (const { id } of runs) add(route, { id }, route.endsWith('/logs') ? { limit: '10000' } : {});
      if (route.endsWith('/logs')) for (const { id } of runs) add(route, { id }, { format: 'text' });
    } else if (route.startsWith('/api/scaffolder/v2/tasks/{taskId}'))
      for (const { id } of runs.filter(({ kind }) => kind.startsWith('templates.'))) add(route, { taskId: id });
    else if (route.startsWith('/api/pipelines/runs/{'))
      for (const { id } of runs.filter(({ kind }) => kind.startsWith('pipelines.'))) add(route, { runId: id });
    else if (route === '/api/orchestrator/deployments/{id}') for (const { id } of made) add(route, { id });
    else if (route.startsWith('/api/orchestrator/') || route === '/api/secrets/variables')
      (add(route, {}, { component, environment: 'dev', tail: '5000' }), add(route, {}, { component }), add(route, {}));
    else if (route.startsWith('/api/repositories/{project}/{name}'))
      for (const file of ['score.yaml', 'src/main.js'])
        add(route, { ...repository, sha: head }, { path: file, ref: 'main', base: 'main', head: 'main' });
    else
      (add(route, { kind: 'component', namespace: 'default', ...repository }, { limit: '500' }),
        add(route, { kind: 'component', namespace: 'default', ...repository }));
  }
  const findings: string[] = [];
  const ok: string[] = [];
  for (const [route, parameters] of requests) {
    const response = await fetch(`${server.url}${route}?${new URLSearchParams(parameters)}`, {
      headers: { authorization: `Bearer ${place.token}` },
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (response.ok) ok.push(route);
    for (const what of foundIn(text, needles)) findings.push(`${what} in ${route} ${JSON.stringify(parameters)}`);
  }
  // The log of the careless service was among them, masked.
  const log = await (
    await fetch(`${server.url}/api/orchestrator/logs?component=${name}&environment=dev&tail=5000`, {
      headers: { authorization: `Bearer ${place.token}` },
    })
  ).text();
  expect(log).toContain('careless:');
  console.log(`${requests.length} requests, ${new Set(ok).size} addresses answered`);
  expect(new Set(ok).size).toBeGreaterThan(60);
  expect(findings).toEqual([]);
});

test('no event, no line of the server’s log, no page of the service’s own error holds it', async () => {
  expect(events.length).toBeGreaterThan(100);
  expect(foundIn(JSON.stringify(events), needles), 'events').toEqual([]);
  expect(place.printed()).toContain('Paved is ready');
  expect(foundIn(place.printed(), needles), 'log').toEqual([]);
  const url = await urlOf(server.api, name);
  expect(foundIn((await ask(`${url}/metrics`)).body, needles)).toEqual([]);
});

test('no table of the platform’s database and of the services’ cluster holds it, as COPY gives them', async () => {
  const findings: string[] = [];
  let tables = 0;
  let bytes = 0;
  const copyAll = async (url: string, where: string): Promise<void> => {
    const list = await query<{ name: string }>(
      url,
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm') and n.nspname not in ('information_schema') and n.nspname not like 'pg_toast%' and n.nspname not like 'pg_temp%'`,
    );
    for (const table of list) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        const { rows } = await client.query({ text: `select t::text from ${table.name} t`, rowMode: 'array' });
        const text = rows.map((row) => String(row)).join('\n');
        tables += 1;
        bytes += text.length;
        for (const what of foundIn(text, needles)) findings.push(`${what} in ${where} ${table.name}`);
        // Bytes are written as hex: what is inside them is looked at too.
        for (const [, hex] of text.matchAll(/\\+x([0-9a-f]{16,})/g))
          for (const what of foundIn(Buffer.from(hex ?? '', 'hex'), needles)) findings.push(`${what} in bytes of ${where} ${table.name}`);
      } finally {
        await client.end();
      }
    }
  };
  await copyAll(await platformUrl(place.folder), 'platform');
  for (const { name: database } of await query<{ name: string }>(
    servicesUrl(place.folder),
    'select datname as name from pg_database where datallowconn',
  ))
    await copyAll(servicesUrl(place.folder, database), database);
  console.log(`${tables} tables, ${Math.round(bytes / 1024)} kB`);
  expect(tables).toBeGreaterThan(100);
  expect(findings).toEqual([]);
});

test('nothing in Git holds it', () => {
  const repositories = execFileSync('find', [path.join(place.folder, 'repositories'), '-type', 'd', '-name', '*.git'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  for (const repository of repositories) {
    const ids = git(repository, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)');
    const objects = execFileSync('git', ['cat-file', '--batch', '--buffer'], { cwd: repository, input: `${ids}\n`, maxBuffer: 1024 ** 3 });
    expect(objects.length).toBeGreaterThan(1_000);
    expect(foundIn(objects, needles), repository).toEqual([]);
  }
});

test('no file of the data directory holds it: databases, write-ahead logs, PostgreSQL’s own logs, workspaces, caches', async () => {
  for (const url of [await platformUrl(place.folder), servicesUrl(place.folder)]) await query(url, 'checkpoint');
  const { findings, files, bytes } = searchFolder(place.folder, needles);
  console.log(`${files} files, ${Math.round(bytes / 1024 ** 2)} MB`);
  expect(readdirSync(path.join(place.folder, 'orchestrator/postgres/cluster/data/pg_wal')).length).toBeGreaterThan(0);
  expect(findings).toEqual([]);
});

/** A module that tries to get at everything it should not, as a thief would do it; what it could read is its answer. */
function thief(tried: readonly string[], writes: readonly string[]): string {
  return `import { readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
const environmentOf = (pid) => { try { return readFileSync('/proc/' + pid + '/environ', 'latin1'); } catch { return ''; } };
// Another version of the same service has the same rights: what it has is no booty.
const ours = /PAVED_INSTANCE=\\w+:[^:]+:/.exec(environmentOf('self'))?.[0] ?? '-';
const isOurs = (pid) => pid === String(process.pid) || environmentOf(pid).includes(ours);
export function look(who) {
  const got = [];
  const tryTo = (what, work) => { try { const found = work(); if (found !== undefined) got.push(what + ': ' + String(found).slice(0, 80)); } catch {} };
  for (const file of ${JSON.stringify(tried)}) {
    const pid = /^\\/proc\\/(\\d+)/.exec(file)?.[1];
    if (pid !== undefined && isOurs(pid)) continue;
    tryTo('read ' + file, () => { const text = readFileSync(file, 'latin1'); return text === '' ? undefined : text; });
    tryTo('list ' + file, () => { const names = readdirSync(file); return names.length === 0 ? undefined : names; });
    tryTo('follow ' + file, () => readlinkSync(file));
  }
  for (const file of ${JSON.stringify(writes)}) tryTo('write ' + file, () => { writeFileSync(file, 'x'); return 'done'; });
  for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && !isOurs(name))) {
    const text = environmentOf(pid);
    if (/PGPASSWORD|DATABASE_URL|PAVED_(MASTER|DATABASE|SERVICES|INSTANCE)|API_KEY/.test(text)) got.push('environment of ' + pid + ': ' + text.slice(0, 80));
  }
  for (const entry of readdirSync('/tmp')) if (entry.startsWith('paved-')) tryTo('temporary ' + entry, () => readdirSync('/tmp/' + entry));
  console.log(who + ' GOT ' + JSON.stringify(got) + ' AS UID ' + process.getuid() + ' END');
}
`;
}

test('a build and a service that look for keys, passwords, what others have and other processes find none', async () => {
  using cloned = clone(`${server.url}/git/playback/${name}.git`, place.token);
  const { work } = cloned;
  const workloads = path.join(place.folder, 'orchestrator/process/workloads');
  const tried = [
    ...[
      'keys/master.key',
      'postgres/password',
      'postgres/postgres.log',
      'orchestrator/postgres/cluster/password',
      'orchestrator/postgres/cluster/port.json',
      'orchestrator/process/control.json',
    ],
    ...['', 'keys', 'runs/work', 'repositories', 'repositories/playback', 'orchestrator', 'pipelines', 'postgres/data'],
    ...['', '/process', '/process/workloads', '/process/logs', '/process/releases', '/volume', '/postgres'].map(
      (at) => `orchestrator${at}`,
    ),
    ...readdirSync(workloads).map((uid) => `orchestrator/process/workloads/${uid}/workload.json`),
  ].map((file) => path.join(place.folder, file));
  const pids = [server.pid, ...processesIn(place.folder)].flatMap((pid) =>
    ['environ', 'cwd', 'root', 'mem', 'maps'].map((file) => `/proc/${pid}/${file}`),
  );
  const others = [path.join(os.homedir(), '.ssh'), path.join(os.homedir(), '.config'), '/etc/shadow', path.dirname(work)];
  const writes = [path.join(place.folder, 'keys/mine'), path.join(place.folder, 'mine'), '/etc/mine', '/usr/local/bin/mine'];
  writeFileSync(path.join(work, 'src/thief.js'), thief([...tried, ...pids, ...others], writes));
  writeFileSync(
    path.join(work, 'test/thief.test.js'),
    `import { test } from 'node:test';
import { look } from '../src/thief.js';
test('thief', () => {
  look('BUILD');
  for (const name of Object.keys(process.env)) if (/PASS|SECRET|TOKEN|DATABASE_URL|^PAVED_MASTER/.test(name)) console.log('BUILD HAS ' + name);
});
`,
  );
  const main = path.join(work, 'src/main.js');
  writeFileSync(main, `import { look } from './thief.js';\nlook('SERVICE');\n${readFileSync(main, 'utf8')}`);
  git(work, 'add', '--all');
  git(work, 'commit', '--quiet', '--message', 'Look around');
  git(work, 'push', '--quiet', 'origin', 'main');
  const commit = git(work, 'rev-parse', 'HEAD');
  const run = await until(150_000, 'the pipeline of the thief', async () => {
    const { items } = await server.api.get<{ items: Run[] }>('/api/runs', { kind: 'pipelines.pipeline.execute', limit: 20 });
    return items.find((one) => JSON.stringify(one.input).includes(commit) && (one.status === 'succeeded' || one.status === 'failed'));
  });
  const log = await server.api.text(`/api/runs/${run.id}/logs`, { format: 'text' });
  expect(log).not.toContain('BUILD HAS');
  // Of the data directory each sees the way to its own, and nothing beside it.
  const own = path.basename(place.folder);
  expectNothing('BUILD', log, [
    `list ${place.folder}: pipelines,runs`,
    `list ${place.folder}/runs/work: ${run.id}`,
    `list ${place.folder}/pipelines: cache`,
    `temporary ${own}: pipelines,runs`,
  ]);
  const said = await until(30_000, 'the service of the thief', async () => {
    const lines = await server.api.get<{ text: string }[]>('/api/orchestrator/logs', {
      component: name,
      environment: 'dev',
      tail: 5_000,
    });
    return lines.map(({ text }) => text).findLast((text) => text.includes('SERVICE GOT'));
  });
  const uid = instancesOf(place.folder, name).length > 0 ? readdirSync(workloads) : [];
  expectNothing('SERVICE', said, [
    `list ${place.folder}: orchestrator`,
    `list ${place.folder}/orchestrator: process`,
    `list ${place.folder}/orchestrator/process: workloads`,
    ...uid.map((one) => `list ${place.folder}/orchestrator/process/workloads: ${one}`),
    `temporary ${own}: orchestrator`,
  ]);
});

function expectNothing(who: string, text: string, itsWay: readonly string[]): void {
  const said = new RegExp(`${who} GOT (\\[.*?\\]) AS UID (\\d+) END`).exec(text.replaceAll('\n', ' '));
  console.log(`${who} could read:`, said?.[1] ?? text.slice(-2_000));
  expect((JSON.parse(said?.[1] ?? '["it did not run"]') as string[]).filter((found) => !itsWay.includes(found))).toEqual([]);
  if (process.getuid?.() === 0) expect(said?.[2]).not.toBe('0');
}
