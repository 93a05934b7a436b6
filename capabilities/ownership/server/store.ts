import { sql, type Kysely } from 'kysely';
import type { Database } from '@paved/host';

interface Tables {
  word: {
    entity_ref: string;
    owner_ref: string;
    verdict: 'confirmed' | 'disowned';
    by_ref: string;
    by_name: string;
    note: string | null;
    at: Date;
  };
  asked: { entity_ref: string; owner_ref: string; at: Date };
}

export type Word = Tables['word'];
export type Asked = Tables['asked'];
export type Store = ReturnType<typeof createStore>;

/** What owners said, and when they were asked. */
export function createStore(db: Database) {
  const tables = (tx: Database = db): Kysely<Tables> => tx.withSchema('ownership') as unknown as Kysely<Tables>;
  return {
    transaction: <T>(work: (tx: Database) => Promise<T>): Promise<T> => db.transaction().execute(work),

    async addWords(words: readonly Word[], tx: Database): Promise<void> {
      if (words.length > 0)
        await tables(tx)
          .insertInto('word')
          .values([...words])
          .execute();
    },

    /** The last word on each of these entities. */
    async lastWords(refs: readonly string[]): Promise<Map<string, Word>> {
      if (refs.length === 0) return new Map();
      const { rows } = await sql<Word>`
        select distinct on (entity_ref) entity_ref, owner_ref, verdict, by_ref, by_name, note, at
        from ownership.word where entity_ref = any(${refs}) order by entity_ref, id desc`.execute(db);
      return new Map(rows.map((row) => [row.entity_ref, row]));
    },

    /** Entities whose last word, by a time or by now, says that they are not their owner's. */
    async disowned(by?: Date): Promise<Word[]> {
      const then = by === undefined ? sql`true` : sql`at <= ${by}`;
      const { rows } = await sql<Word>`
        select * from (select distinct on (entity_ref) entity_ref, owner_ref, verdict, by_ref, by_name, note, at
          from ownership.word where ${then} order by entity_ref, id desc) w where verdict = 'disowned' order by entity_ref`.execute(db);
      return rows;
    },

    async asked(refs: readonly string[]): Promise<Map<string, Asked>> {
      if (refs.length === 0) return new Map();
      const rows = await tables().selectFrom('asked').selectAll().where('entity_ref', 'in', refs).execute();
      return new Map(rows.map((row) => [row.entity_ref, row]));
    },

    /** Notes that owners are asked; who was asked already for this round is left alone. Gives those that are new. */
    async ask(rows: readonly Asked[], tx: Database): Promise<Asked[]> {
      if (rows.length === 0) return [];
      return tables(tx)
        .insertInto('asked')
        .values([...rows])
        .onConflict((conflict) =>
          conflict
            .column('entity_ref')
            .doUpdateSet((eb) => ({ owner_ref: eb.ref('excluded.owner_ref'), at: eb.ref('excluded.at') }))
            .whereRef('asked.owner_ref', '!=', 'excluded.owner_ref'),
        )
        .returningAll()
        .execute();
    },

    async forgetAsked(refs: readonly string[], tx: Database): Promise<void> {
      if (refs.length > 0) await tables(tx).deleteFrom('asked').where('entity_ref', 'in', refs).execute();
    },
  };
}
