import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres, type Logger } from '@paved/host';
import { isPavedError, PavedError } from '@paved/kernel';
import { clusterPort, readPort } from './cluster-port.ts';

/** A PostgreSQL server that holds the databases of services, as its administrator sees it. */
export interface Cluster {
  /** Where services connect by TCP. */
  readonly host: string;
  readonly port: number;
  /** Only we use it: what is granted to everybody can be taken away. */
  readonly own: boolean;
  /** Runs with a connection as administrator, to the maintenance database or a named one. */
  asAdministrator<T>(work: (client: pg.Client) => Promise<T>, database?: string): Promise<T>;
  stop(): Promise<void>;
}

interface ClusterOptions {
  readonly folder: string;
  readonly log: Logger;
  /** The port is another one than before: addresses given to services are wrong. */
  onMoved(): void;
  onRestart(): void;
}

/** The configured server. */
export function externalCluster(url: string): Cluster {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw new PavedError('invalid', 'services.databaseUrl is not a connection string.', {
      fix: 'Write postgresql://user:password@host:5432/postgres.',
      cause,
    });
  }
  return {
    host: parsed.hostname,
    port: Number(parsed.port || 5432),
    own: false,
    asAdministrator: (work, database) => withClient(database === undefined ? url : withDatabase(parsed, database), work),
    stop: async () => {},
  };
}

/** How often a server that only uses the cluster looks whether the one that keeps it is gone. */
const TAKEOVER_MS = 1_000;
const PATIENCE_MS = 20_000;

/**
 * The cluster in `folder`, started when it does not run. Of several servers on one data directory the first keeps it running; the others
 * use it, and one of them takes over when the first is gone.
 */
export async function embeddedCluster({ folder, log, onMoved, onRestart }: ClusterOptions): Promise<Cluster> {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  let kept: EmbeddedPostgres | undefined;
  let port = 0;
  let stopped = false;
  const tryKeep = async (): Promise<boolean> => {
    const chosen = await clusterPort(folder);
    try {
      kept = await startEmbeddedPostgres({ dir: folder, log, listen: { port: chosen.port }, onRestart });
    } catch (error) {
      if (isPavedError(error, 'conflict')) return false;
      throw error;
    }
    port = chosen.port;
    if (chosen.moved) onMoved();
    return true;
  };
  const url = (): URL => {
    const password = readFileSync(path.join(folder, 'password'), 'utf8').trim();
    return new URL(`postgresql://paved:${password}@127.0.0.1:${port}/postgres`);
  };
  let takeover: NodeJS.Timeout | undefined;
  const watch = (): void => {
    takeover = setTimeout(() => {
      if (stopped || kept !== undefined) return;
      tryKeep()
        .then((done) => done && log.info('This server keeps the services’ database running from now on.'))
        .catch((error: unknown) => log.error({ err: error }, 'The services’ database could not be taken over; trying again.'))
        .finally(watch);
    }, TAKEOVER_MS);
    takeover.unref();
  };
  if (!(await tryKeep())) {
    // Another server of this data directory keeps it; it may be just starting it.
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      port = readPort(path.join(folder, 'port.json')) ?? 0;
      if (port !== 0 && (await answers(url))) break;
      if (await tryKeep()) break;
      if (Date.now() > until) {
        throw new PavedError('unavailable', 'The services’ database, kept by another server of this data directory, does not answer.', {
          fix: 'Stop that server and start this one again.',
        });
      }
      await sleep(200);
    }
    if (kept === undefined) watch();
  }
  return {
    host: '127.0.0.1',
    get port() {
      return port;
    },
    own: true,
    asAdministrator: (work, database) => withClient(withDatabase(url(), database ?? 'postgres'), work),
    async stop() {
      stopped = true;
      clearTimeout(takeover);
      await kept?.stop();
    },
  };
}

async function answers(url: () => URL): Promise<boolean> {
  try {
    return await withClient(url().href, async (client) => (await client.query('select 1')).rowCount === 1);
  } catch {
    return false;
  }
}

function withDatabase(url: URL, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, application_name: 'paved' });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
