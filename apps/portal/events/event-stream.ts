import type { Connection, LiveEvent } from '@paved/ui';
import { createSseParser } from '@paved/client';

export interface StreamState {
  readonly connection: Connection;
  /** When the next try starts, in ms since the epoch; only while lost. */
  readonly retryAt?: number;
}

interface Listener {
  onEvent(event: LiveEvent): void;
  onState(state: StreamState): void;
}

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;
/** The server sends a comment each 15 s; a silence this long is a dead connection. */
const SILENCE = 40_000;

/**
 * One connection to `/api/events` for any set of types. Asking for more types reconnects at the same place in the
 * stream, so nothing is missed or told twice.
 */
export function createEventStream(listener: Listener): {
  want: (types: readonly string[]) => void;
  retryNow: () => void;
  close: () => void;
} {
  let types: readonly string[] = [];
  let lastId: string | undefined;
  let abort: AbortController | undefined;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restart: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const lost = () => {
    if (closed) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
    failures += 1;
    listener.onState({ connection: 'lost', retryAt: Date.now() + wait });
    clearTimeout(timer);
    timer = setTimeout(() => void connect(), wait);
  };

  async function connect(): Promise<void> {
    clearTimeout(timer);
    abort?.abort();
    if (closed || types.length === 0) return;
    const own = new AbortController();
    abort = own;
    let watchdog: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => own.abort('silence'), SILENCE);
    };
    try {
      alive();
      const response = await fetch(`/api/events?types=${encodeURIComponent(types.join(','))}`, {
        credentials: 'same-origin',
        cache: 'no-store',
        headers: { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) },
        signal: own.signal,
      });
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      failures = 0;
      listener.onState({ connection: 'open' });
      const parser = createSseParser((message) => {
        if (message.id !== undefined) lastId = message.id;
        if (message.event === 'open') return;
        listener.onEvent(JSON.parse(message.data) as LiveEvent);
      });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        alive();
        parser.push(value);
      }
      if (abort === own) lost();
    } catch {
      // Aborted by a newer connection, or broken: only the latter is tried again.
      if (abort === own) lost();
    } finally {
      clearTimeout(watchdog);
    }
  }

  return {
    want(wanted) {
      const next = [...new Set(wanted)].toSorted();
      const grew = next.some((type) => !types.includes(type));
      // Fewer types need no new connection: what comes besides is dropped by the reader.
      if (!grew) return;
      types = next;
      clearTimeout(restart);
      restart = setTimeout(() => void connect(), 30);
    },
    retryNow() {
      failures = 0;
      void connect();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(restart);
      abort?.abort();
    },
  };
}
