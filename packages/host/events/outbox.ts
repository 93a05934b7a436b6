import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { PavedError } from '@paved/kernel';
import type { Database } from '../define-capability.ts';
import type { Logger } from '../log.ts';
import type { EventHandler, Events, NewEvent, PlatformEvent } from './events.ts';
import { createConsumers, type Consumers, type NamedHandler } from './consumers.ts';
import { openListener } from './listener.ts';
import type { Position } from './position.ts';
import { wantsType } from './type-filter.ts';

const EVENT_CHANNEL = 'paved_event';
const ANNOUNCE_CHANNEL = 'paved_announce';
const DATA_LIMIT = 64 * 1024;
const ANNOUNCE_LIMIT = 7_500;

/** An event as live listeners get it, with the position to resume from (`undefined` for announcements). */
export interface LiveEvent {
  readonly event: PlatformEvent;
  readonly resumeFrom?: string;
}

/** The host's side of events: the capabilities' port and what the SSE endpoint needs. */
export interface Outbox {
  readonly events: Events;
  live(listener: (live: LiveEvent) => void): () => void;
  /** Stored events after a resume position, oldest first. */
  since(position: string): Promise<LiveEvent[]>;
  /** The position from which a new live listener misses nothing. */
  position(): string;
  /** Registers durable handlers; what is published from now on reaches them. */
  addHandlers(capability: string, handlers: readonly EventHandler[]): Promise<void>;
  /** Starts durable handlers. */
  start(): void;
  drain(): Promise<void>;
  close(): Promise<void>;
}

interface EventRow {
  id: string;
  xid: string;
  type: string;
  subject: string;
  data: Record<string, unknown>;
  at: Date;
  settled: boolean;
}

const READ_AT_ONCE = 5_000;
const READ_AGAIN_MS = 100;

const toEvent = (row: EventRow): PlatformEvent => ({
  id: row.id,
  type: row.type,
  subject: row.subject,
  data: row.data,
  at: row.at.toISOString(),
});

