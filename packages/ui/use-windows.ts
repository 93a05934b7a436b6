import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, type ApiError, type Query } from './api.ts';

interface WindowPage<T> {
  readonly items: readonly T[];
  readonly totalItems: number;
}

/** A long list of which only the stretches that are looked at are read. */
export interface Windows<T> {
  /** How many there are; undefined until the first answer. */
  readonly total: number | undefined;
  /** The row at an index of the whole list, once it is known. */
  readonly at: (index: number) => T | undefined;
  /** Says which rows are looked at, `last` exclusive. */
  readonly look: (first: number, last: number) => void;
  readonly error: ApiError | null;
  /** What is shown answers the question before this one. */
  readonly stale: boolean;
  /** Puts changed rows in the place of the old ones; undefined leaves a row as it is. */
  readonly patch: (change: (row: T) => T | undefined) => void;
  /** Asks again for what is shown and forgets the rest. */
  readonly reload: () => void;
}

const SETTLE_MS = 60;
/** So many rows are read before one comes to them. */
const AHEAD = 40;

/** Reads a list in windows of `size` rows, by `limit` and `offset`; windows once read stay for two minutes. */
export function useWindows<T>(path: string, query: Query, size = 100): Windows<T> {
  const client = useQueryClient();
  const text = JSON.stringify([path, query]);
  const [range, setRange] = useState<{ readonly text: string; readonly from: number; readonly to: number }>({ text, from: 0, to: 0 });
  const { from, to } = range.text === text ? range : { from: 0, to: 0 };
  const keyOf = useCallback(
    (n: number) => ['api', path, { ...query, limit: size, offset: n * size }],
    [text, size], // oxlint-disable-line react-hooks/exhaustive-deps -- the text is the path and query
  );
  const asked = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const results = useQueries({
    queries: asked.map((n) => ({
      queryKey: keyOf(n),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.get<WindowPage<T>>(path, { ...query, limit: size, offset: n * size }, signal),
      gcTime: 120_000,
      staleTime: 30_000,
    })),
  });
  const answered = results.find((result) => result.data !== undefined)?.data;
  const error = (results.find((result) => result.error !== null)?.error ?? null) as ApiError | null;

  const at = useCallback(
    (index: number): T | undefined => {
      const n = Math.floor(index / size);
      return client.getQueryData<WindowPage<T>>(keyOf(n))?.items[index - n * size];
    },
    // A new answer makes a new function: who draws rows by it draws them again.
    [client, keyOf, size, results.map((result) => result.dataUpdatedAt).join(' ')], // oxlint-disable-line react-hooks/exhaustive-deps
  );
  // Until the first answer to a new question, the old one stays; rows that fail to load later take nothing away.
  const kept = useRef<{ readonly text: string; readonly total: number; readonly at: (index: number) => T | undefined }>(undefined);
  useEffect(() => {
    if (answered) kept.current = { text, total: answered.totalItems, at };
  });
  const before = answered ? undefined : kept.current;
  const stale = before !== undefined && before.text !== text && error === null;
  const total = answered?.totalItems ?? (stale || before?.text === text ? before?.total : undefined);
  const reader = stale ? before.at : at;

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const here = useRef(range);
  here.current = range;
  const look = useCallback(
    (first: number, last: number) => {
      const known = kept.current?.text === text ? kept.current.total : undefined;
      const seen = Math.max(first, last - 1);
      const end = known === undefined ? seen : Math.max(seen, Math.min(seen + AHEAD, known - 1));
      const next = { text, from: Math.floor(Math.max(0, first - AHEAD) / size), to: Math.floor(end / size) };
      const ask = () => setRange((now) => (now.text === next.text && now.from === next.from && now.to === next.to ? now : next));
      clearTimeout(timer.current);
      // Who scrolls comes to the rows next to those that are there: they are read on the way. Who drags the scroll bar flies by most.
      const now = here.current;
      if (now.text === text && next.from <= now.to + 1 && next.to >= now.from - 1) ask();
      else timer.current = setTimeout(ask, SETTLE_MS);
    },
    [text, size],
  );

  const patch = useCallback(
    (change: (row: T) => T | undefined) => {
      for (const [key, page] of client.getQueriesData<WindowPage<T>>({ queryKey: ['api', path] })) {
        if (!page || !Array.isArray(page.items)) continue;
        let changed = false;
        const items = page.items.map((row) => {
          const next = change(row);
          if (next !== undefined) changed = true;
          return next ?? row;
        });
        if (changed) client.setQueryData(key, { ...page, items });
      }
    },
    [client, path],
  );
  const reload = useCallback(() => {
    client.removeQueries({ queryKey: ['api', path], type: 'inactive' });
    void client.invalidateQueries({ queryKey: ['api', path] });
  }, [client, path]);

  return useMemo(() => ({ total, at: reader, look, error, stale, patch, reload }), [total, reader, look, error, stale, patch, reload]);
}
