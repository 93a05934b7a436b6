import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of one test's own on the test run's PostgreSQL; dropped at the end. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** Needs the `db` project's global set-up (PAVED_TEST_DATABASE_URL). */
export async function testDatabase(): Promise<TestDatabase> {
  const server = process.env['PAVED_TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('Tests that use a database are named x.db.test.ts and run in the vitest project "db".');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.toString(),
    [Symbol.asyncDispose]: () => onServer(server, `drop database if exists ${name} with (force)`),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
