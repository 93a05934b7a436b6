import { useEffect, useMemo, useRef, useState, type CSSProperties, type MouseEvent, type ReactNode } from 'react';
import { IconChevronRight } from '@tabler/icons-react';
import { useNarrow, type Hide } from './column-room.ts';
import { resized } from './column-shares.ts';
import { ColumnWidth } from './column-width.tsx';
import { Icon } from './icon.tsx';
import { Gap, HeadCell, ROW_HEIGHTS, SelectHead, type RowHeight } from './table-head.tsx';
import { count } from './time-words.ts';
import { useAmong } from './use-among.ts';
import { useRowCursor } from './use-row-cursor.ts';
import { useStretch } from './use-stretch.ts';
import { WindowedRow } from './windowed-row.tsx';
import { placesOf, type RowGroup } from './windowed-rows.ts';
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
  /** The share a person gave it; on phones it has its own. */
  readonly given?: number | undefined;
  /** Left out below this width: `xl` 1240, `lg` 1100, `sm` 820. */
  readonly hide?: Hide;
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
  readonly density: RowHeight;
  readonly sort: readonly SortBy[];
  /** `more`: as a further level, below those there are. */
  readonly onSort: (id: string, more: boolean) => void;
  /** Columns were given shares of the width, or their own again. */
  readonly onWidths: (shares: Readonly<Record<string, number | undefined>>) => void;
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

const PHONE_HEIGHT = 52;
/** So many pixels of a column stay: a few letters. */
const NARROWEST = 64;

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
  onWidths,
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
  const among = useAmong(onBusy);
  const narrow = useNarrow();
  const phone = narrow.sm;
  const columns = useMemo(() => allColumns.filter((column) => column.hide === undefined || !narrow[column.hide]), [allColumns, narrow]);
  const height = phone ? PHONE_HEIGHT : ROW_HEIGHTS[density];
  const places = placesOf(total, groups);
  const stretch = useStretch(body, places, height);
  const drawn = Array.from({ length: Math.max(0, Math.min(stretch.last, places.count) - stretch.first) }, (_, i) => ({
    place: stretch.first + i,
    what: places.at(stretch.first + i),
  }));
  const indexes = drawn.flatMap(({ what }) => (what.type === 'row' ? [what.index] : []));
  const firstIndex = indexes[0] ?? 0;
  const lastIndex = (indexes.at(-1) ?? -1) + 1;
  useEffect(() => look(firstIndex, lastIndex), [look, firstIndex, lastIndex]);

  const { cursor, pick } = useRowCursor({
    ...{ body, places, total, height, firstIndex, at, id, isSelected, onSelect, onSelectRange, question },
    onClear: selecting ? onClear : undefined,
  });
  const known = indexes.flatMap((index) => {
    const row = at(index);
    return row === undefined ? [] : [id(row)];
  });
  const all = known.length > 0 && known.every(isSelected);

  // While the end of a head is dragged, and until what became of it comes back, only this table knows.
  const [dragged, setDragged] = useState<readonly number[]>();
  // On phones the name has the rest of its words below it, so what stands beside it gets more room.
  const own = columns.map((column, i) => (phone ? column.width * (i === 0 ? 0.5 : 1) : (column.given ?? column.width)));
  useEffect(() => setDragged(undefined), [own.join(',')]); // oxlint-disable-line react-hooks/exhaustive-deps -- when the widths are others
  const shares = dragged?.length === own.length ? dragged : own;
  const allShares = shares.reduce((sum, share) => sum + share, 0);
  const resize = (i: number, by: number, pixels: number, done: boolean): void => {
    const next = resized(own, i, (by * allShares) / pixels, (NARROWEST * allShares) / pixels);
    setDragged(next);
    if (done) onWidths(Object.fromEntries(columns.flatMap((column, n) => (next[n] === own[n] ? [] : [[column.id, next[n]]]))));
  };
  const after = Math.max(0, stretch.height - stretch.before - drawn.length * height);
  const span = columns.length + 1;
  return (
    <div className="p-tablewrap" {...among}>
      <table
        className={`p-table p-windowed ${density}`}
        aria-label={label}
        aria-rowcount={places.count + 1}
        aria-busy={busy || undefined}
        style={{ '--row-height': `${height}px` } as CSSProperties}
      >
        <thead>
          <tr aria-rowindex={1}>
            <SelectHead label="Select the rows in view" all={all} some={known.some(isSelected)} onToggle={() => onSelect(known, !all)} />
            {columns.map((column, i) => {
              const level = sort.findIndex((entry) => entry.id === column.id);
              return (
                <HeadCell
                  key={column.id}
                  head={column.head}
                  className={column.align === 'right' ? 'right num' : undefined}
                  // Ends of heads reach into the next one: earlier heads lie above later ones.
                  style={{ width: `${((shares[i] ?? 0) / allShares) * 100}%`, zIndex: 2 + columns.length - i }}
                  order={level < 0 ? undefined : { desc: sort[level]?.desc ?? false, level, levels: sort.length }}
                  onSort={column.sortable ? (more) => onSort(column.id, more) : undefined}
                >
                  {phone || i === columns.length - 1 ? null : (
                    <ColumnWidth
                      label={column.head}
                      share={Math.round(shares[i] ?? 0)}
                      onMove={(by, pixels, done) => resize(i, by, pixels, done)}
                      onOwn={() => onWidths({ [column.id]: undefined })}
                    />
                  )}
                </HeadCell>
              );
            })}
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap height={stretch.before} span={span} />
          {drawn.map(({ place, what }) =>
            what.type === 'group' ? (
              <GroupHead key={`group ${what.group.key}`} group={what.group} place={place} span={span} onGroup={onGroup} />
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
          <Gap height={after} span={span} />
        </tbody>
      </table>
    </div>
  );
}

function GroupHead({
  group,
  place,
  span,
  onGroup,
}: {
  group: RowGroup;
  place: number;
  span: number;
  onGroup: ((key: string) => void) | undefined;
}) {
  return (
    <tr className="group" aria-rowindex={place + 2}>
      <th colSpan={span} scope="rowgroup">
        <button type="button" aria-expanded={group.open} onClick={() => onGroup?.(group.key)}>
          <Icon of={IconChevronRight} size={14} />
          {group.label}
          <span className="n p-num">{count(group.count)}</span>
        </button>
      </th>
    </tr>
  );
}

function KnownRow<T>({
  at,
  isSelected,
  id,
  ...rest
}: {
  at: (index: number) => T | undefined;
  isSelected: (id: string) => boolean;
  id: (row: T) => string;
  index: number;
  place: number;
  columns: readonly WindowedColumn<T>[];
  cursor: boolean;
  onPick: (index: number, id: string, event: MouseEvent<HTMLInputElement>) => void;
}) {
  const row = at(rest.index);
  const key = row === undefined ? undefined : id(row);
  return <WindowedRow row={row} id={key} selected={key !== undefined && isSelected(key)} {...rest} />;
}
