import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandboxRunner, probeIsolation } from './index.ts';

// The install line of acme's pipeline, on what the golden path `http-service` locks.
const root = fileURLToPath(new URL('../..', import.meta.url));
const seed = path.join(root, 'node_modules/.cache/paved/npm');
const pipeline = readFileSync(path.join(root, 'examples/acme/platform/pipelines.yaml'), 'utf8');
const line = /run: (npm ci .*)/.exec(pipeline)?.[1] ?? 'false';
const lock = JSON.parse(readFileSync(path.join(root, 'examples/acme/templates/http-service/skeleton/package-lock.json'), 'utf8')) as {
  packages: Record<string, { dependencies?: Record<string, string>; resolved?: string }>;
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'paved-npm-'));
  mkdirSync(path.join(folder, 'work'));
  cpSync(seed, path.join(folder, 'cache'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes manifest and lock with more packages than the template has. */
function lockWith(more: typeof lock.packages): void {
  const { dependencies, ...rest } = lock.packages[''] ?? {};
  const added = Object.fromEntries(Object.keys(more).map((at) => [path.basename(at), '1.0.0']));
  const own = { ...rest, name: 'service', version: '1.0.0', dependencies: { ...dependencies, ...added } };
  writeFileSync(path.join(folder, 'work/package.json'), JSON.stringify(own));
  writeFileSync(
    path.join(folder, 'work/package-lock.json'),
    JSON.stringify({ ...lock, name: 'service', version: '1.0.0', packages: { ...lock.packages, '': own, ...more } }),
  );
}

async function install(network: 'host' | 'none', registry?: string): Promise<{ exitCode: number; output: string }> {
  let output = '';
  const { exitCode } = await createSandboxRunner().run({
    line,
    folder: path.join(folder, 'work'),
    writable: [path.join(folder, 'cache')],
    environment: {
      PATH: process.env['PATH'] ?? '',
      npm_config_cache: path.join(folder, 'cache'),
      npm_config_update_notifier: 'false',
      ...(registry === undefined ? {} : { npm_config_registry: registry }),
    },
    limits: { memoryMb: 1024, timeoutMs: 60_000, outputBytes: 1024 * 1024, cpus: 2 },
    network,
    signal: new AbortController().signal,
    onOutput: (text) => void (output += text),
  });
  return { exitCode, output };
}

test.skipIf(!existsSync(seed) || !probeIsolation().cutsOff)('a golden path installs without any network', async () => {
  lockWith({});
  expect(await install('none')).toMatchObject({ exitCode: 0 });
  expect(existsSync(path.join(folder, 'work/node_modules'))).toBe(true);
});

test.skipIf(!existsSync(seed))('a dependency that somebody adds is fetched from the registry', async () => {
  const source = path.join(folder, 'package');
  mkdirSync(source);
  writeFileSync(path.join(source, 'package.json'), '{"name":"added-by-somebody","version":"1.0.0"}');
  const tarball = execFileSync('tar', ['-cz', '-C', folder, 'package']);
  const asked: string[] = [];
  const registry = http.createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(tarball);
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  try {
    const file = 'added-by-somebody/-/added-by-somebody-1.0.0.tgz';
    const added = {
      resolved: `https://registry.npmjs.org/${file}`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      version: '1.0.0',
    };
    lockWith({ 'node_modules/added-by-somebody': added });
    const { port } = registry.address() as net.AddressInfo;
    expect(await install('host', `http://127.0.0.1:${port}/`)).toMatchObject({ exitCode: 0 });
    // Everything else came from the cache.
    expect(asked).toEqual([`/${file}`]);
    expect(existsSync(path.join(folder, 'work/node_modules/added-by-somebody/package.json'))).toBe(true);
  } finally {
    registry.close();
  }
});
