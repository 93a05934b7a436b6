import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import { stagePostgresBinaries } from './postgres-binaries.ts';

/** `nobody`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED = 65534;

/** A PostgreSQL cluster on disk, and what its server is started with. */
export interface Cluster {
  readonly data: string;
  readonly socketDir: string;
  readonly password: string;
  readonly binaries: string;
  readonly logFile: string;
  readonly identity: { uid?: number; gid?: number };
}

/** The cluster of a folder; made when there is none. */
export function prepareCluster(dir: string): Cluster {
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

/** Short and reachable whatever the data directory's own path is (sun_path holds 107 bytes). */
export function socketDirOf(dir: string): string {
  return path.join(os.tmpdir(), `paved-${createHash('sha256').update(path.resolve(dir)).digest('hex').slice(0, 12)}`);
}

/**
 * The child gets the data folder as file descriptor 3 and uses `/proc/self/fd/3`: an unprivileged server can then work
 * below folders that it may not traverse (a root-owned 0700 temporary folder, a home).
 */
export function dataArgument(cluster: Cluster): { argument: string; fd: number | 'ignore' } {
  if (process.platform !== 'linux' || cluster.identity.uid === undefined) return { argument: cluster.data, fd: 'ignore' };
  return { argument: '/proc/self/fd/3', fd: openSync(cluster.data, 'r') };
}

export const childEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

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
