import pg from 'pg';
import type { Logger } from '../log.ts';

/** A connection that only listens; reconnects by itself. */
export interface Listener {
  /** Runs a query on the listening session (session advisory locks live and die with it). */
  query<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
  /** Grows each time a new session replaced a lost one: locks taken before are gone. */
  generation(): number;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly url: string;
  readonly channels: readonly string[];
  readonly log: Logger;
  readonly onNotification: (channel: string, payload: string) => void;
  /** After each (re)connect: read what was missed. */
  readonly onConnect: () => void;
}

export async function openListener(options: ListenerOptions): Promise<Listener> {
  let client: pg.Client | undefined;
  let generation = 0;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  /** Queries of several callers follow each other: a session carries one at a time. */
  let last: Promise<unknown> = Promise.resolve();

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: options.url, keepAlive: true, application_name: 'paved listener' });
    next.on('error', () => {});
    next.on('end', () => {
      if (client === next) client = undefined;
      if (!closed) schedule();
    });
    next.on('notification', (message) => options.onNotification(message.channel, message.payload ?? ''));
    await next.connect();
    for (const channel of options.channels) await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = next;
    generation += 1;
    options.onConnect();
  };
  const schedule = (): void => {
    clearTimeout(retry);
    retry = setTimeout(() => {
      connect().catch((error: unknown) => {
        options.log.warn({ err: error }, 'The event listener could not connect; trying again.');
        if (!closed) schedule();
      });
    }, 250);
  };

  await connect();
  return {
    query<T extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      const rows = last.then(async () => {
        if (client === undefined) throw new Error('The event listener is not connected.');
        return (await client.query<T>(text, values)).rows;
      });
      last = rows.catch(() => {});
      return rows;
    },
    generation: () => generation,
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
