import { matchesType, type Connection, type EventSourceOfTruth, type LiveEvent } from '@paved/ui';
import { createEventStream, type StreamState } from './event-stream.ts';
import type { FromTab, ToTab } from './protocol.ts';

interface Subscription {
  readonly types: readonly string[];
  readonly listener: (event: LiveEvent) => void;
}

export interface LiveSource extends EventSourceOfTruth {
  /** Hears the state with the time of the next try. */
  onState(listener: (state: StreamState) => void): () => void;
  retryNow(): void;
}

/** The portal's live events: through the shared worker, or a stream of this tab's own where there is none. */
export function createLiveSource(): LiveSource {
  const subscriptions = new Set<Subscription>();
  const stateListeners = new Set<(state: StreamState) => void>();
  let state: StreamState = { connection: 'connecting' };
  const hear = (event: LiveEvent) => {
    for (const subscription of subscriptions) if (matchesType(event.type, subscription.types)) subscription.listener(event);
  };
  const change = (next: StreamState) => {
    state = next;
    for (const listener of stateListeners) listener(next);
  };
  const carrier = typeof SharedWorker === 'undefined' ? ownStream(hear, change) : sharedStream(hear, change);
  const types = () => [...new Set([...subscriptions].flatMap((subscription) => subscription.types))];
  let planned = false;
  const announce = () => {
    if (planned) return;
    planned = true;
    queueMicrotask(() => {
      planned = false;
      carrier.want(types());
    });
  };
  return {
    subscribe(wanted, listener) {
      const subscription = { types: wanted, listener };
      subscriptions.add(subscription);
      announce();
      return () => {
        subscriptions.delete(subscription);
        announce();
      };
    },
    onConnection: (listener: (connection: Connection) => void) => {
      const heard = (next: StreamState) => listener(next.connection);
      stateListeners.add(heard);
      return () => stateListeners.delete(heard);
    },
    onState(listener) {
      stateListeners.add(listener);
      listener(state);
      return () => stateListeners.delete(listener);
    },
    retryNow: () => carrier.retryNow(),
  };
}

interface Carrier {
  want(types: readonly string[]): void;
  retryNow(): void;
}

function ownStream(onEvent: (event: LiveEvent) => void, onState: (state: StreamState) => void): Carrier {
  return createEventStream({ onEvent, onState });
}

function sharedStream(onEvent: (event: LiveEvent) => void, onState: (state: StreamState) => void): Carrier {
  const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), { type: 'module', name: 'paved-events' });
  let types: readonly string[] = [];
  const tell = (message: FromTab) => worker.port.postMessage(message);
  worker.port.onmessage = ({ data }: MessageEvent<ToTab>) => (data.kind === 'event' ? onEvent(data.event) : onState(data.state));
  worker.port.start();
  setInterval(() => tell({ kind: 'alive', types }), 30_000);
  window.addEventListener('pagehide', () => tell({ kind: 'bye' }));
  window.addEventListener('pageshow', (event) => (event.persisted ? tell({ kind: 'want', types }) : undefined));
  return {
    want(wanted) {
      types = wanted;
      tell({ kind: 'want', types });
    },
    retryNow: () => tell({ kind: 'retry', types }),
  };
}
