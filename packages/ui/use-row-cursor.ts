import { useCallback, useEffect, useRef, useState, type MouseEvent, type RefObject } from 'react';
import { useRowKeys } from './use-row-keys.ts';
import { scrolledTo, type RowPlaces } from './windowed-rows.ts';

/** What sticks to the bottom of the window below the rows. */
const BOTTOM = 48;

/** How much of the window's top is taken by what sticks there: the shell, tools of the page, the table's own heads. */
function topOf(body: HTMLElement | null): number {
  const head = body?.parentElement?.querySelector<HTMLElement>('thead th');
  return head ? parseFloat(getComputedStyle(head).top) + head.offsetHeight : 0;
}

interface RowCursorProps<T> {
  readonly body: RefObject<HTMLElement | null>;
  readonly places: RowPlaces;
  readonly total: number;
  readonly height: number;
  /** The row that stands in for what is seen when no place in the window holds a row. */
  readonly firstIndex: number;
  readonly at: (index: number) => T | undefined;
  readonly id: (row: T) => string;
  readonly isSelected: (id: string) => boolean;
  readonly onSelect: (ids: readonly string[], on: boolean) => void;
  readonly onSelectRange: (from: number, to: number) => void;
  readonly onClear: (() => void) | undefined;
  readonly question: string;
}

/** The row that keys are about, and where selecting a range began. */
export function useRowCursor<T>({
  body,
  places,
  total,
  height,
  firstIndex,
  at,
  id,
  isSelected,
  onSelect,
  onSelectRange,
  onClear,
  question,
}: RowCursorProps<T>): {
  readonly cursor: number;
  readonly pick: (index: number, id: string, event: MouseEvent<HTMLInputElement>) => void;
} {
  const size = places.count;
  const [cursor, setCursor] = useState(-1);
  const anchor = useRef(-1);

  // Another list starts at its top, unless the router brought the old place back.
  const asked = useRef(question);
  useEffect(() => {
    if (asked.current === question) return;
    asked.current = question;
    setCursor(-1);
    anchor.current = -1;
    const top = body.current?.getBoundingClientRect().top ?? 0;
    if (top < topOf(body.current)) window.scrollBy(0, top - topOf(body.current));
  }, [question, body]);

  /** The cursor went to a row that may not be drawn yet, from where the focus was. */
  const moved = useRef<{ readonly from: Element | null }>(undefined);
  // The cursor is the focus on the row's link: Enter opens it, and screen readers say where one is.
  useEffect(() => {
    const { current: move } = moved;
    if (move === undefined) return;
    // Whoever went elsewhere while the row was read keeps the focus there.
    const focused = document.activeElement;
    if (focused !== move.from && focused !== document.body && focused !== null) return void (moved.current = undefined);
    const link = body.current?.querySelector<HTMLElement>(`tr[data-index="${cursor}"] a`);
    if (!link) return;
    moved.current = undefined;
    link.focus({ preventScroll: true });
  });

  const scrollTo = (place: number): void => {
    const top = (body.current?.getBoundingClientRect().top ?? 0) + scrolledTo(place, size, height, window.innerHeight);
    const taken = topOf(body.current);
    if (top < taken) window.scrollBy(0, top - taken);
    else if (top + height > window.innerHeight - BOTTOM) window.scrollBy(0, top + height - (window.innerHeight - BOTTOM));
  };
  const firstSeen = (): number => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    const place = Math.max(0, Math.floor((topOf(body.current) - top) / height));
    const what = places.at(Math.min(place, Math.max(0, size - 1)));
    return what.type === 'row' ? what.index : firstIndex;
  };
  const move = (by: number): void => {
    const from = cursor < 0 ? (by > 0 ? firstSeen() - 1 : firstSeen() + 1) : cursor;
    let next = Math.max(0, Math.min(total - 1, from + by));
    // Rows of closed groups are stepped over.
    while (next > 0 && next < total - 1 && places.at(places.of(next)).type === 'group') next += by;
    if (places.at(places.of(next)).type === 'group') return;
    moved.current = { from: document.activeElement };
    setCursor(next);
    scrollTo(places.of(next));
  };

  const current = cursor >= 0 ? at(cursor) : undefined;
  useRowKeys({
    move,
    select: () => {
      if (!current) return;
      onSelect([id(current)], !isSelected(id(current)));
      anchor.current = cursor;
    },
    selectUpTo: () => onSelectRange(Math.max(0, anchor.current), cursor),
    clear: onClear,
    on: cursor >= 0,
  });
  const pick = useCallback(
    (index: number, key: string, event: MouseEvent<HTMLInputElement>) => {
      if (event.shiftKey && anchor.current >= 0) onSelectRange(anchor.current, index);
      else onSelect([key], event.currentTarget.checked);
      anchor.current = index;
    },
    [onSelect, onSelectRange],
  );
  return { cursor, pick };
}
