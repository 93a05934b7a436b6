import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Database } from '@paved/host';

/** What this file uses of a connection of `pg`. */
interface Connection {
  readonly stream: Writable;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

export type CopyRow = readonly (string | number | null)[];

/** Characters sent in one piece. */
const PIECE = 128 * 1024;

/**
 * Adds rows with COPY, the fastest way into a table: no parameters, no statement per row. Rows are asked for as fast as the
 * database takes them, so they never stand in memory as a whole, and the next ones are made while it writes. Kysely hands its
 * text to `pg` as it is, and `pg` also takes an object that knows how to submit itself: that is the whole trick, kept in this
 * file. Table and columns come from code, never from people.
 */
export async function copyIn(db: Database, table: string, columns: readonly string[], rows: Iterable<CopyRow>): Promise<void> {
  const pieces = piecesOf(rows);
  const first = pieces.next();
  if (first.done === true) return;
  const statement = new CopyIn(`copy ${table} (${columns.join(', ')}) from stdin`, first.value, pieces);
  await db.executeQuery({
    sql: statement as unknown as string,
    parameters: [],
    query: { kind: 'RawNode', sqlFragments: [], parameters: [] } as never,
    queryId: { queryId: 'copy' },
  });
}

/** COPY's text format: a line per row, tabs between values, `\N` for null. */
function* piecesOf(rows: Iterable<CopyRow>): Generator<Buffer, undefined> {
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
    if (text.length > PIECE) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}

class CopyIn {
  readonly text: string;
  readonly #first: Buffer;
  readonly #rest: Iterator<Buffer, undefined>;
  readonly #ended = Promise.withResolvers<{ command: string; rowCount: number; rows: never[] }>();
  /** Aborted when nobody takes pieces any more. */
  readonly #refused = new AbortController();
  #failure: unknown;

  constructor(text: string, first: Buffer, rest: Iterator<Buffer, undefined>) {
    this.text = text;
    this.#first = first;
    this.#rest = rest;
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
    this.#send(connection).then(
      () => connection.endCopyFrom(),
      (error: unknown) => {
        if (this.#refused.signal.aborted) return;
        this.#failure = error;
        connection.sendCopyFail('The rows could not be written down.');
      },
    );
  }

  /** Makes the next piece while the one before is on its way. */
  async #send(connection: Connection): Promise<void> {
    const { signal } = this.#refused;
    for (let piece: Buffer | undefined = this.#first; piece !== undefined; piece = this.#rest.next().value) {
      if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain', { signal });
      signal.throwIfAborted();
      connection.sendCopyFromChunk(piece);
    }
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}

  /** Also when the connection is lost. */
  handleError(error: unknown): void {
    this.#refused.abort();
    this.#ended.reject(this.#failure ?? error);
  }

  handleReadyForQuery(): void {
    this.#ended.resolve({ command: 'COPY', rowCount: 0, rows: [] });
  }
}

const inNeed = /[\\\n\r\t]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
