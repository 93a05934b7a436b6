import {
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowSelectionState,
  type SortingState,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Hide } from './column-room.ts';
import { useKey } from './keyboard.tsx';
import { useGo } from './link.tsx';
import { Gap, HeadCell, ROW_HEIGHTS, SelectHead, type RowHeight } from './table-head.tsx';
import { useRowKeys } from './use-row-keys.ts';
import './data-table.css';

export interface Column<T> {
  readonly id: string;
  readonly head: ReactNode;
  readonly cell: (row: T) => ReactNode;
  /** Makes the head a sort button; ascending order of this value. */
  readonly sort?: (row: T) => string | number;
  readonly align?: 'right';
  /** Takes the room that is left. */
  readonly fill?: boolean;
  /** Left out below this width: `xl` 1240, `lg` 1100, `sm` 820. */
  readonly hide?: Hide;
}

interface DataTableProps<T> {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly id: (row: T) => string;
  /** Where Enter and `o` go. */
  readonly href?: (row: T) => string;
  readonly density?: RowHeight;
  /** With checkboxes: the chosen ids. */
  readonly selected?: ReadonlySet<string>;
  readonly onSelect?: (ids: ReadonlySet<string>) => void;
  readonly initialSort?: { readonly id: string; readonly desc?: boolean };
  /** `j`, `k`, `x`, Enter work on this table: one per page. */
  readonly keys?: boolean;
  /** For rows that are a tree: → opens the row under the cursor, ← closes it. */
  readonly onArrow?: (row: T, open: boolean) => void;
}

const features = tableFeatures({ rowSortingFeature, rowSelectionFeature, sortedRowModel: createSortedRowModel() });
const VIRTUAL_FROM = 100;

