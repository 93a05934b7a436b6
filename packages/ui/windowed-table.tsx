import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { IconChevronRight } from '@tabler/icons-react';
import { Icon } from './icon.tsx';
import { useKey } from './keyboard.tsx';
import { count } from './time-words.ts';
import { placesOf, scrolledTo, stretchOf, type RowGroup, type Stretch } from './windowed-rows.ts';
import './data-table.css';
import './windowed-table.css';

export interface WindowedColumn<T> {
  readonly id: string;
  readonly head: string;
  readonly cell: (row: T) => ReactNode;
  readonly sortable?: boolean;
  readonly align?: 'right';
  /** Share of the width; the first column gets the most. */
  readonly width: number;
  /** Left out below this width: `xl` 1240, `lg` 1100, `sm` 820. */
  readonly hide?: 'xl' | 'lg' | 'sm';
}

export interface SortBy {
  readonly id: string;
  readonly desc: boolean;
}

interface WindowedTableProps<T> {
  readonly label: string;
  /** All rows, of which only some are known. */
  readonly total: number;
  readonly at: (index: number) => T | undefined;
  readonly look: (first: number, last: number) => void;
  readonly columns: readonly WindowedColumn<T>[];
  readonly id: (row: T) => string;
  readonly groups?: readonly RowGroup[] | undefined;
  readonly onGroup?: (key: string) => void;
  readonly density: 'compact' | 'default' | 'tall';
  readonly sort: readonly SortBy[];
  /** `more`: as a further level, below those there are. */
  readonly onSort: (id: string, more: boolean) => void;
  readonly isSelected: (id: string) => boolean;
  readonly onSelect: (ids: readonly string[], on: boolean) => void;
  /** From one index of the whole list to another, both inclusive. */
  readonly onSelectRange: (from: number, to: number) => void;
  readonly selecting: boolean;
  readonly onClear: () => void;
  /** Changes when the list is another one: then it starts at its top. */
  readonly question: string;
  /** The rows are those of the question before: the new ones are on their way. */
  readonly busy?: boolean;
  /** Told when a person is among the rows (pointer or focus), so that they keep their places. */
  readonly onBusy?: (busy: boolean) => void;
}

const BEYOND = 6;
const HEIGHTS = { compact: 36, default: 40, tall: 48 } as const;
const PHONE_HEIGHT = 52;
/** What sticks to the bottom of the window below the rows. */
const BOTTOM = 48;

/** How much of the window's top is taken by what sticks there: the shell, tools of the page, the table's own heads. */
function topOf(body: HTMLElement | null): number {
  const head = body?.parentElement?.querySelector<HTMLElement>('thead th');
  return head ? parseFloat(getComputedStyle(head).top) + head.offsetHeight : 0;
}

interface RowProps<T> {
  readonly row: T | undefined;
  readonly index: number;
  readonly place: number;
  readonly id: string | undefined;
  readonly columns: readonly WindowedColumn<T>[];
  readonly selected: boolean;
  readonly cursor: boolean;
  readonly onPick: (index: number, id: string, event: MouseEvent<HTMLInputElement>) => void;
}

const classOf = (column: { align?: 'right' }) => (column.align === 'right' ? 'right num' : undefined);

