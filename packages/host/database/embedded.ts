import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PavedError } from '@paved/kernel';
import type { Logger } from '../log.ts';
import { takeOwnerLock } from '../process/owner-lock.ts';
import { identify, isAlive, type ProcessIdentity } from '../process/process-identity.ts';
import { stagePostgresBinaries } from './postgres-binaries.ts';

/** A PostgreSQL server of our own. */
export interface EmbeddedPostgres {
  /** Connection string of the superuser `paved` on database `postgres`. */
  readonly url: string;
  /** Loopback port when `listen` was asked for. */
  readonly port?: number;
  readonly pid: () => number;
  /** Was it still running from a server that was killed? */
  readonly adopted: boolean;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder of the cluster; made when absent. */
  readonly dir: string;
  readonly log: Logger;
  /** Also listen on this loopback port (services connect by TCP). Without it only a Unix socket is open. */
  readonly listen?: { readonly port: number };
  /** Server settings over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told after every unplanned restart. */
  readonly onRestart?: () => void;
}

/** `nobody`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED = 65534;

/** Names the socket file when nothing listens on TCP. */
const DEFAULT_PORT = 5432;

/** Small by default: a laptop's platform, not a data warehouse. */
const defaults: Readonly<Record<string, string>> = {
  shared_buffers: '48MB',
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

/**
 * Starts PostgreSQL 18 on a folder, or adopts the one that a killed server left running on it. A second process on the
 * same folder is refused. Works as root (drops to `nobody`) and as an ordinary user. The server is restarted when it dies.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dir, log } = options;
  mkdirSync(dir, { recursive: true, mode: 0o711 });
  const taken = takeOwnerLock(path.join(dir, 'owner.lock'));
  if ('heldBy' in taken) {
    throw new PavedError('conflict', `Another Paved server (process ${taken.heldBy.pid}) uses the embedded database in ${dir}.`, {
      fix: 'Stop that server, choose another folder with --data, or give both servers one DATABASE_URL.',
    });
  }
  try {
    return await startOwned(options, taken.lock.release);
  } catch (error) {
    taken.lock.release();
    log.error({ err: error }, 'The embedded PostgreSQL did not start.');
    throw error;
  }
}

async function startOwned(options: EmbeddedOptions, release: () => void): Promise<EmbeddedPostgres> {
  const cluster = prepareCluster(options.dir);
  // The socket file is named after the port, also when nothing listens on it.
  const connect = connectionOf(cluster, options.listen?.port ?? DEFAULT_PORT);
  let running = await adoptOrphan(cluster, connect, options);
  const adopted = running !== undefined;
  running ??= await launch(cluster, connect, options);
  let stopping = false;
  let current = running;
  const watch = setInterval(() => {
    if (stopping || isAlive(current)) return;
    stopping = true;
    options.log.warn('The embedded PostgreSQL died; starting it again.');
    launch(cluster, connect, options).then(
      (next) => {
        current = next;
        stopping = false;
        options.onRestart?.();
      },
      (error: unknown) => {
        options.log.error({ err: error }, 'The embedded PostgreSQL did not come back; trying again.');
        stopping = false;
      },
    );
  }, 200);
  return {
    url: connect.url('postgres'),
    ...(options.listen === undefined ? {} : { port: options.listen.port }),
    pid: () => current.pid,
    adopted,
    async stop() {
      clearInterval(watch);
      stopping = true;
      await stopServer(current);
      rmSync(cluster.socketDir, { recursive: true, force: true });
      release();
    },
  };
}

/** Connection string of the embedded server on a folder while another process runs it; undefined when none answers. */
export async function runningEmbeddedUrl(dir: string): Promise<string | undefined> {
  const passwordFile = path.join(dir, 'password');
  if (!existsSync(passwordFile)) return undefined;
  const cluster = { socketDir: socketDirOf(dir), password: readFileSync(passwordFile, 'utf8').trim() };
  const connect = connectionOf(cluster, DEFAULT_PORT);
  return (await connect.ready()) ? connect.url('postgres') : undefined;
}

/** Short and reachable whatever the data directory's own path is (sun_path holds 107 bytes). */
function socketDirOf(dir: string): string {
  return path.join(os.tmpdir(), `paved-${createHash('sha256').update(path.resolve(dir)).digest('hex').slice(0, 12)}`);
}

interface Cluster {
  readonly data: string;
  readonly socketDir: string;
  readonly password: string;
  readonly binaries: string;
  readonly logFile: string;
  readonly identity: { uid?: number; gid?: number };
}

function prepareCluster(dir: string): Cluster {
  const data = path.join(dir, 'data');
  const identity = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  const socketDir = socketDirOf(dir);
  for (const folder of [data, socketDir]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
    chmodSync(folder, 0o700);
  }
  const passwordFile = path.join(dir, 'password');
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const cluster = {
    data,
    socketDir,
    password: readFileSync(passwordFile, 'utf8').trim(),
    binaries: stagePostgresBinaries(),
    logFile: path.join(dir, 'postgres.log'),
    identity,
  };
  if (!existsSync(path.join(data, 'PG_VERSION'))) initialise(cluster);
  return cluster;
}

/**
 * The child gets the data folder as file descriptor 3 and uses `/proc/self/fd/3`: an unprivileged server can then work
 * below folders that it may not traverse (a root-owned 0700 temporary folder, a home).
 */
function dataArgument(cluster: Cluster): { argument: string; fd: number | 'ignore' } {
  if (process.platform !== 'linux' || cluster.identity.uid === undefined) return { argument: cluster.data, fd: 'ignore' };
  return { argument: '/proc/self/fd/3', fd: openSync(cluster.data, 'r') };
}

const childEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

function initialise(cluster: Cluster): void {
  const passwordFile = path.join(cluster.socketDir, `initial.${randomBytes(6).toString('hex')}`);
  writeFileSync(passwordFile, cluster.password, { mode: 0o600 });
  if (cluster.identity.uid !== undefined) chownSync(passwordFile, cluster.identity.uid, cluster.identity.gid ?? 0);
  const { argument, fd } = dataArgument(cluster);
  try {
    const made = spawnSync(
      path.join(cluster.binaries, 'bin/initdb'),
      [
        '-D',
        argument,
        '-U',
        'paved',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
      ],
      { ...cluster.identity, env: childEnvironment, cwd: '/', stdio: ['ignore', 'pipe', 'pipe', fd], encoding: 'utf8' },
    );
    if (made.status !== 0) {
      // A half-made cluster must not be taken for a finished one on the next start.
      rmSync(cluster.data, { recursive: true, force: true });
      const noUser = /effective user ID/.test(made.stderr);
      throw new PavedError(
        'unavailable',
        `The embedded PostgreSQL could not be set up: ${made.error?.message ?? made.stderr.trim().split('\n').at(-1) ?? ''}`,
        {
          fix: noUser
            ? 'Run as a user listed in /etc/passwd, or set DATABASE_URL.'
            : 'Set DATABASE_URL to a PostgreSQL server, or free the cause and start again.',
        },
      );
    }
  } finally {
    if (typeof fd === 'number') closeSync(fd);
    rmSync(passwordFile, { force: true });
  }
}

interface Connect {
  url(database: string): string;
  ready(): Promise<boolean>;
}

function connectionOf(cluster: Pick<Cluster, 'socketDir' | 'password'>, port: number): Connect {
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

async function adoptOrphan(cluster: Cluster, connect: Connect, options: EmbeddedOptions): Promise<ProcessIdentity | undefined> {
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

async function launch(cluster: Cluster, connect: Connect, options: EmbeddedOptions): Promise<ProcessIdentity> {
  // A killed postmaster's children may hold the old shared memory for a moment: try for a while.
  const deadline = Date.now() + 20_000;
  for (;;) {
    const started = await tryLaunch(cluster, connect, options);
    if (typeof started !== 'string') return started;
    if (Date.now() > deadline) {
      throw new PavedError('unavailable', `The embedded PostgreSQL did not start: ${started}`, {
        fix: `Read ${cluster.logFile}, or set DATABASE_URL.`,
      });
    }
    await sleep(200);
  }
}

async function tryLaunch(cluster: Cluster, connect: Connect, options: EmbeddedOptions): Promise<ProcessIdentity | string> {
  const settings = {
    ...defaults,
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
async function stopServer(server: ProcessIdentity): Promise<void> {
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
