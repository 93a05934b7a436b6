import { clockTime, OfflineBanner } from '@paved/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useContext, useEffect, useRef, useState } from 'react';
import type { StreamState } from './events/event-stream.ts';
import { StreamContext } from './stream-context.ts';

/** The banner while the stream is lost for more than a moment; when it is back, everything is asked again. */
export function Offline() {
  const stream = useContext(StreamContext);
  const queries = useQueryClient();
  const [state, setState] = useState<StreamState>({ connection: 'connecting' });
  const lostAt = useRef<Date>(undefined);
  const [shown, setShown] = useState(false);
  useEffect(() => stream?.onState(setState), [stream]);
  useEffect(() => {
    if (state.connection === 'lost') {
      lostAt.current ??= new Date();
      const timer = setTimeout(() => setShown(true), 3000);
      return () => clearTimeout(timer);
    }
    if (state.connection === 'open') {
      if (lostAt.current) void queries.invalidateQueries();
      lostAt.current = undefined;
      setShown(false);
    }
    return undefined;
  }, [state.connection, queries]);
  if (!shown || !stream) return null;
  return (
    <OfflineBanner
      since={clockTime(lostAt.current ?? new Date()).slice(0, 5)}
      retryAt={state.retryAt ?? Date.now()}
      onRetry={() => stream.retryNow()}
    />
  );
}
