import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode } from 'react';

/** An event of the platform, as `/api/events` sends it. */
export interface LiveEvent {
  readonly id?: string;
  readonly type: string;
  readonly subject: string;
  readonly at?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Connection = 'connecting' | 'open' | 'lost';

/** One stream for the whole browser; the portal's app decides how it is carried. */
export interface EventSourceOfTruth {
  subscribe(types: readonly string[], listener: (event: LiveEvent) => void): () => void;
  onConnection(listener: (state: Connection) => void): () => void;
}

const silent: EventSourceOfTruth = { subscribe: () => () => undefined, onConnection: () => () => undefined };
const Live = createContext<EventSourceOfTruth>(silent);

/** What is about to be done, by name. */
type Pending = Map<string, ReturnType<typeof setTimeout>>;
const Together = createContext<Pending | undefined>(undefined);

export function LiveProvider({ source, children }: { source: EventSourceOfTruth; children: ReactNode }) {
  const [pending] = useState<Pending>(() => new Map());
  return (
    <Live.Provider value={source}>
      <Together.Provider value={pending}>{children}</Together.Provider>
    </Live.Provider>
  );
}

/** Does something a moment later, once for all parts of the page that want it by this name meanwhile. */
export function useTogether(ms: number): (name: string, act: () => void) => void {
  const own = useRef<Pending>(new Map());
  const pending = useContext(Together) ?? own.current;
  return useCallback(
    (name, act) => {
      if (pending.has(name)) return;
      const timer = setTimeout(() => {
        pending.delete(name);
        act();
      }, ms);
      pending.set(name, timer);
    },
    [pending, ms],
  );
}

/** The stream itself, for code that reacts to its connection. */
export const useLiveSource = (): EventSourceOfTruth => useContext(Live);

/** Hears events of these types (`runs.run.changed`, or `runs.*`) while mounted. */
export function useEvents(types: readonly string[], listener: (event: LiveEvent) => void): void {
  const source = useContext(Live);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  const key = types.join(',');
  useEffect(() => (key === '' ? undefined : source.subscribe(key.split(','), (event) => latest.current(event))), [source, key]);
}
