import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLogger, startEmbeddedPostgres } from '@paved/host';

/** One real PostgreSQL for the whole test run (or PAVED_TEST_DATABASE_URL when given). Durability is off: its data is thrown away. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['PAVED_TEST_DATABASE_URL'] !== undefined) return undefined;
  const dir = mkdtempSync(path.join(os.tmpdir(), 'paved-testdb-'));
  const server = await startEmbeddedPostgres({
    dir,
    log: createLogger({ level: 'warn', pretty: true }),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  process.env['PAVED_TEST_DATABASE_URL'] = server.url;
  return async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
