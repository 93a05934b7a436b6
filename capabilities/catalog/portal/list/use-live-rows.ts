import { refOf, type Entity } from '@paved/kernel';
import { api, useEvents, type Windows } from '@paved/ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import { fieldsOf } from './list-query.ts';

const SETTLE_MS = 300;
/** Rows that are read and may be asked for again at once. */
const MOST = 1000;

/** What changed while someone looks: how many came or went since the rows were read, and the way to show that. */
export interface LiveRows {
  readonly waiting: number;
  readonly show: () => void;
  /** Told when a person is among the rows. */
  readonly busy: (busy: boolean) => void;
}

/**
 * Keeps rows as they are: a changed entity changes in its place. What came or went moves rows, so it is shown by itself only while
 * nobody is among them and the list stands at its top; else a button offers it.
 */
export function useLiveRows(windows: Windows<Entity>, columns: readonly string[], onShow: () => void): LiveRows {
  const changed = useRef(new Set<string>());
  // A summary says that many changed, not which.
  const anyChanged = useRef(false);
  const moved = useRef(0);
  const busy = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [waiting, setWaiting] = useState(0);
  useEffect(() => () => clearTimeout(timer.current), []);

  const show = useCallback(() => {
    moved.current = 0;
    setWaiting(0);
    windows.reload();
    onShow();
  }, [windows, onShow]);

  const settle = async () => {
    timer.current = undefined;
    const read = new Set<string>();
    windows.patch((row) => {
      read.add(refOf(row));
      return undefined;
    });
    const refs = [...read].filter((ref) => anyChanged.current || changed.current.has(ref)).slice(0, MOST);
    changed.current.clear();
    anyChanged.current = false;
    if (refs.length > 0) {
      const { items } = await api.post<{ items: readonly (Entity | null)[] }>('/api/catalog/entities/by-refs', {
        entityRefs: refs,
        fields: fieldsOf(columns),
      });
      const fresh = new Map(items.flatMap((entity) => (entity === null ? [] : [[refOf(entity), entity] as const])));
      windows.patch((row) => fresh.get(refOf(row)));
    }
    if (moved.current === 0) return;
    if (!busy.current && window.scrollY < 200) show();
    else setWaiting(moved.current);
  };

  useEvents(['catalog.entity.changed', 'catalog.source.synced'], (event) => {
    if (event.type === 'catalog.source.synced') {
      const { added, updated, removed } = event.data as { added?: number; updated?: number; removed?: number };
      moved.current += (added ?? 0) + (removed ?? 0);
      if ((updated ?? 0) > 0) anyChanged.current = true;
    } else if (event.data['change'] === 'updated') changed.current.add(event.subject);
    else moved.current += 1;
    // A stream that never rests is answered all the same.
    timer.current ??= setTimeout(() => void settle().catch(() => undefined), SETTLE_MS);
  });

  return { waiting, show, busy: useCallback((now: boolean) => void (busy.current = now), []) };
}
