import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import pg from 'pg';
import { messageOf, PavedError } from '@paved/kernel';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../log.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts';

/** Where the platform's own data is kept, reachable and checked. */
export interface PlatformDatabase {
  readonly url: string;
  readonly embedded?: EmbeddedPostgres;
}

/** Uses `database.url` when configured, else starts (or adopts) the embedded server below the data directory. */
export async function connectDatabase(config: Config, log: Logger): Promise<PlatformDatabase> {
  if (config.database.url !== undefined) {
    await assertReachable(config.database.url);
    return { url: config.database.url };
  }
  const embedded = await startEmbeddedPostgres({ dir: path.join(config.data.directory, 'postgres'), log });
  return { url: embedded.url, embedded };
}

async function assertReachable(url: string): Promise<void> {
  const where = describe(url);
  // A database that starts at the same time as we do deserves a little patience; a wrong password does not.
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query<{ v: string }>(`select current_setting('server_version_num') v`);
      const version = Number(rows[0]?.v ?? 0);
      if (version < 150_000)
        throw new PavedError('unsupported', `The PostgreSQL at ${where} is version ${Math.floor(version / 10_000)}.`, {
          fix: 'Use PostgreSQL 15 or newer.',
        });
      return;
    } catch (error) {
      if (error instanceof PavedError) throw error;
      const code = (error as { code?: string }).code;
      if (attempt < 5 && (code === 'ECONNREFUSED' || code === '57P03')) {
        await sleep(500);
        continue;
      }
      throw new PavedError('unavailable', `The database at ${where} does not let us in: ${messageOf(error) || code || 'no answer'}`, {
        fix: 'Check DATABASE_URL (postgresql://user:password@host:port/database), or unset it to use the embedded PostgreSQL.',
        cause: error,
      });
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** Host, port and database of a connection string, without credentials. */
function describe(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname || 'localhost'}:${port || '5432'}${pathname}`;
  } catch {
    throw new PavedError('invalid', 'DATABASE_URL is not a connection string.', {
      fix: 'Write it as postgresql://user:password@host:port/database.',
    });
  }
}
