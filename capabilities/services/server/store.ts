import type { Kysely } from 'kysely';
import type { Database } from '@paved/host';

/** A service that was deleted, remembered so that its owners still find the data that was kept. */
export interface DeletedService {
  readonly component: string;
  readonly runId: string;
  readonly title: string;
  readonly ownerRefs: readonly string[];
  readonly repository?: string | undefined;
  readonly actor: { readonly ref: string; readonly displayName: string };
  readonly at: Date;
}

type Tables = {
  deleted_service: {
    component: string;
    run_id: string;
    title: string;
    owner_refs: string[];
    repository: string | null;
    actor_ref: string;
    actor_name: string;
    deleted_at: Date;
  };
  /** Addresses with a password, sealed, until their import has ended. */
  sealed_source: { id: string; sealed: string; created_at: Date };
};

export type Store = ReturnType<typeof createStore>;

export function createStore(db: Database) {
  const tables = (tx: Database = db): Kysely<Tables> => tx.withSchema('services').withTables<Tables>();
  return {
    transaction: <T>(work: (tx: Database) => Promise<T>): Promise<T> => db.transaction().execute(work),

    /** Once for each run. */
    async remember(service: DeletedService): Promise<void> {
      await tables()
        .insertInto('deleted_service')
        .values({
          component: service.component,
          run_id: service.runId,
          title: service.title,
          owner_refs: JSON.stringify(service.ownerRefs) as unknown as string[],
          repository: service.repository ?? null,
          actor_ref: service.actor.ref,
          actor_name: service.actor.displayName,
          deleted_at: service.at,
        })
        .onConflict((conflict) => conflict.columns(['component', 'run_id']).doNothing())
        .execute();
    },

    /** The last deletion of each of these. */
    async deleted(components: readonly string[]): Promise<DeletedService[]> {
      if (components.length === 0) return [];
      const rows = await tables()
        .selectFrom('deleted_service')
        .selectAll()
        .distinctOn('component')
        .where('component', 'in', [...components])
        .orderBy('component')
        .orderBy('deleted_at', 'desc')
        .execute();
      return rows.map((row) => ({
        component: row.component,
        runId: row.run_id,
        title: row.title,
        ownerRefs: row.owner_refs,
        repository: row.repository ?? undefined,
        actor: { ref: row.actor_ref, displayName: row.actor_name },
        at: row.deleted_at,
      }));
    },

    async seal(row: { id: string; sealed: string; at: Date }, tx: Database): Promise<void> {
      await tables(tx).insertInto('sealed_source').values({ id: row.id, sealed: row.sealed, created_at: row.at }).execute();
    },

    async sealed(id: string): Promise<string | undefined> {
      return (await tables().selectFrom('sealed_source').select('sealed').where('id', '=', id).executeTakeFirst())?.sealed;
    },

    async forget(id: string): Promise<void> {
      await tables().deleteFrom('sealed_source').where('id', '=', id).execute();
    },

    /** Those of failed imports that nobody retried. */
    async forgetBefore(at: Date): Promise<void> {
      await tables().deleteFrom('sealed_source').where('created_at', '<', at).execute();
    },
  };
}
