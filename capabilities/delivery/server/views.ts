import type { Database } from '@paved/host';
import type { Fact } from '../index.ts';
import { tables } from './store.ts';

export interface FactQuery {
  readonly types?: readonly string[] | undefined;
  readonly entityRef?: string | undefined;
  readonly environment?: string | undefined;
  readonly commit?: string | undefined;
  readonly since?: string | undefined;
  readonly limit?: number | undefined;
}

/** Facts, newest first. */
export async function findFacts(db: Database, query: FactQuery): Promise<Fact[]> {
  let select = tables(db).selectFrom('fact').selectAll();
  if (query.types !== undefined) select = select.where('type', 'in', [...query.types]);
  if (query.entityRef !== undefined) select = select.where('entity_ref', '=', query.entityRef);
  if (query.environment !== undefined) select = select.where('environment', '=', query.environment);
  if (query.commit !== undefined) select = select.where('commit', '=', query.commit);
  if (query.since !== undefined) select = select.where('at', '>=', new Date(query.since));
  const rows = await select
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(Math.min(query.limit ?? 100, 1000))
    .execute();
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    subjectId: row.subject_id,
    content: row.content,
    at: row.at.toISOString(),
    ...(row.entity_ref === null ? {} : { entityRef: row.entity_ref }),
    ...(row.environment === null ? {} : { environment: row.environment }),
    ...(row.commit === null ? {} : { commit: row.commit }),
    ...(row.run_id === null ? {} : { runId: row.run_id }),
  }));
}