function RowOf<T>({ row, index, place, id, columns, selected, cursor, onPick }: RowProps<T>) {
  // One cell stands for all: while someone drags the scroll bar, hundreds of these come and go.
  if (row === undefined || id === undefined) {
    return (
      <tr aria-rowindex={place + 2} className="unknown">
        <td colSpan={columns.length + 1} />
      </tr>
    );
  }
  return (
    <tr aria-rowindex={place + 2} aria-selected={selected} data-cursor={cursor || undefined} data-index={index}>
      <td className="select">
        <input
          type="checkbox"
          className="p-check"
          aria-label={`Select ${id.split('/').at(-1) ?? id}`}
          checked={selected}
          onChange={() => undefined}
          onClick={(event) => onPick(index, id, event)}
        />
      </td>
      {columns.map((column) => (
        <td key={column.id} className={classOf(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}
const Row = memo(RowOf) as typeof RowOf;

const Arrow = ({ desc }: { desc: boolean }) => (
  <svg
    className="arrow"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.75"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden
  >
    <path d={desc ? 'M8 3v10M4.5 9.5 8 13l3.5-3.5' : 'M8 13V3M4.5 6.5 8 3l3.5 3.5'} />
  </svg>
);

/** The table for lists of any length: the page scrolls through all rows, a few dozen of them are drawn. */
export function WindowedTable<T>({
  label,
  total,
  at,
  look,
  columns: allColumns,
  id,
  groups,
  onGroup,
  density,
  sort,
  onSort,
  isSelected,
  onSelect,
  onSelectRange,
  selecting,
  onClear,
  question,
  busy = false,
  onBusy,
}: WindowedTableProps<T>) {
  const body = useRef<HTMLTableSectionElement>(null);
  // Losing one of the two is no leaving: the pointer may rest here while the focus goes elsewhere.
  const among = useRef({ pointer: false, focus: false });
  const tell = (what: 'pointer' | 'focus', now: boolean): void => {
    if (among.current[what] === now) return;
    among.current[what] = now;
    onBusy?.(among.current.pointer || among.current.focus);
  };
  const narrow = useNarrow();
  const phone = narrow.sm;
  const columns = useMemo(() => allColumns.filter((column) => column.hide === undefined || !narrow[column.hide]), [allColumns, narrow]);
  const height = phone ? PHONE_HEIGHT : HEIGHTS[density];
  const places = placesOf(total, groups);
  const size = places.count;
  const [stretch, setStretch] = useState<Stretch>(() => stretchOf(size, height, 0, window.innerHeight, BEYOND));

  const measure = useCallback(() => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    const next = stretchOf(size, height, -top, window.innerHeight, BEYOND);
    setStretch((now) =>
      now.first === next.first && now.last === next.last && now.height === next.height && now.before === next.before ? now : next,
    );
  }, [size, height]);
  useLayoutEffect(measure, [measure, groups]);
  useEffect(() => {
    let frame = 0;
    const later = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    };
    window.addEventListener('scroll', later, { passive: true });
    window.addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', later);
      window.removeEventListener('resize', later);
    };
  }, [measure]);

  // Another list starts at its top, unless the router brought the old place back.
  const asked = useRef(question);
  useEffect(() => {
    if (asked.current === question) return;
    asked.current = question;
    setCursor(-1);
    anchor.current = -1;
    const top = body.current?.getBoundingClientRect().top ?? 0;
    if (top < topOf(body.current)) window.scrollBy(0, top - topOf(body.current));
  }, [question]);

  const drawn = Array.from({ length: Math.max(0, Math.min(stretch.last, size) - stretch.first) }, (_, i) => ({
    place: stretch.first + i,
    what: places.at(stretch.first + i),
  }));
  const indexes = drawn.flatMap(({ what }) => (what.type === 'row' ? [what.index] : []));
  const firstIndex = indexes[0] ?? 0;
  const lastIndex = (indexes.at(-1) ?? -1) + 1;
  useEffect(() => look(firstIndex, lastIndex), [look, firstIndex, lastIndex]);

  const [cursor, setCursor] = useState(-1);
  const anchor = useRef(-1);
  /** The cursor went to a row that may not be drawn yet. */
  const moved = useRef(false);
  const scrollTo = (place: number) => {
    const top = (body.current?.getBoundingClientRect().top ?? 0) + scrolledTo(place, size, height, window.innerHeight);
    const taken = topOf(body.current);
    if (top < taken) window.scrollBy(0, top - taken);
    else if (top + height > window.innerHeight - BOTTOM) window.scrollBy(0, top + height - (window.innerHeight - BOTTOM));
  };
  // The cursor is the focus on the row's link: Enter opens it, and screen readers say where one is.
  useEffect(() => {
    if (!moved.current) return;
    const link = body.current?.querySelector<HTMLElement>(`tr[data-index="${cursor}"] a`);
    if (!link) return;
    moved.current = false;
    link.focus({ preventScroll: true });
  });
  const move = (by: number) => {
    const from = cursor < 0 ? (by > 0 ? firstSeen() - 1 : firstSeen() + 1) : cursor;
    let next = Math.max(0, Math.min(total - 1, from + by));
    // Rows of closed groups are stepped over.
    while (next > 0 && next < total - 1 && places.at(places.of(next)).type === 'group') next += by;
    if (places.at(places.of(next)).type === 'group') return;
    moved.current = true;
    setCursor(next);
    scrollTo(places.of(next));
  };
  const firstSeen = (): number => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    const place = Math.max(0, Math.floor((topOf(body.current) - top) / height));
    const what = places.at(Math.min(place, Math.max(0, size - 1)));
    return what.type === 'row' ? what.index : firstIndex;
  };
  const current = cursor >= 0 ? at(cursor) : undefined;
  useKey('j', 'Next row', () => move(1));
  useKey('k', 'Previous row', () => move(-1));
  useKey('ArrowDown', 'Next row', () => move(1));
  useKey('ArrowUp', 'Previous row', () => move(-1));
  useKey(
    'x',
    'Select the row',
    () => {
      if (!current) return;
      onSelect([id(current)], !isSelected(id(current)));
      anchor.current = cursor;
    },
    { when: cursor >= 0 },
  );
  useKey('X', 'Select up to here', () => onSelectRange(Math.max(0, anchor.current), cursor), { when: cursor >= 0 });
  useKey('Escape', 'Clear the selection', onClear, { when: selecting });

  const pick = useCallback(
    (index: number, key: string, event: MouseEvent<HTMLInputElement>) => {
      if (event.shiftKey && anchor.current >= 0) onSelectRange(anchor.current, index);
      else onSelect([key], event.currentTarget.checked);
      anchor.current = index;
    },
    [onSelect, onSelectRange],
  );

  const known = indexes.flatMap((index) => {
    const row = at(index);
    return row === undefined ? [] : [id(row)];
  });
  const all = known.length > 0 && known.every(isSelected);
  const some = !all && known.some(isSelected);
  // On phones the name has the rest of its words below it, so what stands beside it gets more room.
  const share = (column: WindowedColumn<T>): number => (phone && column === columns[0] ? column.width * 0.5 : column.width);
  const widths = columns.reduce((sum, column) => sum + share(column), 0);
  const after = Math.max(0, stretch.height - stretch.before - drawn.length * height);
  const span = columns.length + 1;
  return (
    <div
      className="p-tablewrap"
      onMouseMove={() => tell('pointer', true)}
      onMouseLeave={() => tell('pointer', false)}
      onFocus={() => tell('focus', true)}
      onBlur={() => tell('focus', false)}
    >
      <table
        className={`p-table p-windowed ${density}`}
        aria-label={label}
        aria-rowcount={size + 1}
        aria-busy={busy || undefined}
        style={{ '--row-height': `${height}px` } as CSSProperties}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th className="select" scope="col">
              <input
                type="checkbox"
                className="p-check"
                aria-label="Select the rows in view"
                checked={all}
                ref={(box) => void (box && (box.indeterminate = some))}
                onChange={() => onSelect(known, !all)}
              />
            </th>
            {columns.map((column) => {
              const level = sort.findIndex((entry) => entry.id === column.id);
              const by = sort[level];
              return (
                <th
                  key={column.id}
                  scope="col"
                  className={classOf(column)}
                  style={{ width: `${(share(column) / widths) * 100}%` }}
                  aria-sort={by && level === 0 ? (by.desc ? 'descending' : 'ascending') : undefined}
                >
                  {column.sortable ? (
                    <button type="button" onClick={(event) => onSort(column.id, event.shiftKey)} data-sorted={by ? true : undefined}>
                      <span className="p-trunc">{column.head}</span>
                      {by ? (
                        <>
                          <Arrow desc={by.desc} />
                          {sort.length > 1 ? (
                            <span className="level" aria-label={`sort level ${level + 1}`}>
                              {level + 1}
                            </span>
                          ) : null}
                        </>
                      ) : null}
                    </button>
                  ) : (
                    <span className="p-trunc">{column.head}</span>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody ref={body}>
          {stretch.before > 0 ? <Gap height={stretch.before} span={span} /> : null}
          {drawn.map(({ place, what }) =>
            what.type === 'group' ? (
              <tr key={`group ${what.group.key}`} className="group" aria-rowindex={place + 2}>
                <th colSpan={span} scope="rowgroup">
                  <button type="button" aria-expanded={what.group.open} onClick={() => onGroup?.(what.group.key)}>
                    <Icon of={IconChevronRight} size={14} />
                    {what.group.label}
                    <span className="n p-num">{count(what.group.count)}</span>
                  </button>
                </th>
              </tr>
            ) : (
              <KnownRow
                key={what.index}
                index={what.index}
                place={place}
                at={at}
                id={id}
                columns={columns}
                isSelected={isSelected}
                cursor={what.index === cursor}
                onPick={pick}
              />
            ),
          )}
          {after > 0 ? <Gap height={after} span={span} /> : null}
        </tbody>
      </table>
    </div>
  );
}

function KnownRow<T>({
  at,
  isSelected,
  id,
  ...rest
}: Omit<RowProps<T>, 'row' | 'selected' | 'id'> & {
  at: (index: number) => T | undefined;
  isSelected: (id: string) => boolean;
  id: (row: T) => string;
}) {
  const row = at(rest.index);
  const key = row === undefined ? undefined : id(row);
  return <Row row={row} id={key} selected={key !== undefined && isSelected(key)} {...rest} />;
}

const Gap = ({ height, span }: { height: number; span: number }) => (
  <tr aria-hidden className="gap" style={{ height }}>
    <td colSpan={span} style={{ height }} />
  </tr>
);

const STEPS = { xl: '(max-width: 1239px)', lg: '(max-width: 1100px)', sm: '(max-width: 820px)' } as const;

/** Which columns have no room now. Left out, not hidden: hidden ones would keep their share of the width. */
function useNarrow(): Readonly<Record<keyof typeof STEPS, boolean>> {
  const read = () => ({
    xl: window.matchMedia(STEPS.xl).matches,
    lg: window.matchMedia(STEPS.lg).matches,
    sm: window.matchMedia(STEPS.sm).matches,
  });
  const [narrow, setNarrow] = useState(read);
  useEffect(() => {
    const medias = Object.values(STEPS).map((query) => window.matchMedia(query));
    const changed = () => setNarrow(read());
    for (const media of medias) media.addEventListener('change', changed);
    return () => {
      for (const media of medias) media.removeEventListener('change', changed);
    };
  }, []);
  return narrow;
}
