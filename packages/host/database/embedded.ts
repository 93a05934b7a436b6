import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PavedError } from '@paved/kernel';
import { takeOwnerLock } from '../process/owner-lock.ts';
import { isAlive } from '../process/process-identity.ts';
import { prepareCluster, socketDirOf } from './cluster.ts';
import { adoptOrphan, connectionOf, DEFAULT_PORT, launch, stopServer, type PostmasterOptions } from './postmaster.ts';

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

export interface EmbeddedOptions extends PostmasterOptions {
  /** Folder of the cluster; made when absent. */
  readonly dir: string;
  /** Told after every unplanned restart. */
  readonly onRestart?: () => void;
}

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
