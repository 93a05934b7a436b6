import type { Database } from '@paved/host';

/** What this file uses of a connection of `pg`. */
interface Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** Rows sent in one piece; between pieces other work gets its turn. */
const PIECE = 2000;

export type CopyValue = string | number | null;

/**
 * Adds rows with COPY, the fastest way into a table: no parameters, no statement per row. Kysely hands its text to `pg` as it
 * is, and `pg` also takes an object that knows how to submit itself: that is the whole trick, kept in this file. Table and
 * columns come from code, never from people.
 */
export async function copyIn(
  db: Database,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly CopyValue[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const statement = new CopyIn(`copy ${table} (${columns.join(', ')}) from stdin`, rows);
  await db.executeQuery({
    sql: statement as unknown as string,
    parameters: [],
    query: { kind: 'RawNode', sqlFragments: [], parameters: [] } as never,
    queryId: { queryId: 'copy' },
  });
}

class CopyIn {
  readonly text: string;
  readonly #rows: readonly (readonly CopyValue[])[];
  readonly #ended = Promise.withResolvers<{ command: string; rowCount: number; rows: never[] }>();
  #failure: unknown;

  constructor(text: string, rows: readonly (readonly CopyValue[])[]) {
    this.text = text;
    this.#rows = rows;
  }

  submit(connection: Connection): void {
    connection.query(this.text);
  }

  // What `await` looks for: the query is done when the connection is ready for the next one.
  // oxlint-disable-next-line unicorn/no-thenable -- pg answers with the object itself
  then(...handlers: Parameters<Promise<unknown>['then']>): Promise<unknown> {
    return this.#ended.promise.then(...handlers);
  }

  handleCopyInResponse(connection: Connection): void {
    try {
      for (let from = 0; from < this.#rows.length; from += PIECE)
        connection.sendCopyFromChunk(Buffer.from(copyText(this.#rows.slice(from, from + PIECE))));
      connection.endCopyFrom();
    } catch (error) {
      this.#failure = error;
      connection.sendCopyFail('The rows could not be written down.');
    }
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}

  handleError(error: unknown): void {
    this.#ended.reject(this.#failure ?? error);
  }

  handleReadyForQuery(): void {
    this.#ended.resolve({ command: 'COPY', rowCount: this.#rows.length, rows: [] });
  }
}

const inNeed = /[\\\n\r\t]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** COPY's text format: a line per row, tabs between values, `\N` for null. */
function copyText(rows: readonly (readonly CopyValue[])[]): string {
  let text = '';
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      const value = row[i];
      if (i > 0) text += '\t';
      if (value === null || value === undefined) text += '\\N';
      else if (typeof value === 'number') text += value;
      else text += inNeed.test(value) ? value.replace(/[\\\n\r\t]/g, (c) => escapes[c] ?? c) : value;
    }
    text += '\n';
  }
  return text;
}
