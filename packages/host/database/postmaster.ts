import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PavedError } from '@paved/kernel';
import type { Logger } from '../log.ts';
import { identify, isAlive, type ProcessIdentity } from '../process/process-identity.ts';
import { childEnvironment, dataArgument, type Cluster } from './cluster.ts';
import { sharedBuffersMb, tableBytes } from './shared-buffers.ts';

/** How the server of a cluster is run. */
export interface PostmasterOptions {
  readonly log: Logger;
  /** Also listen on this loopback port (services connect by TCP). Without it only a Unix socket is open. */
  readonly listen?: { readonly port: number };
  /** Server settings over ours. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Names the socket file when nothing listens on TCP. */
export const DEFAULT_PORT = 5432;

/** Small by default: a laptop's platform, not a data warehouse. */
const defaults: Readonly<Record<string, string>> = {
  max_connections: '100',
  jit: 'off',
  io_method: 'sync',
  // A large ingestion goes through without checkpoints: after each, every page that is touched goes to the log as a whole.
  max_wal_size: '2GB',
  wal_buffers: '4MB',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
  // Passwords never reach the log: no statement text, roles are created with verifiers.
  log_min_error_statement: 'panic',
  log_statement: 'none',
  password_encryption: 'scram-sha-256',
  max_parallel_workers: '2',
  autovacuum_naptime: '30s',
};

/** How to reach it. */
export interface Connect {
  url(database: string): string;
  ready(): Promise<boolean>;
}

export function connectionOf(cluster: Pick<Cluster, 'socketDir' | 'password'>, port: number): Connect {
  const url = (database: string): string =>
    `postgresql://paved:${cluster.password}@localhost:${port}/${database}?host=${encodeURIComponent(cluster.socketDir)}`;
  return {
    url,
    async ready() {
      const client = new pg.Client({ connectionString: url('postgres'), connectionTimeoutMillis: 2000 });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.query('select 1');
        return true;
      } catch {
        return false;
      } finally {
        await client.end().catch(() => {});
      }
    },
  };
}

/** The first line of postmaster.pid is the server's process id. */
function postmaster(cluster: Cluster): ProcessIdentity | undefined {
  try {
    const pid = Number(readFileSync(path.join(cluster.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    const identity = identify(pid);
    if (identity === undefined || process.platform !== 'linux') return identity;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres') ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** The server that an earlier one of ours left running, when it answers; else it is stopped. */
export async function adoptOrphan(cluster: Cluster, connect: Connect, options: PostmasterOptions): Promise<ProcessIdentity | undefined> {
  const orphan = postmaster(cluster);
  if (orphan === undefined) return undefined;
  for (let attempt = 0; attempt < 20 && isAlive(orphan); attempt++) {
    if (await connect.ready()) {
      options.log.info({ pid: orphan.pid }, 'Adopted the PostgreSQL that an earlier server left running.');
      return orphan;
    }
    await sleep(100);
  }
  options.log.warn({ pid: orphan.pid }, 'A PostgreSQL left running does not answer; stopping it.');
  await stopServer(orphan);
  return undefined;
}

/** Starts it, and comes back when it answers. Throws `unavailable` with the last line of its log. */
export async function launch(cluster: Cluster, connect: Connect, options: PostmasterOptions): Promise<ProcessIdentity> {
  // A killed postmaster's children may hold the old shared memory for a moment: try for a while.
  const deadline = Date.now() + 20_000;
  const sharedBuffers = `${sharedBuffersMb(tableBytes(cluster.data), os.totalmem())}MB`;
  for (;;) {
    const started = await tryLaunch(cluster, connect, options, sharedBuffers);
    if (typeof started !== 'string') return started;
    if (Date.now() > deadline) {
      throw new PavedError('unavailable', `The embedded PostgreSQL did not start: ${started}`, {
        fix: `Read ${cluster.logFile}, or set DATABASE_URL.`,
      });
    }
    await sleep(200);
  }
}

async function tryLaunch(
  cluster: Cluster,
  connect: Connect,
  options: PostmasterOptions,
  sharedBuffers: string,
): Promise<ProcessIdentity | string> {
  const settings = {
    ...defaults,
    shared_buffers: sharedBuffers,
    ...options.settings,
    listen_addresses: options.listen === undefined ? '' : '127.0.0.1',
    port: String(options.listen?.port ?? DEFAULT_PORT),
    unix_socket_directories: cluster.socketDir,
  };
  const { argument, fd } = dataArgument(cluster);
  if (existsSync(cluster.logFile) && statSync(cluster.logFile).size > 10 * 1024 * 1024) rmSync(cluster.logFile);
  const logFd = openSync(cluster.logFile, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(
      path.join(cluster.binaries, 'bin/postgres'),
      ['-D', argument, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
      {
        ...cluster.identity,
        env: childEnvironment,
        cwd: '/',
        // Its own process group: Ctrl-C at the terminal must not stop it before the server has drained.
        detached: true,
        stdio: ['ignore', logFd, logFd, fd],
      },
    );
    child.unref();
  } finally {
    closeSync(logFd);
    if (typeof fd === 'number') closeSync(fd);
  }
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) => resolve(lastLine(cluster.logFile) ?? `exit code ${code}`));
  });
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await connect.ready()) {
      const identity = child.pid === undefined ? undefined : identify(child.pid);
      if (identity !== undefined) return identity;
    }
    const over = await Promise.race([failed, sleep(attempt < 50 ? 10 : 50).then(() => undefined)]);
    if (over !== undefined) return over;
  }
  return 'it does not answer after 30 s';
}

function lastLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').at(-1);
  } catch {
    return undefined;
  }
}

/** Fast shutdown (SIGINT), then immediate (SIGQUIT). */
export async function stopServer(server: ProcessIdentity): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (!isAlive(server)) return;
    try {
      process.kill(server.pid, signal);
    } catch {
      return;
    }
    for (let waited = 0; waited < waitMs && isAlive(server); waited += 20) await sleep(20);
  }
}
