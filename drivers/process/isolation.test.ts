import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isolationKinds, probeIsolation, type IsolationKind } from '@paved/driver-sandbox';
import type { Driver, DriverInput } from '@paved/orchestrator';
import { createCage } from './cage.ts';
import { ask, inputOf, openBench, portOf, testCall, type Bench } from './bench.test-kit.ts';

const root = process.getuid?.() === 0;
const best = probeIsolation().kind;
const here: IsolationKind[] = isolationKinds.filter((kind) => {
  if (kind === 'none') return false;
  if (kind === 'root-namespaces' || kind === 'own-user') return root && (kind !== 'root-namespaces' || best === kind);
  return process.platform === 'linux' && (best === 'user-namespaces' || best === 'root-namespaces');
});

/** A service that carries out what it is sent, and says what came of it. */
const obedient = `
const fs = require('node:fs');
require('node:http').createServer(async (request, response) => {
  let code = '';
  for await (const chunk of request) code += chunk;
  try { response.end(String(await eval(code))); } catch (error) { response.end('refused: ' + (error.code ?? error.message)); }
}).listen(Number(process.env.PORT), '127.0.0.1');`;
const main = {
  image: '.',
  command: ['node', 'main.js'],
  variables: { TOKEN: { secretRef: { path: 'token', version: 1 } } },
  files: {},
  volumes: {},
};

/** The files of a platform around its workloads, as the server makes them. */
function platformFiles(bench: Bench): Record<string, string> {
  const files = { key: 'keys/master.key', password: 'database/password', repository: 'repositories/shop.git/HEAD' };
  for (const [what, name] of Object.entries(files)) {
    const file = path.join(bench.dataDir, name);
    mkdirSync(path.dirname(file), { recursive: true, mode: what === 'password' ? 0o711 : 0o700 });
    writeFileSync(file, `secret ${what}`, { mode: what === 'repository' ? 0o644 : 0o600 });
  }
  return Object.fromEntries(Object.entries(files).map(([what, name]) => [what, path.join(bench.dataDir, name)]));
}

async function start(bench: Bench, driver: Driver, name: string, more: Partial<typeof main> & { volumes?: object } = {}, version = '1') {
  const input: DriverInput = inputOf(name, {
    version,
    artifact: bench.artifact({ 'main.js': obedient, 'lib/other.txt': 'of the artifact' }),
    containers: { main: { ...main, ...more } as never },
  });
  const port = portOf(await driver.apply(input, undefined, testCall));
  const tell = async (code: string): Promise<string> => (await ask(port, `${name}.localhost`, '/', { method: 'POST', body: code })).body;
  return { input, tell };
}
const volumeOf = (bench: Bench, name: string): string => {
  const source = path.join(bench.dataDir, 'volume', name);
  mkdirSync(source, { recursive: true, mode: 0o700 });
  return source;
};
const read = (file: string): string => `fs.readFileSync(${JSON.stringify(file)}, 'latin1')`;

