import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from '../define-capability.ts';
import type { Logger } from '../log.ts';

/** The platform's connections and its query builder. */
export interface DatabasePool {
  readonly pool: pg.Pool;
  readonly db: Database;
  close(): Promise<void>;
}

/** Opens a pool; a lost connection is logged and replaced, never fatal. */
export function openPool(url: string, size: number, log: Logger): DatabasePool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 15_000,
    application_name: 'paved',
  });
  let closing = false;
  // A server that is stopped right after us ends connections that are still saying goodbye: no news then.
  pool.on('error', (error) => closing || log.warn({ err: error }, 'A database connection was lost.'));
  // A connection that is lost while somebody uses it fails their query; without a listener it would end the process too.
  pool.on('connect', (client) => void client.on('error', () => {}));
  // oxlint-disable-next-line typescript/no-explicit-any -- capabilities narrow it with withTables<DB>()
  const db = new Kysely<any>({ dialect: new PostgresDialect({ pool }) });
  return {
    pool,
    db,
    close: () => {
      closing = true;
      return db.destroy();
    },
  };
}
