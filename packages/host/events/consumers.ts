import { sql } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@paved/kernel';
import type { Database } from '../define-capability.ts';
import type { Logger } from '../log.ts';
import type { EventHandler } from './events.ts';
import type { Listener } from './listener.ts';
import type { Position } from './position.ts';
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
const BATCH = 200;
/** Events of one transaction, and of those right behind it, are looked for together. */
const GATHER_MS = 8;
/** The net: positions are looked after even when no notification came. */
const NET_MS = 2_000;
/** How often a position that only passed by events of no interest is written down. */
const WRITE_DOWN_MS = 30_000;

interface Row {
  xid: string;
  id: string;
  type: string;
  subject: string;
  data: Record<string, unknown>;
  at: Date;
}

/** A handler of ours: where it stands, and what it still has to do. */
interface Mine {
  readonly handler: NamedHandler;
  readonly generation: number;
  position: Position;
  written: Position;
  busy: Promise<void> | undefined;
}

const isBehind = (a: Position, b: Position): boolean => BigInt(a.xid) < BigInt(b.xid) || (a.xid === b.xid && BigInt(a.id) < BigInt(b.id));

export function createConsumers(deps: {
  db: Database;
  listener: Listener;
  log: Logger;
  handlers: () => readonly NamedHandler[];
}): Consumers {
  const { db, listener, log } = deps;
  const abort = new AbortController();
  const mine = new Map<string, Mine>();
  let running: Promise<void> | undefined;
  let wakeUp: () => void = () => {};
  let woken = false;
  let writtenDownAt = Date.now();

  const rest = async (): Promise<void> => {
    if (!woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, NET_MS);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    woken = false;
    await sleep(GATHER_MS);
  };

  /** Takes the locks of handlers that nobody has; a new session of the listener has lost the old one's. */
  const takeOver = async (): Promise<void> => {
    const generation = listener.generation();
    for (const handler of deps.handlers()) {
      const known = mine.get(handler.consumer);
      if (known?.generation === generation) continue;
      mine.delete(handler.consumer);
      const [row] = await listener.query<{ locked: boolean }>(`select pg_try_advisory_lock(hashtextextended($1, 7)) as locked`, [
        `paved.consumer.${handler.consumer}`,
      ]);
      if (row?.locked !== true) continue;
      const { rows } = await sql<Position>`select xid::text as xid, id from host.consumer where name = ${handler.consumer}`.execute(db);
      const position = rows[0] ?? { xid: '0', id: '0' };
      mine.set(handler.consumer, { handler, generation, position, written: position, busy: undefined });
    }
  };

  const writeDown = async (one: Mine): Promise<void> => {
    const { position } = one;
    await sql`update host.consumer set xid = ${position.xid}::xid8, id = ${position.id} where name = ${one.handler.consumer}`.execute(db);
    one.written = position;
  };

  /** One look for everybody: what lies between the hindmost idle handler and the horizon below which all is settled. */
  const look = async (): Promise<boolean> => {
    const idle = [...mine.values()].filter((one) => one.busy === undefined);
    const from = idle
      .map((one) => one.position)
      .reduce<Position | undefined>((low, at) => (low === undefined || isBehind(at, low) ? at : low), undefined);
    if (from === undefined) return false;
    const exact = idle.flatMap(({ handler }) => handler.types.filter((type) => !type.endsWith('*')));
    const prefixes = idle.flatMap(({ handler }) =>
      handler.types.filter((type) => type.endsWith('*')).map((type) => `${type.slice(0, -1)}%`),
    );
    const { rows } = await sql<Row & { wanted: boolean }>`
      with settled as materialized (
        select xid, id, type from host.event
        where (xid, id) > (${from.xid}::xid8, ${from.id}::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
      ), interesting as (
        select xid, id from settled where type = any(${exact}::text[]) or type like any(${prefixes}::text[]) order by xid, id limit ${BATCH}
      ), last as (
        select xid, id from settled order by xid desc, id desc limit 1
      )
      select e.xid::text as xid, e.id, e.type, e.subject, e.data, e.at, i.id is not null as wanted
      from host.event e left join interesting i on i.id = e.id
      where e.id in (select id from interesting union select id from last)
      order by e.xid, e.id`.execute(db);
    const wanted = rows.filter((row) => row.wanted);
    // A full batch hides what lies behind it: nobody may pass its end yet.
    const horizon = wanted.length === BATCH ? wanted.at(-1) : rows.at(-1);
    if (horizon === undefined) return false;
    for (const one of idle) {
      const todo = wanted.filter((row) => isBehind(one.position, row) && wantsType(one.handler.types, row.type));
      if (todo.length === 0) {
        if (isBehind(one.position, horizon)) one.position = { xid: horizon.xid, id: horizon.id };
        continue;
      }
      one.busy = carryOut(one, todo, horizon).finally(() => {
        one.busy = undefined;
        api.wake();
      });
    }
    return wanted.length === BATCH;
  };

  const carryOut = async (one: Mine, todo: readonly Row[], horizon: Position): Promise<void> => {
    try {
      for (const row of todo) {
        if (abort.signal.aborted || listener.generation() !== one.generation) return;
        await deliver(one.handler, row);
        one.position = { xid: row.xid, id: row.id };
        await writeDown(one);
      }
      if (isBehind(one.position, horizon)) one.position = { xid: horizon.xid, id: horizon.id };
    } catch (error) {
      if (!abort.signal.aborted) log.warn({ err: error, consumer: one.handler.consumer }, 'A durable event handler stumbled; it goes on.');
    }
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

  const tidy = async (): Promise<void> => {
    if (Date.now() - writtenDownAt < WRITE_DOWN_MS) return;
    writtenDownAt = Date.now();
    for (const one of mine.values()) if (one.busy === undefined && isBehind(one.written, one.position)) await writeDown(one);
  };

  const loop = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      try {
        await takeOver();
        if (await look()) continue;
        await tidy();
      } catch (error) {
        if (abort.signal.aborted) return;
        log.warn({ err: error }, 'Looking for events failed; the next look tries again.');
      }
      if (!abort.signal.aborted) await rest();
    }
  };

  const api: Consumers = {
    async place(consumers) {
      if (consumers.length === 0) return;
      await sql`
        insert into host.consumer (name, xid, id)
        select name, pg_snapshot_xmin(pg_current_snapshot()), coalesce((select max(id) from host.event), 0) from unnest(${consumers}::text[]) name
        on conflict do nothing`.execute(db);
    },
    wake() {
      woken = true;
      wakeUp();
    },
    start() {
      running ??= loop();
    },
    async stop() {
      abort.abort();
      api.wake();
      await running;
      await Promise.allSettled([...mine.values()].map((one) => Promise.resolve(one.busy)));
    },
  };
  return api;
}
