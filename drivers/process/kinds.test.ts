import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ask, eventually, inputOf, openBench, portOf, service, testCall } from './bench.test-kit.ts';

const container = { image: '.', variables: {}, files: {}, volumes: {} };

test('a static site is served by the ingress: index, ETag, compression, ranges, its own 404 page, nothing outside', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const input = inputOf('site', {
    class: 'static',
    artifact: bench.artifact({
      'dist/index.html': '<h1>home</h1>',
      'dist/docs/index.html': 'docs',
      'dist/about.html': 'about',
      'dist/404.html': 'lost',
      'dist/big.js': '// x\n'.repeat(2_000),
      'dist/.env': 'hidden',
      'dist/clip.mp4': '0123456789',
      'package.json': '{}',
    }),
    containers: { main: container },
  });
  const result = await driver.apply(input, undefined, testCall);
  const get = (url: string, headers: Record<string, string> = {}): ReturnType<typeof ask> =>
    ask(portOf(result), 'site.localhost', url, { headers });
  const home = await get('/');
  expect(home).toMatchObject({ status: 200, body: '<h1>home</h1>' });
  expect(home.headers['content-type']).toBe('text/html; charset=utf-8');
  expect((await get('/', { 'if-none-match': String(home.headers.etag) })).status).toBe(304);
  expect((await get('/docs')).headers.location).toBe('/docs/');
  expect((await get('/docs/')).body).toBe('docs');
  expect((await get('/about')).body).toBe('about');
  expect(await get('/nothing')).toMatchObject({ status: 404, body: 'lost' });
  for (const url of ['/.env', '/../package.json', '/%2e%2e/package.json', '/%00', '/%zz']) expect((await get(url)).status).toBe(404);
  expect((await get('/big.js', { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBe('gzip');
  expect(await get('/clip.mp4', { range: 'bytes=2-4' })).toMatchObject({ status: 206, body: '234' });
  expect((await get('/clip.mp4', { range: 'bytes=50-' })).status).toBe(416);
  const { web } = result.outputs['ports'] as { web: { port: number } };
  expect((await ask(web.port, 'whatever')).body).toBe('<h1>home</h1>');
  expect((await driver.observe(input, {})).health).toBe('healthy');
  const next = inputOf('site', {
    class: 'static',
    version: '2',
    artifact: bench.artifact({ 'index.html': 'new' }),
    containers: { main: container },
  });
  await driver.apply(next, {}, testCall);
  expect((await get('/')).body).toBe('new');
  expect((await ask(web.port, 'whatever')).body).toBe('new');
  const missing = inputOf('site', { ...(JSON.parse(JSON.stringify(next.inputs)) as object), version: '3', staticFolder: 'out' });
  await expect(driver.apply(missing, {}, testCall)).rejects.toThrow('serves the folder "out", which its artifact does not have');
  expect((await get('/')).body).toBe('new');
});

test('a job runs once per deployment; its failure is the deployment’s', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const script = `const f = process.env.PAVED_FILES_ROOT + '/data/count'; const fs = require('node:fs');
    fs.appendFileSync(f, 'x'); console.log('did it'); process.exit(Number(process.env.CODE))`;
  const volume = path.join(bench.dataDir, 'process/volumes/counted');
  const job = (code: string): ReturnType<typeof inputOf> =>
    inputOf('once', {
      class: 'job',
      version: code,
      artifact: bench.artifact({ 'package.json': '{"scripts":{"start":"node main.js"}}', 'main.js': script }),
      containers: { main: { ...container, variables: { CODE: code }, volumes: { '/data': { source: volume } } } },
      ports: {},
      routes: [],
    });
  const good = job('0');
  await driver.apply(good, undefined, testCall);
  await driver.apply(good, {}, testCall);
  const count = path.join(volume, 'count');
  expect(readFileSync(count, 'utf8')).toBe('x');
  expect((await driver.observe(good, {})).health).toBe('healthy');
  await expect(driver.apply(job('4'), {}, testCall)).rejects.toThrow(/once failed: Exited with code 4\n {2}did it/);
  expect(await driver.observe(job('4'), {})).toMatchObject({ health: 'failed', reason: expect.stringContaining('Exited with code 4') });
});

test('a scheduled job runs at its ticks; its last result is its health', async () => {
  await using bench = openBench();
  // The clock stands still until the deployment is done, however long it takes; then it is just past the tick that was waited for.
  const tick = Date.parse('2026-03-01T10:01:00Z');
  let since: number | undefined;
  const driver = await bench.driver({}, { now: () => new Date(since === undefined ? tick - 400 : tick + Date.now() - since) });
  const input = inputOf('tick', {
    class: 'job',
    schedule: '* * * * *',
    artifact: bench.artifact({ 'main.js': `console.log('tick'); process.exit(5)` }),
    containers: { main: { ...container, command: ['node', 'main.js'] } },
    ports: {},
    routes: [],
  });
  await driver.apply(input, undefined, testCall);
  since = Date.now();
  expect(await driver.observe(input, {})).toMatchObject({
    health: 'healthy',
    reason: expect.stringMatching(/^It (waits for its first run|is running now)/),
  });
  await eventually(async () => (await driver.observe(input, {})).health === 'degraded');
  expect((await driver.observe(input, {})).reason).toMatch(/^Exited with code 5 at 2026-03-01T10:01:.*; last line: tick$/);
});

test('a worker without ports is ready when it has lived; containers wait for those before them; files and volumes are in place', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const volume = path.join(bench.dataDir, 'volume');
  const input = inputOf('worker', {
    class: 'worker',
    artifact: bench.artifact({
      'migrate.js': `require('node:fs').writeFileSync('migrated', 'yes'); console.log('migrated')`,
      'main.js': `const fs = require('node:fs'); const root = process.env.PAVED_FILES_ROOT;
        console.log(fs.readFileSync('migrated', 'utf8'), fs.readFileSync(root + '/etc/app.conf', 'utf8'), fs.readFileSync('local.txt', 'utf8'));
        fs.writeFileSync(root + '/data/kept', 'kept'); setInterval(() => {}, 1000)`,
    }),
    containers: {
      main: {
        ...container,
        command: ['node', 'main.js'],
        files: {
          '/etc/app.conf': { content: { parts: ['key=', { secretRef: { path: 'conf', version: 1 } }] } },
          'local.txt': { content: 'local', mode: '0640' },
        },
        volumes: { '/data': { source: volume } },
      },
      migrate: { ...container, command: ['node', 'migrate.js'], before: { main: { ready: 'complete' } } },
    },
    ports: {},
    routes: [],
  });
  await driver.apply(input, undefined, testCall);
  expect(readFileSync(path.join(volume, 'kept'), 'utf8')).toBe('kept');
  const lines = (await driver.logs?.(input, {}, { tail: 50 }))?.map((line) => `${line.instance} ${line.text}`);
  expect(lines).toContain('r1-1/migrate migrated');
  expect(lines).toContain('r1-1/main yes key=•••• local');
  expect(await driver.observe(input, {})).toMatchObject({ health: 'healthy', facts: { restarts: 0 } });
});

test('several instances share the load and stand in for each other', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const two = inputOf('two', {
    replicas: 2,
    artifact: bench.artifact({ 'main.js': service('x') }),
    containers: { main: { ...container, command: ['node', 'main.js'], readinessProbe: { httpGet: { port: 8080, path: '/healthz' } } } },
  });
  const port = portOf(await driver.apply(two, undefined, testCall));
  const pids = new Set<string>();
  for (let i = 0; i < 8; i++) pids.add((await ask(port, 'two.localhost', '/pid')).body);
  expect(pids.size).toBe(2);
  expect((await ask(port, 'two.localhost', '/exit', { method: 'POST' })).status).toBe(502);
  for (let i = 0; i < 20; i++) expect((await ask(port, 'two.localhost')).status).toBe(200);
  await eventually(async () => (await driver.observe(two, {})).facts?.['restarts'] === 1);
  await eventually(async () => (await driver.observe(two, {})).health === 'healthy');
  expect(await driver.observe(two, {})).toMatchObject({
    facts: { instances: { ready: 2, wanted: 2 }, restarts: 1, lastExit: { code: 3 } },
  });
});

