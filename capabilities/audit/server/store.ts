import type { Database } from '@paved/host';
import type { Link } from '../model/chain.ts';

type Tables = {
  entry: { seq: string; body: string; previous: string; hash: string; actor_ref: string; action: string; subject: string; at: string };
  pending: { id: never; body: string };
};

/** What a list of entries is narrowed by. */
export interface EntryFilter {
  readonly actor?: string;
  /** Exact, or a prefix ending in `.*`. */
  readonly action?: string;
  readonly subject?: string;
  readonly since?: Date;
}

export type Store = ReturnType<typeof createStore>;

/** The audit log's tables. */
export function createStore(db: Database) {
  const tables = (tx: Database = db) => tx.withSchema('audit').withTables<Tables>();

  const narrowed = (filter: EntryFilter) => {
    let query = tables().selectFrom('entry');
    if (filter.actor !== undefined) query = query.where('actor_ref', '=', filter.actor);
    if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
    if (filter.since !== undefined) query = query.where('at', '>=', filter.since.toISOString());
    if (filter.action?.endsWith('.*') === true)
      query = query.where('action', 'like', `${filter.action.slice(0, -1).replaceAll(/[\\%_]/g, '\\$&')}%`);
    else if (filter.action !== undefined) query = query.where('action', '=', filter.action);
    return query;
  };

  return {
    /** Joins the chain when the transaction commits. */
    async append(body: string, tx?: Database): Promise<void> {
      await tables(tx).insertInto('pending').values({ body }).execute();
    },

    /** Links after `seq`, in order. */
    async linksAfter(seq: number, limit: number): Promise<Link[]> {
      const rows = await tables()
        .selectFrom('entry')
        .select(['seq', 'body', 'previous', 'hash'])
        .where('seq', '>', String(seq))
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
    },

    /** Newest first, below `before` (a sequence number). */
    async newest(filter: EntryFilter, limit: number, before?: number): Promise<Link[]> {
      let query = narrowed(filter).select(['seq', 'body', 'previous', 'hash']).orderBy('seq', 'desc').limit(limit);
      if (before !== undefined) query = query.where('seq', '<', String(before));
      return (await query.execute()).map((row) => ({ ...row, seq: Number(row.seq) }));
    },

    async count(filter: EntryFilter): Promise<number> {
      const row = await narrowed(filter)
        .select((e) => e.fn.countAll<string>().as('n'))
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },
  };
}
