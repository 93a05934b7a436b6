import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DriverInput, DriverResult } from '@paved/orchestrator';
import { ask, eventually, inputOf, openBench, portOf, service, testCall, type Bench } from './bench.test-kit.ts';

const host = fileURLToPath(new URL('server.test-kit.ts', import.meta.url));
const probes = { httpGet: { port: 8080, path: '/healthz' } };
const variables = { TOKEN: { secretRef: { path: 'token', version: 1 } } };
const main = { image: '.', command: ['node', 'main.js'], variables, files: {}, volumes: {}, readinessProbe: probes };

/** Another server process on the bench's data directory, to be killed. */
async function startServer(bench: Bench, input?: DriverInput): Promise<{ child: ChildProcess; result: DriverResult | undefined }> {
  const folder = path.join(bench.dataDir, 'process');
  mkdirSync(folder, { recursive: true });
  const inputFile = path.join(bench.dataDir, `input-${Date.now()}.json`);
  if (input !== undefined) writeFileSync(inputFile, JSON.stringify(input));
  const child = spawn(process.execPath, [host, folder, ...(input === undefined ? [] : [inputFile])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await eventually(() => text.includes('\n'), 12_000);
  return { child, result: input === undefined ? undefined : (JSON.parse(text.split('\n')[0] ?? '') as DriverResult) };
}
const kill = async (child: ChildProcess): Promise<void> => {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
};

test('a service outlives a killed server; the next one adopts it with its log, secrets masked, and restarts it when it dies', async () => {
  await using bench = openBench();
  const input = inputOf('orphan', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main } });
  const { child, result } = await startServer(bench, input);
  const port = portOf(result as DriverResult);
  const pid = (await ask(port, 'orphan.localhost', '/pid')).body;
  const environment = JSON.parse((await ask(port, 'orphan.localhost', '/env')).body) as { PORT: string };
  await kill(child);
  // Without any server it still answers, and its output waits in the pipe.
  await ask(Number(environment.PORT), 'x', '/say');
  const revealed: string[] = [];
  const driver = await bench.driver({}, { reveal: async (ref) => (revealed.push(ref.path), 'secret-of-token') });
  await driver.adopt?.([{ input, state: {} }]);
  expect((await ask(port, 'orphan.localhost', '/pid')).body).toBe(pid);
  expect(revealed).toEqual([]);
  await eventually(async () => (await driver.logs?.(input, {}, { tail: 50 }))?.some((line) => line.text === 'said ••••') ?? false);
  process.kill(Number(pid), 'SIGKILL');
  const since = Date.now();
  const next = (await ask(port, 'orphan.localhost', '/pid')).body;
  expect(next).not.toBe(pid);
  expect(Date.now() - since).toBeLessThan(2_000);
  expect(await driver.observe(input, {})).toMatchObject({ health: 'healthy', facts: { restarts: 1 } });
});

test('what died while no server was there is started by the next one', async () => {
  await using bench = openBench();
  const input = inputOf('dead', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main } });
  const { child, result } = await startServer(bench, input);
  const port = portOf(result as DriverResult);
  const pid = (await ask(port, 'dead.localhost', '/pid')).body;
  await kill(child);
  process.kill(Number(pid), 'SIGKILL');
  const driver = await bench.driver();
  await driver.adopt?.([{ input, state: {} }]);
  const answer = await ask(port, 'dead.localhost', '/env');
  expect((JSON.parse(answer.body) as { TOKEN: string }).TOKEN).toBe('secret-of-token');
});

test('a deployment that was killed half-way leaves nothing behind, and the old version serves', async () => {
  await using bench = openBench();
  const good = inputOf('half', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main } });
  const first = await startServer(bench, good);
  const port = portOf(first.result as DriverResult);
  await kill(first.child);
  const endless = inputOf('half', {
    version: '2',
    artifact: bench.artifact({
      'main.js': `require('node:fs').writeFileSync(process.env.HOME + '/started', String(process.pid)); setInterval(() => {}, 1000)`,
    }),
    containers: { main },
  });
  const started = path.join(bench.dataDir, 'process/workloads/half/r2-1/home/started');
  const inputFile = path.join(bench.dataDir, 'endless.json');
  writeFileSync(inputFile, JSON.stringify(endless));
  const second = spawn(process.execPath, [host, path.join(bench.dataDir, 'process'), inputFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const pid = (): number => Number(readFileSync(started, 'utf8'));
  await eventually(() => {
    try {
      return pid() > 0;
    } catch {
      return false;
    }
  }, 10_000);
  await kill(second);
  process.kill(pid(), 0);
  const driver = await bench.driver();
  await driver.adopt?.([{ input: good, state: {} }]);
  expect((await ask(port, 'half.localhost')).body).toBe('one');
  await eventually(() => {
    try {
      process.kill(pid(), 0);
      return false;
    } catch {
      return true;
    }
  });
});

test('a second server on the same data directory asks the first, and takes over when it is killed', async () => {
  await using bench = openBench();
  const input = inputOf('pair', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main } });
  const { child, result } = await startServer(bench, input);
  const port = portOf(result as DriverResult);
  const driver = await bench.driver();
  await driver.adopt?.([{ input, state: {} }]);
  const pid = (await ask(port, 'pair.localhost', '/pid')).body;
  expect(await driver.observe(input, {})).toMatchObject({ health: 'healthy' });
  const second = inputOf('pair', { version: '2', artifact: bench.artifact({ 'main.js': service('two') }), containers: { main } });
  await driver.apply(second, {}, testCall);
  expect((await ask(port, 'pair.localhost')).body).toBe('two');
  const two = (await ask(port, 'pair.localhost', '/pid')).body;
  expect(two).not.toBe(pid);
  // Asked while the other one dies: the answer comes from the successor.
  const third = inputOf('pair', { version: '3', artifact: bench.artifact({ 'main.js': service('three') }), containers: { main } });
  const applying = driver.apply(third, {}, testCall);
  await sleep(30);
  await kill(child);
  await applying;
  expect((await ask(port, 'pair.localhost')).body).toBe('three');
  await eventually(() => {
    try {
      process.kill(Number(two), 0);
      return false;
    } catch {
      return true;
    }
  });
});

test('a server that stops in order while another is there leaves everything running', async () => {
  await using bench = openBench();
  const input = inputOf('stay', { artifact: bench.artifact({ 'main.js': service('one') }), containers: { main } });
  const first = await bench.driver();
  const port = portOf(await first.apply(input, undefined, testCall));
  const pid = (await ask(port, 'stay.localhost', '/pid')).body;
  const other = await bench.driver();
  await other.adopt?.([{ input, state: {} }]);
  await first.stop?.();
  await eventually(async () => (await other.observe(input, {})).health === 'healthy');
  expect((await ask(port, 'stay.localhost', '/pid')).body).toBe(pid);
  await other.stop?.();
  expect(() => process.kill(Number(pid), 0)).toThrow();
});