test('an instance that is no longer alive, or uses too much memory, is started again and the log says why', async () => {
  await using bench = openBench();
  const driver = await bench.driver({ limits: { steadyProbeMs: 50 } });
  const script = `let alive = true; const kept = [];
    require('node:http').createServer((request, response) => {
      if (request.url === '/hang') alive = false;
      if (request.url === '/grow') for (let i = 0; i < 40; i++) kept.push(Buffer.alloc(8e6, 1));
      response.statusCode = request.url === '/live' && !alive ? 500 : 200;
      response.end(String(process.pid));
    }).listen(process.env.PORT, '127.0.0.1');`;
  const input = inputOf('sick', {
    artifact: bench.artifact({ 'main.js': script }),
    containers: {
      main: {
        ...container,
        command: ['node', 'main.js'],
        livenessProbe: { httpGet: { port: 8080, path: '/live' } },
        limits: { memoryBytes: 256 * 1024 * 1024 },
      },
    },
  });
  const port = portOf(await driver.apply(input, undefined, testCall));
  const texts = async (): Promise<string> => (await driver.logs?.(input, {}, { tail: 100 }))?.map((line) => line.text).join('\n') ?? '';
  await ask(port, 'sick.localhost', '/hang');
  await eventually(async () => (await texts()).includes('Not alive: GET /live answered 500. It is started again.'));
  await eventually(async () => (await driver.observe(input, {})).health === 'healthy');
  await ask(port, 'sick.localhost', '/grow');
  await eventually(async () => /Uses \d+ MiB, more than its limit of 256 MiB/.test(await texts()));
  await eventually(async () => (await driver.observe(input, {})).facts?.['restarts'] === 2);
  await eventually(async () => (await driver.observe(input, {})).health === 'healthy');
});

test('what processes cannot do is said before anything starts', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const problems = driver.validate(
    inputOf('x', {
      containers: { main: { ...container, image: 'nginx:1' }, side: container },
      ports: { web: { port: 1, targetPort: 1, protocol: 'UDP' } },
      routes: [{ host: 'a', path: '/', port: 'nope' }],
      schedule: 'never',
    }),
  );
  expect(problems).toHaveLength(6);
  const route = { ...inputOf('r', {}), type: 'route', inputs: { host: 'a.dev.localhost', path: '/api/', port: 8080 } };
  expect((await driver.apply(route, undefined, testCall)).outputs).toMatchObject({
    host: 'a.dev.localhost',
    path: '/api',
    url: expect.stringMatching(/^http:\/\/a.dev.localhost:\d+\/api$/),
  });
  expect(driver.validate({ ...route, inputs: { host: 'no host!' } })).toHaveLength(1);
});
