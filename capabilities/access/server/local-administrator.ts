import type { Audit } from '@paved/audit';
import { migrate, newId, openPool, type Database, type Logger, type MigrationSet } from '@paved/host';
import { systemActor } from '@paved/kernel';
import { LOCAL_ADMINISTRATOR } from './credentials.ts';
import { migrations } from './migrations.ts';
import { sha256 } from './sha256.ts';
import { createStore } from './store.ts';
import { newTokenSecret } from './tokens.ts';

export interface LocalTokenOptions {
  /** Of the platform's database, whether a server runs on it or not. */
  readonly databaseUrl: string;
  readonly log: Logger;
  /** The audit capability's `openAudit` and migrations: the token is recorded in the same transaction. */
  readonly openAudit: (db: Database, now: () => Date) => Audit;
  readonly auditMigrations: MigrationSet['migrations'];
  /** For people; default "local". */
  readonly name?: string;
  readonly expiresInMs?: number;
  /** Who asks, as the operating system knows them; for the audit log. */
  readonly osUser: string;
}

/**
 * Makes an administrator's token for whoever can read the data directory: they hold the database password and the
 * master key anyway. Works beside a running server and without one; safe on a fresh database.
 */
export async function createLocalAdministratorToken(options: LocalTokenOptions): Promise<{ id: string; token: string; userRef: string }> {
  const pool = openPool(options.databaseUrl, 2, options.log);
  try {
    await migrate(pool.db, [
      { schema: 'audit', migrations: options.auditMigrations },
      { schema: 'access', migrations },
    ]);
    const now = new Date();
    const token = newTokenSecret();
    const id = newId('token');
    const name = options.name ?? 'local';
    const expiresAt = options.expiresInMs === undefined ? null : new Date(now.getTime() + options.expiresInMs);
    await pool.db.transaction().execute(async (tx) => {
      await createStore(tx).addToken(
        {
          id,
          user_ref: LOCAL_ADMINISTRATOR.ref,
          name,
          role: 'administrator',
          created_by: systemActor.ref,
          created_at: now,
          expires_at: expiresAt,
          last_used_at: null,
          revoked_at: null,
        },
        sha256(token),
        tx,
      );
      await options
        .openAudit(tx, () => now)
        .record(
          {
            actor: systemActor,
            action: 'access.token.create',
            subject: LOCAL_ADMINISTRATOR.ref,
            facts: { id, name, local: true, osUser: options.osUser, expiresAt: expiresAt?.toISOString() ?? 'never' },
          },
          tx,
        );
    });
    return { id, token, userRef: LOCAL_ADMINISTRATOR.ref };
  } finally {
    await pool.close();
  }
}
