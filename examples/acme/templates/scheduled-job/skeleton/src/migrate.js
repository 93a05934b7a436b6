import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { transaction } from './database.js';

const folder = new URL('../migrations/', import.meta.url);
/** Any constant, the same in every instance: two that start at once take turns. */
const LOCK = 7_420_001;

/**
 * Applies the files of `migrations/` that are new, in order of their names, all in one transaction: either the schema
 * is complete or nothing changed. Gives the names of those it applied.
 */
export async function migrate(pool, { waitMs = 20_000, onWait = () => {} } = {}) {
  await untilReachable(pool, waitMs, onWait);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return transaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await client.query('create table if not exists migration (name text primary key, applied_at timestamptz not null default now())');
    const done = new Set((await client.query('select name from migration')).rows.map((row) => row.name));
    const fresh = files.filter((name) => !done.has(name));
    for (const name of fresh) {
      await client.query(await readFile(new URL(name, folder), 'utf8'));
      await client.query('insert into migration (name) values ($1)', [name]);
    }
    return fresh;
  });
}

/** A database that was made a moment ago may not listen yet. */
async function untilReachable(pool, waitMs, onWait) {
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      await pool.query('select 1');
      return;
    } catch (error) {
      const starting = ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNRESET', '57P03'].includes(error.code);
      if (!starting || Date.now() > deadline) throw error;
      onWait(error);
      await wait(250);
    }
  }
}
