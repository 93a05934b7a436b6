import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command, CommandResult } from '@paved/pipelines';
import { createSandboxRunner, isolationKinds, probeIsolation, type IsolationKind } from './index.ts';
import { processTable } from './process-table.ts';
import { makeScratchFolder } from './scratch.ts';

const root = process.getuid?.() === 0;
const best = probeIsolation().kind;
const here: IsolationKind[] = isolationKinds.filter((kind) => {
  if (kind === 'root-namespaces' || kind === 'own-user') return root && (kind !== 'root-namespaces' || best === kind);
  return kind === 'none' || (process.platform === 'linux' && (best === 'user-namespaces' || best === 'root-namespaces'));
});

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'paved-data-'));
  mkdirSync(path.join(dataDir, 'keys'), { mode: 0o700 });
  writeFileSync(path.join(dataDir, 'keys/master.key'), 'the key', { mode: 0o600 });
  for (const name of ['work', 'cache', 'other']) mkdirSync(path.join(dataDir, 'workspaces', name), { recursive: true });
  writeFileSync(path.join(dataDir, 'workspaces/other/private'), 'theirs', { mode: 0o600 });
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const run = async (
  line: string,
  options: { kind?: IsolationKind; withoutCgroups?: boolean; command?: Partial<Command>; limits?: Partial<Command['limits']> } = {},
): Promise<CommandResult & { output: string }> => {
  let output = '';
  const runner = createSandboxRunner({
    ...(options.kind === undefined ? {} : { only: options.kind }),
    ...(options.withoutCgroups === undefined ? {} : { withoutCgroups: options.withoutCgroups }),
  });
  const result = await runner.run({
    line,
    folder: path.join(dataDir, 'workspaces/work'),
    writable: [path.join(dataDir, 'workspaces/cache')],
    environment: { PATH: process.env['PATH'] ?? '', GREETING: `it's "here"` },
    limits: { memoryMb: 256, timeoutMs: 10_000, outputBytes: 1024 * 1024, cpus: 1, ...options.limits },
    signal: new AbortController().signal,
    onOutput: (text) => void (output += text),
    ...options.command,
  });
  return { ...result, output };
};
/** Processes whose command line holds the mark. */
const alive = (mark: string): number[] =>
  processTable()
    .map((row) => row.pid)
    .filter((pid) => {
      try {
        return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
      } catch {
        return false;
      }
    });

