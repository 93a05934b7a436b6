import type { JsonObject } from '@paved/kernel';
import type { Database } from '@paved/host';
import type { Generated, Kysely } from 'kysely';
import type { Fact } from '../index.ts';

export interface DeliveryTables {
  fact: {
    seq: Generated<string>;
    id: string;
    type: string;
    subject_id: string;
    content: JsonObject;
    entity_ref: string | null;
    environment: string | null;
    commit: string | null;
    run_id: string | null;
    at: Date;
    received_at: Generated<Date>;
  };
}

/** The capability's tables on any connection or transaction. */
export const tables = (db: Database): Kysely<DeliveryTables> => db.withSchema('delivery');

/** Appends facts; one that is there already stays as it is. */
export async function appendFacts(db: Database, facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return;
  await tables(db)
    .insertInto('fact')
    .values(
      facts.map((fact) => ({
        id: fact.id,
        type: fact.type,
        subject_id: fact.subjectId,
        content: fact.content,
        entity_ref: fact.entityRef ?? null,
        environment: fact.environment ?? null,
        commit: fact.commit ?? null,
        run_id: fact.runId ?? null,
        at: new Date(fact.at),
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
