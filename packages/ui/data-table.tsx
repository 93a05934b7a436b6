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
import { useKey } from './keyboard.tsx';
import { useGo } from './link.tsx';
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
  readonly hide?: 'xl' | 'lg' | 'sm';
}

interface DataTableProps<T> {
  /** What it lists, for screen readers. */
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly id: (row: T) => string;
  /** Where Enter and `o` go. */
  readonly href?: (row: T) => string;
  readonly density?: 'compact' | 'default' | 'tall';
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
  const height = density === 'compact' ? 36 : density === 'tall' ? 48 : 40;
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
  useKey('j', 'Next row', () => move(1), { when: keys });
  useKey('k', 'Previous row', () => move(-1), { when: keys });
  useKey('x', 'Select the row', () => model[cursor]?.toggleSelected(), { when: keys && onSelect !== undefined && cursor >= 0 });
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
  useKey('Escape', 'Clear the selection', () => onSelect?.(new Set()), { when: keys && (selected?.size ?? 0) > 0 });

  const classOf = (column: Column<T>) =>
    `${column.align === 'right' ? 'right num' : ''} ${column.fill ? 'fill' : ''} ${column.hide ? `hide-${column.hide}` : ''}`;
  const all = table.getIsAllRowsSelected();
  const some = !all && table.getIsSomeRowsSelected();
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
              <th className="select" scope="col">
                <input
                  type="checkbox"
                  className="p-check"
                  aria-label="Select all rows"
                  checked={all}
                  ref={(box) => void (box && (box.indeterminate = some))}
                  onChange={table.getToggleAllRowsSelectedHandler()}
                />
              </th>
            ) : null}
            {columns.map((column) => {
              const sort = sorting.find((entry) => entry.id === column.id);
              return (
                <th
                  key={column.id}
                  scope="col"
                  className={classOf(column)}
                  aria-sort={sort ? (sort.desc ? 'descending' : 'ascending') : undefined}
                >
                  {column.sort ? (
                    <button type="button" onClick={() => table.getColumn(column.id)?.toggleSorting(sort ? !sort.desc : false)}>
                      {column.head}
                      {sort ? (
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
                          <path d={sort.desc ? 'M8 3v10M4.5 9.5 8 13l3.5-3.5' : 'M8 13V3M4.5 6.500 8 3l3.5 3.5'} />
                        </svg>
                      ) : null}
                    </button>
                  ) : (
                    column.head
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody ref={body}>
          {before > 0 ? (
            <tr aria-hidden style={{ height: before }}>
              <td colSpan={width} style={{ padding: 0, border: 0 }} />
            </tr>
          ) : null}
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
          {after > 0 ? (
            <tr aria-hidden style={{ height: after }}>
              <td colSpan={width} style={{ padding: 0, border: 0 }} />
            </tr>
          ) : null}
        </tbody>
      </table>
    </div>
  );
}