describe.each(here)('isolation %s', (kind) => {
  test('a command sees its folder, its environment and our Node, and nothing of the server’s environment', async () => {
    process.env['SERVER_SECRET'] = 'server-secret';
    const result = await run('echo hi > made && node -p process.version && echo "$GREETING" && env && pwd && ls && npm --version', {
      kind,
    });
    delete process.env['SERVER_SECRET'];
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.output).toContain(process.version);
    expect(result.output).toContain(`it's "here"`);
    expect(result.output).toContain(path.join(dataDir, 'workspaces/work'));
    expect(result.output).not.toContain('server-secret');
    expect(readFileSync(path.join(dataDir, 'workspaces/work/made'), 'utf8')).toBe('hi\n');
    expect((await run('exit 7', { kind })).exitCode).toBe(7);
    expect((await run('kill -9 $$', { kind })).exitCode).toBe(137);
  });

  test('the cache is writable for one command after another', async () => {
    const cache = path.join(dataDir, 'workspaces/cache');
    expect((await run(`mkdir -p ${cache}/a/b && echo 1 > ${cache}/a/b/c`, { kind })).exitCode).toBe(0);
    expect(await run(`echo 2 >> ${cache}/a/b/c && echo 3 > ${cache}/a/d && cat ${cache}/a/b/c`, { kind })).toMatchObject({
      output: '1\n2\n',
    });
  });

  test.skipIf(kind === 'none')('the platform’s key, other workspaces and other processes are out of reach', async () => {
    const key = path.join(dataDir, 'keys/master.key');
    const result = await run(
      [
        `cat ${key}; cat ${path.join(dataDir, 'workspaces/other/private')}; cat /proc/${process.pid}/environ`,
        `kill -0 ${process.pid} && echo can-signal`,
        `umount ${dataDir} 2>/dev/null && echo unmounted`,
        `unshare -Urm sh -c 'umount -l ${dataDir}; cat ${key}' 2>/dev/null`,
        `echo x > /etc/paved-was-here && echo wrote-etc; true`,
      ].join('\n'),
      { kind },
    );
    expect(result.output).not.toMatch(/the key|theirs|PATH=|can-signal|unmounted|wrote-etc/);
    expect(existsSync('/etc/paved-was-here')).toBe(false);
  });

  test('one that never ends is stopped, with everything it left in the background', async () => {
    const mark = `mark-${kind}-${Date.now()}`;
    const since = Date.now();
    const line = `(setsid sh -c 'while :; do sleep 0.5; : ${mark}; done' &) ; sleep 600`;
    const result = await run(line, { kind, limits: { timeoutMs: 700 } });
    expect(result.stopped).toBe('timeout');
    expect(Date.now() - since).toBeLessThan(5_000);
    await sleep(100);
    expect(alive(mark)).toEqual([]);
    const quick = await run(`(setsid sh -c 'while :; do sleep 0.5; : ${mark}; done' >/dev/null 2>&1 &) ; sleep 0.4; echo done`, { kind });
    expect(quick).toMatchObject({ exitCode: 0, output: 'done\n' });
    await sleep(100);
    expect(alive(mark)).toEqual([]);
  });

  test('one that prints without end is stopped, and memory stays bounded', async () => {
    const before = process.memoryUsage().rss;
    const result = await run('yes 0123456789012345678901234567890123456789 | head -c 1073741824', {
      kind,
      limits: { outputBytes: 100_000 },
    });
    expect(result.stopped).toBe('output');
    expect(result.output.length).toBe(100_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  test.each([false, true])('one that takes too much memory is stopped (without cgroups: %s)', async (withoutCgroups) => {
    const line = `node -e "const all=[];setInterval(()=>all.push(Buffer.alloc(8e6,1)),10)"`;
    expect((await run(line, { kind, withoutCgroups, limits: { memoryMb: 200 } })).stopped).toBe('memory');
  });

  test('a cancelled run stops it', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    expect((await run('sleep 60', { kind, command: { signal: abort.signal } })).stopped).toBe('cancelled');
  });

  test.skipIf(kind === 'none')('one that forks without end is contained', async () => {
    const result = await run(`f() { f | f & }; f; sleep 60`, { kind, limits: { timeoutMs: 1_500 } });
    expect(result.stopped).toBeDefined();
    await sleep(200);
    expect(execFileSync('sh', ['-c', 'echo still works'], { encoding: 'utf8' })).toBe('still works\n');
  });
});

test.skipIf(!root || best !== 'root-namespaces')('what the environment says cannot act before rights are dropped', async () => {
  writeFileSync(path.join(dataDir, 'workspaces/work/evil.sh'), 'id -u > /etc/paved-was-here');
  const environment = { PATH: '.', ENV: './evil.sh', BASH_ENV: './evil.sh', LD_PRELOAD: './evil.so', 'BAD NAME; touch x': '1' };
  const result = await run('/usr/bin/id -u', { command: { environment } });
  expect(Number(result.output.trim().split('\n').at(-1))).toBeGreaterThan(60_000);
  expect(existsSync('/etc/paved-was-here')).toBe(false);
});

test.skipIf(!root)('files that are linked from elsewhere stay what they are', async () => {
  const shared = path.join(dataDir, 'workspaces/other/shared');
  writeFileSync(shared, 'original', { mode: 0o644 });
  linkSync(shared, path.join(dataDir, 'workspaces/work/linked'));
  await run('chmod 666 linked; echo changed > linked');
  expect(readFileSync(shared, 'utf8')).toBe('original');
  expect(statSync(shared).uid).toBe(0);
});

const reaches = (port: number): string =>
  `node -e "require('net').connect(${port},'127.0.0.1').on('connect',()=>{console.log('reached');process.exit()}).on('error',e=>console.log(e.code))"`;

const cutting = probeIsolation().cutsOff ? here.filter((kind) => kind === 'root-namespaces' || kind === 'user-namespaces') : [];
test.each(cutting)('a step without network reaches nothing of this machine, only what it starts itself (%s)', async (kind) => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const own = `node -e "const s=require('net').createServer().listen(0,'127.0.0.1',()=>require('net').connect(s.address().port,'127.0.0.1',()=>{console.log('own');process.exit()}))"`;
  try {
    expect((await run(reaches(port), { kind })).output).toBe('reached\n');
    expect((await run(`${reaches(port)}; ${own}`, { kind, command: { network: 'none' } })).output).toBe('ECONNREFUSED\nown\n');
  } finally {
    server.close();
  }
});

test('where it cannot be cut off the step says so', async () => {
  expect((await run('echo done', { kind: 'none', command: { network: 'none' } })).output).toMatch(/keeps the network\.\ndone\n$/);
});

test('what a killed server left among the temporary files is removed by the next one; those of living ones stay', async () => {
  const { pid } = spawnSync('true');
  const stale = mkdtempSync(path.join(os.tmpdir(), `paved-command-${pid}-123-`));
  const living = makeScratchFolder();
  await createSandboxRunner().run({
    line: 'true',
    folder: path.join(dataDir, 'workspaces/work'),
    environment: {},
    limits: { memoryMb: 256, timeoutMs: 10_000, outputBytes: 1024, cpus: 1 },
    signal: new AbortController().signal,
    onOutput: () => {},
  });
  expect([existsSync(stale), existsSync(living)]).toEqual([false, true]);
  rmSync(living, { recursive: true });
});

test('it says what it does on this machine', () => {
  expect(createSandboxRunner().isolation).toMatch(/^Commands run .*\.$/);
});
