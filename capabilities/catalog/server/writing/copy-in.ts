import type { Database } from '@paved/host';

/** What this file uses of a connection of `pg`. */
interface Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

export type CopyValue = string | number | null;

/** Characters sent in one piece. */
const PIECE = 256 * 1024;

/** Rows for one table, kept as the text that is sent: rows of a large sync as objects would be most of its garbage. */
export class CopyRows {
  readonly #pieces: Buffer[] = [];
  #text = '';
  #count = 0;

  constructor(rows: Iterable<readonly CopyValue[]> = []) {
    for (const row of rows) this.add(...row);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a row: COPY's text format, a line per row, tabs between values, `\N` for null. */
  add(...values: readonly CopyValue[]): void {
    let line = '';
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (i > 0) line += '\t';
      if (value === null || value === undefined) line += '\\N';
      else if (typeof value === 'number') line += value;
      else line += inNeed.test(value) ? value.replace(/[\\\n\r\t]/g, (c) => escapes[c] ?? c) : value;
    }
    this.#text += `${line}\n`;
    this.#count++;
    if (this.#text.length > PIECE) this.#close();
  }

  /** What is to be sent; nothing can be added afterwards. */
  pieces(): readonly Buffer[] {
    this.#close();
    return this.#pieces;
  }

  #close(): void {
    if (this.#text !== '') this.#pieces.push(Buffer.from(this.#text));
    this.#text = '';
  }
}

/**
 * Adds rows with COPY, the fastest way into a table: no parameters, no statement per row. Kysely hands its text to `pg` as it
 * is, and `pg` also takes an object that knows how to submit itself: that is the whole trick, kept in this file. Table and
 * columns come from code, never from people.
 */
export async function copyIn(
  db: Database,
  table: string,
  columns: readonly string[],
  given: CopyRows | readonly (readonly CopyValue[])[],
): Promise<void> {
  const rows = given instanceof CopyRows ? given : new CopyRows(given);
  if (rows.count === 0) return;
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
  readonly #rows: CopyRows;
  readonly #ended = Promise.withResolvers<{ command: string; rowCount: number; rows: never[] }>();
  #failure: unknown;

  constructor(text: string, rows: CopyRows) {
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
      for (const piece of this.#rows.pieces()) connection.sendCopyFromChunk(piece);
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
    this.#ended.resolve({ command: 'COPY', rowCount: this.#rows.count, rows: [] });
  }
}

const inNeed = /[\\\n\r\t]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
