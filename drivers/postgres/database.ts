import type pg from 'pg';
import { quoted } from './names.ts';
import { scramVerifier } from './scram.ts';

/** PostgreSQL's code for "it exists already". */
const DUPLICATE_DATABASE = '42P04';

interface DatabaseWish {
  /** Name of the database and of the role that owns it. */
  readonly name: string;
  /** Set a password: the role is new, or its password was never stored. */
  readonly password?: string;
  readonly connections: number;
  /** The cluster is ours alone. */
  readonly own: boolean;
}

/** Whether the role and the database are there. */
export async function lookUp(client: pg.Client, name: string): Promise<{ role: boolean; database: boolean }> {
  const { rows } = await client.query<{ role: boolean; database: boolean }>(
    `select exists (select from pg_roles where rolname = $1) as role, exists (select from pg_database where datname = $1) as database`,
    [name],
  );
  return rows[0] ?? { role: false, database: false };
}

/**
 * Makes role and database what they should be, from whatever an interrupted attempt left. One at a time per name; the result is the same
 * however often it runs.
 */
export async function ensureDatabase(client: pg.Client, wish: DatabaseWish): Promise<void> {
  const name = quoted(wish.name);
  await client.query('select pg_advisory_lock(hashtext($1))', [wish.name]);
  try {
    const there = await lookUp(client, wish.name);
    const login = `login connection limit ${wish.connections}`;
    const password = wish.password === undefined ? '' : ` password '${scramVerifier(wish.password)}'`;
    await client.query(`${there.role ? 'alter' : 'create'} role ${name} ${login}${password}`);
    // A forgotten open transaction must not stop vacuum for ever.
    await client.query(`alter role ${name} set idle_in_transaction_session_timeout = '10min'`);
    if (!there.database) await createDatabase(client, name);
    await client.query(`revoke all on database ${name} from public`);
    if (wish.own) await client.query('revoke connect on database postgres, template1 from public');
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [wish.name]);
  }
}

async function createDatabase(client: pg.Client, name: string): Promise<void> {
  // An administrator that is no superuser may give a database only to a role it belongs to.
  const { rows } = await client.query<{ super: boolean }>('select rolsuper as super from pg_roles where rolname = current_user');
  if (rows[0]?.super !== true) await client.query(`grant ${name} to current_user`);
  try {
    await client.query(`create database ${name} owner ${name} template template0 encoding 'UTF8'`);
  } catch (error) {
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
  }
}

/** Removes both, open connections included. */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${quoted(name)} with (force)`);
  await client.query(`drop role if exists ${quoted(name)}`);
}
