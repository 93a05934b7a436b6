import type { Database } from '@paved/host';

/**
 * Runs a statement that each connection parses and plans once (a named statement of the wire protocol). Kysely hands its
 * text to `pg` as it is, and `pg` also takes `{ name, text }` there: that is the whole trick, kept in this file.
 */
export async function prepared<Row>(db: Database, name: string, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  const statement = { name, text } as unknown as string;
  const { rows } = await db.executeQuery<Row>({
    sql: statement,
    parameters,
    query: { kind: 'RawNode', sqlFragments: [], parameters: [] } as never,
    queryId: { queryId: name },
  });
  return rows;
}