/** The table of the portal: hairlines, sortable heads, keys, virtual beyond a hundred rows. */
export function DataTable<T extends object>({
  label,
  rows,
  columns,
  id,
  href,
  density = 'default',
  selected,
  onSelect,
  initialSort,
  keys = false,
  onArrow,
}: DataTableProps<T>) {
  const [sorting, setSorting] = useState<SortingState>(initialSort ? [{ id: initialSort.id, desc: initialSort.desc ?? false }] : []);
  const definitions = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, T> => ({
        id: column.id,
        accessorFn: (row) => column.sort?.(row) ?? '',
        enableSorting: column.sort !== undefined,
        sortFn: (a, b) => {
          const x = column.sort?.(a.original) ?? '';
          const y = column.sort?.(b.original) ?? '';
          return typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
        },
      })),
    [columns],
  );
  const rowSelection: RowSelectionState = useMemo(() => Object.fromEntries([...(selected ?? [])].map((key) => [key, true])), [selected]);
  const table = useTable({
    features,
    data: rows as T[],
    columns: definitions,
    getRowId: id,
    enableSortingRemoval: false,
    state: { sorting, rowSelection },
    onSortingChange: setSorting,
    onRowSelectionChange: (update) => {
      const next = typeof update === 'function' ? update(rowSelection) : update;
      onSelect?.(new Set(Object.keys(next).filter((key) => next[key])));
    },
  });
  const model = table.getRowModel().rows;
  const virtual = model.length > VIRTUAL_FROM;
  const body = useRef<HTMLTableSectionElement>(null);
  const height = ROW_HEIGHTS[density];
  const scroller = useVirtualizer({
    count: virtual ? model.length : 0,
    getScrollElement: () => document.scrollingElement as HTMLElement | null,
    estimateSize: () => height,
    overscan: 20,
    scrollMargin: body.current?.offsetTop ?? 0,
  });
  const items = virtual ? scroller.getVirtualItems() : [];
  const shown = virtual ? items.map((item) => model[item.index]).filter((row) => row !== undefined) : model;
  const before = virtual ? (items[0]?.start ?? 0) - (scroller.options.scrollMargin ?? 0) : 0;
  const after = virtual ? scroller.getTotalSize() - ((items.at(-1)?.end ?? 0) - (scroller.options.scrollMargin ?? 0)) : 0;

  const go = useGo();
  const [cursor, setCursor] = useState(-1);
  useEffect(() => setCursor((now) => Math.min(now, model.length - 1)), [model.length]);
  const move = (by: number) => {
    const next = Math.max(0, Math.min(model.length - 1, cursor + by));
    setCursor(next);
    if (virtual) scroller.scrollToIndex(next);
    else {
      const line = body.current?.rows[next];
      line?.scrollIntoView({ block: 'nearest' });
      // The focus goes along: Enter opens the row, and a button that had it before is not pressed by mistake.
      const row = model[next]?.original;
      const target = row === undefined ? undefined : href?.(row);
      [...(line?.querySelectorAll('a') ?? [])].find((link) => link.getAttribute('href') === target)?.focus({ preventScroll: true });
    }
  };
  useRowKeys({
    move,
    select: onSelect && (() => model[cursor]?.toggleSelected()),
    clear: selected !== undefined && selected.size > 0 ? () => onSelect?.(new Set()) : undefined,
    on: cursor >= 0,
    when: keys,
  });
  const open = () => {
    const row = model[cursor]?.original;
    if (row && href) go(href(row));
  };
  useKey('Enter', 'Open the row', open, { when: keys && cursor >= 0 && href !== undefined });
  const arrow = (opens: boolean) => {
    const row = model[cursor]?.original;
    if (row) onArrow?.(row, opens);
  };
  const arrows = keys && cursor >= 0 && onArrow !== undefined;
  useKey('ArrowRight', 'Open what is below', () => arrow(true), { when: arrows });
  useKey('ArrowLeft', 'Close what is below', () => arrow(false), { when: arrows });

  const classOf = (column: Column<T>) =>
    `${column.align === 'right' ? 'right num' : ''} ${column.fill ? 'fill' : ''} ${column.hide ? `hide-${column.hide}` : ''}`;
  const width = columns.length + (onSelect ? 1 : 0);
  return (
    <div className="p-tablewrap">
      <table
        className={`p-table ${density === 'default' ? '' : density}`}
        aria-label={label}
        aria-rowcount={virtual ? model.length : undefined}
      >
        <thead>
          <tr>
            {onSelect ? (
              <SelectHead
                label="Select all rows"
                all={table.getIsAllRowsSelected()}
                some={table.getIsSomeRowsSelected()}
                onToggle={() => table.toggleAllRowsSelected()}
              />
            ) : null}
            {columns.map((column) => {
              const sort = sorting.find((entry) => entry.id === column.id);
              return (
                <HeadCell
                  key={column.id}
                  head={column.head}
                  className={classOf(column)}
                  order={sort && { desc: sort.desc }}
                  onSort={column.sort ? () => table.getColumn(column.id)?.toggleSorting(sort ? !sort.desc : false) : undefined}
                />
              );
            })}
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap height={before} span={width} />
          {shown.map((row) => {
            const chosen = selected?.has(row.id) ?? false;
            return (
              <tr key={row.id} aria-selected={onSelect ? chosen : undefined} data-cursor={row === model[cursor] || undefined}>
                {onSelect ? (
                  <td className="select">
                    <input
                      type="checkbox"
                      className="p-check"
                      aria-label={`Select ${row.id.split('/').at(-1) ?? row.id}`}
                      checked={chosen}
                      onChange={() => undefined}
                      onClick={row.getToggleSelectedHandler()}
                    />
                  </td>
                ) : null}
                {columns.map((column) => (
                  <td key={column.id} className={classOf(column)}>
                    {column.cell(row.original)}
                  </td>
                ))}
              </tr>
            );
          })}
          <Gap height={after} span={width} />
        </tbody>
      </table>
    </div>
  );
}
