import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { identify } from '@paved/host';
import { PavedError } from '@paved/kernel';

/** Outside the range that operating systems use for outgoing connections. */
const FIRST = 20_000;
const LAST = 32_000;

/**
 * The loopback port of the cluster in `folder`: the same as last time, so that addresses given to services stay valid, unless another
 * program took it.
 */
export async function clusterPort(folder: string): Promise<{ port: number; moved: boolean }> {
  const file = path.join(folder, 'port.json');
  const before = readPort(file);
  if (before !== undefined && (runsOn(folder) === before || (await isFree(before)))) return { port: before, moved: false };
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(FIRST, LAST);
    if (!(await isFree(port))) continue;
    writeFileSync(file, JSON.stringify({ port }), { mode: 0o600 });
    return { port, moved: before !== undefined };
  }
  throw new PavedError('unavailable', `No port between ${FIRST} and ${LAST} is free for the services' database.`, {
    fix: 'Stop programs that listen there, or set services.databaseUrl.',
  });
}

/** The port written down last, for a server that only uses the cluster. */
export function readPort(file: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { port: number }).port;
  } catch {
    return undefined;
  }
}

/** The port of a postmaster that an earlier server left running (postmaster.pid: pid in line 1, port in line 4). */
function runsOn(folder: string): number | undefined {
  try {
    const lines = readFileSync(path.join(folder, 'data/postmaster.pid'), 'utf8').split('\n');
    return identify(Number(lines[0])) === undefined ? undefined : Number(lines[3]);
  } catch {
    return undefined;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
