import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { connect } from '../src/database.js';
import { readSettings } from '../src/settings.js';

/** Why tests that need PostgreSQL are skipped, or false when they can run. */
export const skip = process.env.PGHOST && process.env.PGUSER && process.env.PGDATABASE ? false : 'PGHOST, PGUSER and PGDATABASE are not set';

/** A schema of its own for one test file: what the service keeps is never touched. */
export async function throwAwayDatabase() {
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const { database: settings } = readSettings(process.env);
  const owner = new pg.Client(settings);
  await owner.connect();
  await owner.query(`create schema ${schema}`);
  const pool = connect({ ...settings, options: `-c search_path=${schema}` });
  return {
    pool,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await owner.query(`drop schema ${schema} cascade`);
      await owner.end();
    },
  };
}
