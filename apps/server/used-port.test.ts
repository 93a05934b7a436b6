import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('a port that is used is said before anything is made', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-port-'));
  const data = path.join(folder, 'data');
  const other = net.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as net.AddressInfo;
  try {
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const started = spawnSync(process.execPath, [main, '--data', data, '--port', String(port)], { encoding: 'utf8', timeout: 14_000 });
    expect(started.status).toBe(1);
    expect(started.stderr).toContain(`Port ${port} on 127.0.0.1 is already used by another program.\nChoose another with --port`);
    expect(existsSync(data)).toBe(false);
  } finally {
    other.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
