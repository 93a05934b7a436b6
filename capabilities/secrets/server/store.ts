import { sql, type Kysely } from 'kysely';
import type { Database } from '@paved/host';

type Stamp = { version: number; updated_at: Date; updated_by: string };

type Tables = {
  secret: Stamp & { path: string };
  secret_version: { path: string; version: number; sealed: string; created_at: Date; created_by: string };
  variable: Stamp & { component: string; environment: string; name: string; value: string };
};

export type SecretRow = Tables['secret'];
export type VariableRow = Tables['variable'];
export type Store = ReturnType<typeof createStore>;

const startingWith = (prefix: string): string => `${prefix.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** The tables of secrets and variables. */
export function createStore(db: Database) {
  const tables = (tx: Database = db): Kysely<Tables> => tx.withSchema('secrets');
  return {
    transaction: <T>(work: (tx: Database) => Promise<T>): Promise<T> => db.transaction().execute(work),

    /** Writers of the same thing wait for each other until the transaction ends. */
    async lock(what: string, tx: Database): Promise<void> {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`paved.secrets ${what}`}, 0))`.execute(tx);
    },

    /** One version, the newest by default. */
    async sealed(path: string, version?: number, tx?: Database): Promise<{ sealed: string; version: number } | undefined> {
      const query = tables(tx).selectFrom('secret_version').select(['sealed', 'version']).where('path', '=', path);
      return (version === undefined ? query.orderBy('version', 'desc').limit(1) : query.where('version', '=', version)).executeTakeFirst();
    },

    async addVersion(row: { path: string; version: number; sealed: string; at: Date; by: string }, tx: Database): Promise<void> {
      const stamp = { version: row.version, updated_at: row.at, updated_by: row.by };
      await tables(tx)
        .insertInto('secret')
        .values({ path: row.path, ...stamp })
        .onConflict((c) => c.column('path').doUpdateSet(stamp))
        .execute();
      await tables(tx)
        .insertInto('secret_version')
        .values({ path: row.path, version: row.version, sealed: row.sealed, created_at: row.at, created_by: row.by })
        .execute();
    },

    /** Whether there was one. */
    async removeSecret(path: string, tx: Database): Promise<boolean> {
      const { numDeletedRows } = await tables(tx).deleteFrom('secret').where('path', '=', path).executeTakeFirst();
      return numDeletedRows > 0n;
    },

    list: (prefix: string, tx?: Database): Promise<SecretRow[]> =>
      tables(tx).selectFrom('secret').selectAll().where('path', 'like', startingWith(prefix)).orderBy('path').execute(),

    /** Secret variables of a component over all environments. */
    ofComponent: (component: string): Promise<SecretRow[]> =>
      tables()
        .selectFrom('secret')
        .selectAll()
        .where('path', 'like', `environments/%/${component.replaceAll(/[\\%_]/g, '\\$&')}/%`)
        .orderBy('path')
        .execute(),

    variables: (component: string, environment?: string): Promise<VariableRow[]> => {
      const query = tables().selectFrom('variable').selectAll().where('component', '=', component);
      return (environment === undefined ? query : query.where('environment', '=', environment)).orderBy('name').execute();
    },

    variable: (component: string, environment: string, name: string, tx: Database): Promise<VariableRow | undefined> =>
      tables(tx)
        .selectFrom('variable')
        .selectAll()
        .where('component', '=', component)
        .where('environment', '=', environment)
        .where('name', '=', name)
        .executeTakeFirst(),

    async putVariable(row: VariableRow, tx: Database): Promise<void> {
      await tables(tx)
        .insertInto('variable')
        .values(row)
        .onConflict((c) =>
          c.columns(['component', 'environment', 'name']).doUpdateSet({
            value: row.value,
            version: row.version,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
          }),
        )
        .execute();
    },

    async removeVariable(component: string, environment: string, name: string, tx: Database): Promise<boolean> {
      const { numDeletedRows } = await tables(tx)
        .deleteFrom('variable')
        .where('component', '=', component)
        .where('environment', '=', environment)
        .where('name', '=', name)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
