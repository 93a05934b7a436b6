import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Driver, DriverInput } from '@paved/orchestrator';
import { ask, eventually, inputOf, openBench, portOf, secretOf, service, testCall } from './bench.test-kit.ts';

const probes = { httpGet: { port: 8080, path: '/healthz' } };
const main = { image: '.', command: ['node', 'main.js'], variables: {}, files: {}, volumes: {}, readinessProbe: probes };
const health = async (driver: Driver, input: DriverInput): Promise<string> => (await driver.observe(input, {})).health;

test('a service answers at its host, with a scrubbed environment, and its secrets are masked in the log', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const input = inputOf('shop', {
    artifact: bench.artifact({ 'main.js': service('one') }),
    containers: {
      main: {
        ...main,
        variables: {
          GREETING: 'hi',
          TOKEN: { secretRef: { path: 'shop-token', version: 1 } },
          URL: { parts: ['x://u:', { secretRef: { path: 'pw', version: 1 } }, '@h'] },
        },
      },
    },
  });
  const result = await driver.apply(input, undefined, testCall);
  const port = portOf(result);
  expect(result.outputs['url']).toBe(`http://shop.localhost:${port}`);
  expect((await ask(port, 'shop.localhost')).body).toBe('one');
  const environment = JSON.parse((await ask(port, 'shop.localhost', '/env')).body) as Record<string, string>;
  expect(Object.keys(environment).sort()).toEqual(
    ['GREETING', 'HOME', 'HOST', 'LANG', 'PATH', 'PAVED_FILES_ROOT', 'PAVED_INSTANCE', 'PORT', 'PORT_WEB', 'TMPDIR', 'TOKEN', 'URL'].sort(),
  );
  expect(environment['URL']).toBe('x://u:secret-of-pw@h');
  await ask(port, 'shop.localhost', '/say');
  await eventually(() => bench.lines.some((line) => line.text === 'said ••••'));
  const kept = await driver.logs?.(input, result.state, { tail: 100 });
  expect(kept?.map((line) => line.text)).toEqual(expect.arrayContaining(['one listens', 'said ••••', 'to stderr']));
  expect(kept?.map((line) => line.n)).toEqual(kept?.map((_, i) => (kept[0]?.n ?? 0) + i));
  expect(textOf(bench.dataDir)).not.toContain(secretOf('shop-token'));
  expect(textOf(bench.dataDir)).not.toContain(secretOf('pw'));
  expect(await driver.observe(input, {})).toMatchObject({ health: 'healthy', facts: { instances: { ready: 1, wanted: 1 }, restarts: 0 } });
  await driver.destroy(input, result.state, testCall);
  expect((await ask(port, 'shop.localhost')).status).toBe(404);
  await expect(ask(Number(environment['PORT']), 'x')).rejects.toThrow(/ECONNREFUSED/);
});

test('killed with -9 it is back within 2 s, and requests in between wait instead of failing', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const input = inputOf('kill', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main } });
  const port = portOf(await driver.apply(input, undefined, testCall));
  const before = (await ask(port, 'kill.localhost', '/pid')).body;
  process.kill(Number(before), 'SIGKILL');
  const since = Date.now();
  const after = await ask(port, 'kill.localhost', '/pid');
  expect(Date.now() - since).toBeLessThan(2_000);
  expect(after.status).toBe(200);
  expect(after.body).not.toBe(before);
  expect(await driver.observe(input, {})).toMatchObject({ health: 'healthy', facts: { restarts: 1, lastExit: { signal: 'SIGKILL' } } });
  expect(bench.changes).toContain('kill');
});

test('a new version replaces the old one under load without a failed request', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const version = (name: string): DriverInput =>
    inputOf('load', { version: name, artifact: bench.artifact({ 'main.js': service(name) }), containers: { main } });
  const port = portOf(await driver.apply(version('one'), undefined, testCall));
  const answers: string[] = [];
  let running = true;
  const pending: Promise<void>[] = [];
  const load = (async () => {
    for (let i = 0; running; i++) {
      const url = i % 10 === 0 ? '/slow' : '/';
      pending.push(
        ask(port, 'load.localhost', url).then(
          (answer) => void answers.push(`${answer.status} ${answer.body}`),
          (error: Error) => void answers.push(error.message),
        ),
      );
      await sleep(20);
    }
  })();
  await sleep(300);
  await driver.apply(version('two'), undefined, testCall);
  expect((await ask(port, 'load.localhost')).body).toBe('two');
  await sleep(300);
  await driver.apply(version('three'), undefined, testCall);
  await sleep(1200);
  running = false;
  await load;
  await Promise.all(pending);
  expect(new Set(answers)).toEqual(new Set(['200 one', '200 two', '200 three']));
  expect(answers.length).toBeGreaterThan(60);
  await eventually(
    () => readdirSync(path.join(bench.dataDir, 'process/workloads/load')).filter((name) => name.startsWith('r')).length === 1,
  );
});

test('a version that does not become healthy is refused with its last lines; the old one goes on', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const good = inputOf('bad', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main } });
  const port = portOf(await driver.apply(good, undefined, testCall));
  const bad = inputOf('bad', {
    version: '2',
    artifact: bench.artifact({ 'main.js': `console.error('no database here'); process.exit(1);` }),
    containers: { main },
  });
  await expect(driver.apply(bad, {}, testCall)).rejects.toThrow(
    /did not become healthy: Exited with code 1 three times in \d+ s; last line: no database here\n/,
  );
  expect((await ask(port, 'bad.localhost')).body).toBe('one');
  expect(await health(driver, good)).toBe('healthy');
  const silent = inputOf('bad', {
    version: '3',
    artifact: bench.artifact({ 'main.js': `setInterval(() => {}, 1000)` }),
    containers: { main },
  });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 300);
  await expect(driver.apply(silent, {}, { ...testCall, signal: abort.signal })).rejects.toThrow();
  expect((await ask(port, 'bad.localhost')).body).toBe('one');
});