describe.each(here)('isolation %s', (kind) => {
  test('a workload reaches neither the platform’s files nor those of another workload, nor its environment', async () => {
    await using bench = openBench();
    const files = platformFiles(bench);
    const driver = await bench.driver({ isolation: kind, hidden: [bench.dataDir] });
    const volume = volumeOf(bench, 'theirs');
    const other = await start(bench, driver, 'other', {
      files: { '/etc/secret.txt': { content: { secretRef: { path: 'file', version: 1 } } } } as never,
      volumes: { '/data': { source: volume } },
    });
    const { tell } = await start(bench, driver, 'curious');
    expect(await other.tell(`${read(path.join(volume, 'x'))}`)).toMatch(/refused: ENOENT/);
    expect(await other.tell(`fs.writeFileSync(process.env.PAVED_FILES_ROOT + '/data/x', 'theirs'); ${read(path.join(volume, 'x'))}`)).toBe(
      'theirs',
    );
    const otherPid = await other.tell('process.pid');
    const otherFolder = path.join(bench.dataDir, 'process/workloads/other');
    const secretFile = await other.tell(`fs.realpathSync(process.env.PAVED_FILES_ROOT + '/etc/secret.txt')`);
    expect(await other.tell(read(secretFile))).toBe('secret-of-file');
    const wanted = {
      ...files,
      control: path.join(bench.dataDir, 'process/control.json'),
      record: path.join(otherFolder, 'workload.json'),
      ownRecord: path.join(bench.dataDir, 'process/workloads/curious/workload.json'),
      volume: path.join(volume, 'x'),
      artifact: path.join(otherFolder, 'r1-1/app/main.js'),
      environment: `/proc/${otherPid}/environ`,
      memory: `/proc/${otherPid}/mem`,
      root: `/proc/${otherPid}/root${files['key']}`,
      server: `/proc/${process.pid}/environ`,
      serverRoot: `/proc/${process.pid}/root${files['key']}`,
      // Same user outside, so that only what lies in the data directory is out of reach.
      ...(kind === 'user-namespaces' ? {} : { secretFile }),
    };
    for (const [what, file] of Object.entries(wanted))
      expect(`${what}: ${await tell(read(file))}`).toMatch(/: refused: (EACCES|ENOENT|EPERM)$/);
    for (const folder of [bench.dataDir, path.join(bench.dataDir, 'process'), path.join(bench.dataDir, 'process/workloads'), otherFolder])
      expect(`${folder}: ${await tell(`fs.readdirSync(${JSON.stringify(folder)})`)}`).toMatch(
        /: (refused: EACCES|refused: ENOENT|\w*|curious|workloads|process)$/,
      );
    if (kind !== 'user-namespaces') expect(await tell(`process.kill(${otherPid}, 0)`)).toBe('refused: EPERM');
    expect(await tell(`process.kill(${process.pid}, 'SIGCONT')`)).toBe(kind === 'user-namespaces' ? 'true' : 'refused: EPERM');
    expect(await tell(`fs.writeFileSync('/etc/paved-was-here', '')`)).toMatch(/^refused/);
    expect(await tell(read('/proc/self/status'))).toMatch(/NoNewPrivs:\s+1/);
    if (root && kind !== 'user-namespaces') {
      const status = await tell(read('/proc/self/status'));
      expect(status).toMatch(/Groups:\s*\n/);
      expect(status).toMatch(/CapEff:\s+0{16}\n/);
      expect(await tell('process.getuid()')).not.toBe(await other.tell('process.getuid()'));
    }
  });

  test('it has what is its own: artifact, home, temporary folder, files, volumes, output; over versions, restarts and servers', async () => {
    await using bench = openBench();
    platformFiles(bench);
    let driver = await bench.driver({ isolation: kind, hidden: [bench.dataDir] });
    const volume = volumeOf(bench, 'own');
    const spec = {
      files: {
        'conf/local.txt': { content: 'local' },
        '/etc/token': { content: { secretRef: { path: 'file', version: 1 } }, mode: '0440' },
      } as never,
      volumes: { '/data': { source: volume, path: 'inner' } },
    };
    const one = await start(bench, driver, 'own', spec);
    const all = `['HOME', 'TMPDIR'].map((name) => { const file = process.env[name] + '/f'; fs.writeFileSync(file, name); return fs.readFileSync(file, 'utf8'); }).join()`;
    expect(await one.tell(all)).toBe('HOME,TMPDIR');
    expect(
      await one.tell(`fs.writeFileSync('made', 'x'); fs.readFileSync('conf/local.txt', 'utf8') + fs.readFileSync('lib/other.txt', 'utf8')`),
    ).toBe('localof the artifact');
    expect(await one.tell(`fs.readFileSync(process.env.PAVED_FILES_ROOT + '/etc/token', 'utf8')`)).toBe('secret-of-file');
    // Without namespaces there is no entry for it in /etc/passwd.
    if (kind !== 'own-user') expect(await one.tell(`require('node:os').userInfo().username`)).not.toMatch(/^refused/);
    expect(await one.tell(`fs.writeFileSync('/dev/stdout', 'through the device\\n')`)).toBe('undefined');
    const data = `process.env.PAVED_FILES_ROOT + '/data/`;
    await one.tell(`fs.mkdirSync(${data}deep'); fs.writeFileSync(${data}deep/x', 'kept', { mode: 0o600 })`);
    const uid = await one.tell('process.getuid()');
    const two = await start(bench, driver, 'own', spec, '2');
    expect(await two.tell('process.getuid()')).toBe(uid);
    expect(await two.tell(`fs.readFileSync(${data}deep/x', 'utf8')`)).toBe('kept');
    await two.tell(`fs.rmSync('conf', { recursive: true }); setTimeout(() => process.exit(3), 10)`);
    expect(await two.tell(`fs.readFileSync('conf/local.txt', 'utf8')`)).toMatch(/local|ENOENT/);
    await driver.stop?.();
    driver = await bench.driver({ isolation: kind, hidden: [bench.dataDir] });
    await driver.adopt?.([{ input: two.input, state: {} }]);
    const port = portOf(await driver.apply(two.input, {}, testCall));
    const tell = async (code: string): Promise<string> => (await ask(port, 'own.localhost', '/', { method: 'POST', body: code })).body;
    expect(await tell('process.getuid()')).toBe(uid);
    expect(await tell(`fs.readFileSync('conf/local.txt', 'utf8') + fs.readFileSync(${data}deep/x', 'utf8')`)).toBe('localkept');
  });
});

