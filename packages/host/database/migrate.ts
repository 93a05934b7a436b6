import { sql } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { PavedError } from '@paved/kernel';
import type { Database } from '../define-capability.ts';

/** One capability's migrations and the schema they live in. */
export interface MigrationSet {
  readonly schema: string;
  readonly migrations: Readonly<Record<string, Migration>>;
}

/** Creates missing schemas and runs pending migrations; replicas that start at once wait for each other. */
export async function migrate(db: Database, sets: readonly MigrationSet[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('paved.schemas', 0))`.execute(tx);
    for (const { schema } of sets) await sql`create schema if not exists ${sql.ref(schema)}`.execute(tx);
  });
  for (const { schema, migrations } of sets) {
    if (Object.keys(migrations).length === 0) continue;
    const migrator = new Migrator({
      db: db.withSchema(schema),
      provider: { getMigrations: async () => ({ ...migrations }) },
      migrationTableSchema: schema,
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) {
      const failed = results?.find((r) => r.status === 'Error')?.migrationName;
      throw new PavedError('internal', `The migration ${schema}/${failed ?? '?'} failed.`, { cause: error });
    }
  }
}
