import { createContext, useContext, useEffect, useRef, type ReactNode } from 'react';

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

export function LiveProvider({ source, children }: { source: EventSourceOfTruth; children: ReactNode }) {
  return <Live.Provider value={source}>{children}</Live.Provider>;
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