export async function openOutbox(options: { db: Database; url: string; log: Logger; now: () => Date }): Promise<Outbox> {
  const { db, log } = options;
  const listeners = new Set<(live: LiveEvent) => void>();
  const handlers: NamedHandler[] = [];
  // Everything up to here is settled: transactions that still run come behind it.
  let frontier: Position = { xid: '0', id: '0' };
  // Delivered already, but behind the frontier something older may still come.
  const seen = new Set<string>();
  let reading: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let consumers: Consumers | undefined;

  const emit = (live: LiveEvent): void => {
    for (const listener of listeners) {
      try {
        listener(live);
      } catch (error) {
        log.error({ err: error }, 'An event listener failed.');
      }
    }
  };

  const read = async (): Promise<void> => {
    for (;;) {
      const { rows } = await sql<EventRow>`
        select id, xid::text as xid, type, subject, data, at, xid < pg_snapshot_xmin(pg_current_snapshot()) as settled
        from host.event where (xid, id) > (${frontier.xid}::xid8, ${frontier.id}::bigint)
        order by xid, id limit ${READ_AT_ONCE}`.execute(db);
      const fresh = rows.filter((row) => !seen.has(row.id));
      const settled = rows.filter((row) => row.settled);
      const last = settled.at(-1);
      if (last !== undefined) frontier = { xid: last.xid, id: last.id };
      for (const row of rows) row.settled ? seen.delete(row.id) : seen.add(row.id);
      for (const row of fresh.toSorted((a, b) => Number(BigInt(a.id) - BigInt(b.id))))
        emit({ event: toEvent(row), resumeFrom: positionText(frontier) });
      if (rows.length < READ_AT_ONCE) return;
      if (settled.length === 0) await sleep(READ_AGAIN_MS);
    }
  };
  const wake = (): void => {
    if (closed) return;
    if (reading !== undefined) {
      again = true;
      return;
    }
    reading = read()
      .catch((error: unknown) => log.warn({ err: error }, 'Reading events failed; the next notification tries again.'))
      .finally(() => {
        reading = undefined;
        if (again) {
          again = false;
          wake();
        }
      });
    consumers?.wake();
  };

  const start = await sql<{ xid: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as xid`.execute(db);
  frontier = { xid: start.rows[0]?.xid ?? '0', id: '0' };
  const listener = await openListener({
    url: options.url,
    channels: [EVENT_CHANNEL, ANNOUNCE_CHANNEL],
    log,
    onConnect: () => queueMicrotask(wake),
    onNotification(channel, payload) {
      if (channel === EVENT_CHANNEL) return wake();
      emit({ event: JSON.parse(payload) as PlatformEvent });
    },
  });
  const durable = createConsumers({ db, listener, log, handlers: () => handlers });
  consumers = durable;

  const since = async (position: string): Promise<LiveEvent[]> => {
    const found: LiveEvent[] = [];
    const [, xid, id] = /^(\d{1,19})-(\d{1,19})$/.exec(position) ?? [];
    if (xid === undefined || id === undefined) {
      throw new PavedError('invalid', `"${position}" is not an event id.`, { fix: 'Resume with the last id that the stream sent.' });
    }
    let behind: Position = { xid, id };
    for (;;) {
      const { rows }: { rows: EventRow[] } = await sql<EventRow>`
        select id, xid::text as xid, type, subject, data, at, true as settled
        from host.event where (xid, id) > (${behind.xid}::xid8, ${behind.id}::bigint) order by xid, id limit ${READ_AT_ONCE}`.execute(db);
      for (const row of rows) found.push({ event: toEvent(row), resumeFrom: position });
      const last = rows.at(-1);
      if (last === undefined || rows.length < READ_AT_ONCE) return found;
      behind = { xid: last.xid, id: last.id };
    }
  };

  const events: Events = {
    async publish(tx, ...published) {
      if (published.length === 0) return;
      for (const event of published) assertSize(event, DATA_LIMIT);
      await sql`
        insert into host.event (type, subject, data)
        select * from unnest(${published.map((e) => e.type)}::text[], ${published.map((e) => e.subject)}::text[], ${published.map((e) => JSON.stringify(e.data))}::jsonb[])
      `.execute(tx);
      await sql`select pg_notify(${EVENT_CHANNEL}, '')`.execute(tx);
    },
    position: () => positionText(frontier),
    since: async (position) => (await since(position)).map(({ event }) => event),
    subscribe(types, hear) {
      const one = ({ event }: LiveEvent): void => {
        if (wantsType(types, event.type)) hear(event);
      };
      listeners.add(one);
      return () => listeners.delete(one);
    },
    async announce(event) {
      assertSize(event, ANNOUNCE_LIMIT);
      await sql`select pg_notify(${ANNOUNCE_CHANNEL}, ${JSON.stringify({ ...event, id: '', at: options.now().toISOString() })})`.execute(
        db,
      );
    },
  };

  const tidy = setInterval(() => {
    sql`delete from host.event where at < now() - interval '7 days' and (xid, id) <= (select xid, id from host.consumer order by xid, id limit 1)`
      .execute(db)
      .catch((error: unknown) => log.warn({ err: error }, 'Old events could not be removed.'));
  }, 3_600_000);
  tidy.unref();

  return {
    events,
    live(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    since,
    position: () => positionText(frontier),
    async addHandlers(capability, added) {
      const named = added.map((handler) => ({ ...handler, consumer: `${capability}.${handler.name}` }));
      await durable.place(named.map((handler) => handler.consumer));
      handlers.push(...named);
    },
    start: () => durable.start(),
    drain: () => durable.stop(),
    async close() {
      closed = true;
      clearInterval(tidy);
      await durable.stop();
      await reading;
      await listener.close();
    },
  };
}

const positionText = ({ xid, id }: Position): string => `${xid}-${id}`;

function assertSize(event: NewEvent, limit: number): void {
  const size = JSON.stringify(event.data).length;
  if (size > limit) throw new PavedError('internal', `The event ${event.type} carries ${size} bytes; at most ${limit} are allowed.`);
}