test.skipIf(here.length === 0)(
  'when the server is killed while it hands over the environment, nothing starts with half of it',
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-half-'));
    chmodSync(folder, 0o711);
    const folders = { root: folder, app: folder, files: folder, home: folder, temporary: folder, run: folder };
    const user = { uid: 66_001, gid: 66_001 };
    const cage = createCage(
      root
        ? { kind: 'own-user', user, users: { holderOf: () => undefined }, folders, hidden: [] }
        : { kind: 'user-namespaces', users: { holderOf: () => undefined }, folders, hidden: [] },
    );
    const spec = { image: '.', variables: {}, files: {}, volumes: {} } as never;
    const launch = cage.launch(
      { argv: ['/bin/echo', 'started'], cwd: folder, environment: { PATH: '/bin', LONG: 'x'.repeat(1000) } },
      spec,
    );
    const begin = (sent: string): Promise<{ code: number | null; text: string }> =>
      new Promise((resolve) => {
        const [program = '', ...args] = launch.argv;
        const child = spawn(program, args, { env: { ...launch.environment }, stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
        let text = '';
        child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
        child.once('close', (code) => resolve({ code, text }));
        (child.stdio[3] as net.Socket).end(sent);
      });
    try {
      expect(await begin(launch.sent ?? '')).toEqual({ code: 0, text: 'started\n' });
      for (const length of [0, 20, (launch.sent?.length ?? 0) - 15])
        expect((await begin(launch.sent?.slice(0, length) ?? '')).text).toBe('');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

describe.skipIf(!root)('users of workloads', () => {
  const kind = here[0] ?? 'own-user';
  test('a volume follows its workload to another user, and can be shared by two', async () => {
    await using bench = openBench();
    const driver = await bench.driver({ isolation: kind, hidden: [bench.dataDir] });
    const volume = volumeOf(bench, 'moving');
    const volumes = { '/data': { source: volume } };
    const data = `process.env.PAVED_FILES_ROOT + '/data/`;
    const first = await start(bench, driver, 'first', { volumes });
    await first.tell(`fs.mkdirSync(${data}deep'); fs.writeFileSync(${data}deep/x', 'kept')`);
    const second = await start(bench, driver, 'second', { volumes });
    expect(
      await second.tell(
        `fs.appendFileSync(${data}deep/x', '+'); fs.writeFileSync(${data}y', 'second'); fs.readFileSync(${data}deep/x', 'utf8')`,
      ),
    ).toBe('kept+');
    expect(await first.tell(`fs.appendFileSync(${data}y', '+'); fs.readFileSync(${data}y', 'utf8')`)).toBe('second+');
    await driver.destroy(first.input, {}, testCall);
    await driver.destroy(second.input, {}, testCall);
    const again = await start(bench, driver, 'first', { volumes });
    expect(Number(await again.tell('process.getuid()'))).not.toBe(0);
    expect(await again.tell(`fs.appendFileSync(${data}deep/x', '!'); fs.readFileSync(${data}deep/x', 'utf8')`)).toBe('kept+!');
  });

  test('what a workload puts in the way is never followed with the platform’s rights', async () => {
    await using bench = openBench();
    const files = platformFiles(bench);
    const driver = await bench.driver({ isolation: kind, hidden: [bench.dataDir] });
    const volume = volumeOf(bench, 'trap');
    const spec = { files: { 'conf/local.txt': { content: 'local' } } as never, volumes: { '/data': { source: volume, path: 'sub' } } };
    const one = await start(bench, driver, 'trap', spec);
    const keys = path.dirname(files['key'] ?? '');
    await one.tell(`fs.rmSync('conf', { recursive: true }); fs.symlinkSync(${JSON.stringify(keys)}, 'conf'); fs.rmSync(process.env.PAVED_FILES_ROOT + '/data');
      fs.rmSync('package.json', { force: true }); setTimeout(() => process.exit(1), 10)`);
    await one.tell('1').catch(() => {});
    expect(readdirSync(keys)).toEqual(['master.key']);
    const two = await start(bench, driver, 'trap', spec, '2');
    await two.tell(
      `fs.rmSync(fs.realpathSync(process.env.PAVED_FILES_ROOT + '/data'), { recursive: true }); fs.symlinkSync(${JSON.stringify(`${keys}/made`)}, ${JSON.stringify(`${volume}/sub`)})`,
    );
    await start(bench, driver, 'trap', spec, '3').catch(() => {});
    expect(existsSync(`${keys}/made`)).toBe(false);
    expect(statSync(keys).uid).toBe(0);
    expect(readFileSync(files['key'] ?? '', 'utf8')).toBe('secret key');
  });

  test('nothing of its environment acts before rights are dropped', async () => {
    await using bench = openBench();
    const driver = await bench.driver({ isolation: kind, hidden: [bench.dataDir] });
    const evil = path.join(bench.dataDir, 'evil');
    const hostile = {
      ENV: './evil.sh',
      BASH_ENV: './evil.sh',
      PS4: `$(touch ${evil})`,
      IFS: '/',
      'BASH_FUNC_exec%%': `() { touch ${evil}; }`,
    };
    const input = inputOf('hostile', {
      artifact: bench.artifact({ 'main.js': obedient, 'evil.sh': `touch ${evil}` }),
      containers: { main: { ...main, variables: hostile } },
    });
    await expect(driver.apply(input, undefined, testCall)).rejects.toThrow(/BASH_FUNC_exec%%.*letters, digits and _/);
    const { 'BASH_FUNC_exec%%': _, ...rest } = hostile;
    const { tell } = await start(bench, driver, 'hostile', { variables: rest as never });
    expect(await tell('process.env.IFS + process.env.ENV')).toBe('/./evil.sh');
    expect(existsSync(evil)).toBe(false);
  });
});
