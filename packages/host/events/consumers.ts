import { sql } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@paved/kernel';
import type { Database } from '../define-capability.ts';
import type { Logger } from '../log.ts';
import type { EventHandler } from './events.ts';
import type { Listener } from './listener.ts';
import { wantsType } from './type-filter.ts';

export interface NamedHandler extends EventHandler {
  /** `<capability>.<name>`: the key of its position. */
  readonly consumer: string;
}

/** Runs durable handlers: each by the one replica whose listening session holds its advisory lock. */
export interface Consumers {
  /** Gives new consumers their first position: the present. */
  place(consumers: readonly string[]): Promise<void>;
  wake(): void;
  start(): void;
  stop(): Promise<void>;
}

const MAX_ATTEMPTS = 10;
const BATCH = 100;

interface Row {
  xid: string;
  id: string;
  type: string;
  subject: string;
  data: Record<string, unknown>;
  at: Date;
}

export function createConsumers(deps: {
  db: Database;
  listener: Listener;
  log: Logger;
  handlers: () => readonly NamedHandler[];
}): Consumers {
  const { db, listener, log } = deps;
  const abort = new AbortController();
  const loops: Promise<void>[] = [];
  const wakers = new Set<() => void>();
  const held = new Map<string, number>();

  /** Resolves on the next wake-up, or after `ms` as the safety net. */
  const woken = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        wakers.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, ms);
      wakers.add(done);
    });

  const isMine = async (consumer: string): Promise<boolean> => {
    if (held.get(consumer) === listener.generation()) return true;
    const generation = listener.generation();
    const [row] = await listener.query<{ locked: boolean }>(`select pg_try_advisory_lock(hashtextextended($1, 7)) as locked`, [
      `paved.consumer.${consumer}`,
    ]);
    if (row?.locked !== true) return false;
    held.set(consumer, generation);
    return true;
  };

  /** Handles one batch; false when there was nothing to do. */
  const work = async (handler: NamedHandler): Promise<boolean> => {
    const { rows } = await sql<Row>`
      select e.xid::text as xid, e.id, e.type, e.subject, e.data, e.at
      from host.event e, host.consumer c
      where c.name = ${handler.consumer} and (e.xid, e.id) > (c.xid, c.id) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by e.xid, e.id limit ${BATCH}`.execute(db);
    const moveTo = (row: Row) =>
      sql`update host.consumer set xid = ${row.xid}::xid8, id = ${row.id} where name = ${handler.consumer}`.execute(db);
    let last: Row | undefined;
    for (const row of rows) {
      if (abort.signal.aborted) break;
      if (wantsType(handler.types, row.type)) {
        await deliver(handler, row);
        await moveTo(row);
        last = undefined;
      } else {
        last = row;
      }
    }
    if (last !== undefined) await moveTo(last);
    return rows.length > 0;
  };

  const deliver = async (handler: NamedHandler, row: Row): Promise<void> => {
    const event = { id: row.id, type: row.type, subject: row.subject, data: row.data, at: row.at.toISOString() };
    for (let attempt = 1; ; attempt++) {
      try {
        return await handler.handle(event);
      } catch (error) {
        log.warn({ err: error, consumer: handler.consumer, event: row.id, attempt }, 'Handling an event failed.');
        if (attempt >= MAX_ATTEMPTS) {
          await sql`
            insert into host.parked_event (consumer, event_id, type, subject, data, error)
            values (${handler.consumer}, ${row.id}, ${row.type}, ${row.subject}, ${JSON.stringify(row.data)}::jsonb, ${messageOf(error)})
            on conflict do nothing`.execute(db);
          log.error({ consumer: handler.consumer, event: row.id }, `The event was parked after ${MAX_ATTEMPTS} attempts.`);
          return;
        }
        await sleep(Math.min(100 * 2 ** attempt, 10_000), undefined, { signal: abort.signal });
      }
    }
  };

  const loop = async (handler: NamedHandler): Promise<void> => {
    while (!abort.signal.aborted) {
      try {
        const busy = (await isMine(handler.consumer)) && (await work(handler));
        if (!busy && !abort.signal.aborted) await woken(2_000);
      } catch (error) {
        if (abort.signal.aborted) return;
        log.warn({ err: error, consumer: handler.consumer }, 'A durable event handler stumbled; it goes on.');
        await woken(1_000);
      }
    }
  };

  return {
    async place(consumers) {
      if (consumers.length === 0) return;
      await sql`
        insert into host.consumer (name, xid, id)
        select name, pg_snapshot_xmin(pg_current_snapshot()), coalesce((select max(id) from host.event), 0) from unnest(${consumers}::text[]) name
        on conflict do nothing`.execute(db);
    },
    wake() {
      for (const waker of [...wakers]) waker();
      // A commit may still hold the snapshot's horizon at the moment of its own notification: look again soon.
      setTimeout(() => {
        for (const waker of [...wakers]) waker();
      }, 15).unref();
    },
    start() {
      for (const handler of deps.handlers()) loops.push(loop(handler));
    },
    async stop() {
      abort.abort();
      for (const waker of [...wakers]) waker();
      await Promise.allSettled(loops);
    },
  };
}