test('equal inputs change nothing', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const input = inputOf('same', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main } });
  const port = portOf(await driver.apply(input, undefined, testCall));
  const pid = (await ask(port, 'same.localhost', '/pid')).body;
  await driver.apply(input, {}, testCall);
  expect((await ask(port, 'same.localhost', '/pid')).body).toBe(pid);
});

test('stopped with the server it is started by the next one; a port that another program took meanwhile is given up', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const variables = { TOKEN: { secretRef: { path: 'token', version: 1 } } };
  const input = inputOf('again', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main: { ...main, variables } } });
  const result = await driver.apply(input, undefined, testCall);
  const environment = async (port: number): Promise<Record<string, string>> =>
    JSON.parse((await ask(port, 'again.localhost', '/env')).body) as Record<string, string>;
  const own = Number((await environment(portOf(result)))['PORT']);
  await driver.stop?.();
  const squatter = net.createServer();
  await new Promise<void>((resolve) => squatter.listen(own, '127.0.0.1', resolve));
  try {
    const next = await bench.driver();
    await next.adopt?.([{ input, state: result.state }]);
    await eventually(async () => (await health(next, input)) === 'healthy');
    // The ingress kept its port, the instance moved.
    const after = await environment(portOf(result));
    expect(Number(after['PORT'])).not.toBe(own);
    expect(after['TOKEN']).toBe(secretOf('token'));
    expect((await next.logs?.(input, {}, { tail: 50 }))?.map((line) => line.text)).toContain(
      `Port ${own} is used by another program; web moves to ${after['PORT']}.`,
    );
  } finally {
    squatter.close();
  }
});

test('other services reach it at a fixed port, over versions', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const version = (name: string): DriverInput =>
    inputOf('api', { version: name, artifact: bench.artifact({ 'main.js': service(name) }), containers: { main } });
  const first = await driver.apply(version('one'), undefined, testCall);
  const { web } = first.outputs['ports'] as { web: { host: string; port: number } };
  expect((await ask(web.port, 'anything')).body).toBe('one');
  const second = await driver.apply(version('two'), first.state, testCall);
  expect(second.outputs['ports']).toEqual(first.outputs['ports']);
  expect((await ask(web.port, 'anything')).body).toBe('two');
});

function textOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

test('a workload goes on when its log and record cannot be written', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const input = inputOf('full', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main } });
  const port = portOf(await driver.apply(input, undefined, testCall));
  const files = ['logs/full', 'workloads/full/workload.json'].map((name) => path.join(bench.dataDir, 'process', name));
  // As a full disk would: every write fails.
  for (const file of files) {
    rmSync(file, { recursive: true });
    if (file.endsWith('.json')) mkdirSync(file);
  }
  const pid = Number((await ask(port, 'full.localhost', '/pid')).body);
  await ask(port, 'full.localhost', '/say');
  await eventually(() => bench.lines.some((line) => line.text === 'to stderr'));
  process.kill(pid, 'SIGKILL');
  await eventually(async () => (await driver.observe(input, {})).facts?.['restarts'] === 1);
  expect((await ask(port, 'full.localhost')).body).toBe('one');
});

test('who does not know the token cannot ask the supervisor, nor disturb it', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const { port } = JSON.parse(readFileSync(path.join(bench.dataDir, 'process/control.json'), 'utf8')) as { port: number };
  for (const line of ['garbage', '{"token":"x","ingressPort":0}', '{}']) {
    const answer = await new Promise<string>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => socket.write(`${line}\n{"id":1,"method":"observe","input":{}}\n`));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', () => {});
    });
    expect(answer).toBe('');
  }
  expect((await driver.observe(inputOf('x', {}), {})).health).toBe('unknown');
});

test('a service that ends again and again is failed with a reason; visitors get a sentence at once, without its output', async () => {
  await using bench = openBench();
  const driver = await bench.driver();
  const script = `${service('one')}
    const flag = process.env.HOME + '/broken';
    if (require('node:fs').existsSync(flag)) { console.error('cannot read /srv/private'); process.exit(9); }
    setInterval(() => require('node:fs').existsSync(flag) && process.exit(8), 20);`;
  const input = inputOf('loop', { artifact: bench.artifact({ 'main.js': script }), containers: { main } });
  const port = portOf(await driver.apply(input, undefined, testCall));
  writeFileSync(path.join(bench.dataDir, 'process/workloads/loop/r1-1/home/broken'), '');
  await eventually(async () => (await health(driver, input)) === 'failed');
  await eventually(async () =>
    /^Exited with code 9 \w+ times in \d+ s; last line: cannot read/.test((await driver.observe(input, {})).reason ?? ''),
  );
  const since = Date.now();
  const answer = await ask(port, 'loop.localhost');
  expect(answer.status).toBe(503);
  expect(answer.body).toMatch(/^loop is not ready: Exited with code 9/);
  expect(answer.body).not.toContain('private');
  expect(Date.now() - since).toBeLessThan(1_500);
});
