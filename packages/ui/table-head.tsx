import type { CSSProperties, ReactNode } from 'react';
import './data-table.css';

/** How rows are ordered by a column: as which of how many levels. */
export interface HeadOrder {
  readonly desc: boolean;
  readonly level?: number;
  readonly levels?: number;
}

interface HeadCellProps {
  readonly head: ReactNode;
  readonly className: string | undefined;
  readonly style?: CSSProperties;
  readonly order: HeadOrder | undefined;
  /** Makes the head a button; `more` asks for a further level (with Shift). */
  readonly onSort: ((more: boolean) => void) | undefined;
  /** Stands at the head's end, such as what changes its width. */
  readonly children?: ReactNode;
}

/**
 * The head of a column: says and changes the order of rows. What stands at its end has words of its own, which are no part of the
 * column's name.
 */
export function HeadCell({ head, className, style, order, onSort, children }: HeadCellProps) {
  const { desc = false, level = 0, levels = 1 } = order ?? {};
  return (
    <th
      scope="col"
      className={className}
      style={style}
      aria-label={children && typeof head === 'string' ? head : undefined}
      aria-sort={order && level === 0 ? (desc ? 'descending' : 'ascending') : undefined}
    >
      {onSort ? (
        <button type="button" onClick={(event) => onSort(event.shiftKey)} data-sorted={order ? true : undefined}>
          <span className="p-trunc">{head}</span>
          {order ? <Arrow desc={desc} /> : null}
          {order && levels > 1 ? (
            <span className="level" aria-label={`sort level ${level + 1}`}>
              {level + 1}
            </span>
          ) : null}
        </button>
      ) : typeof head === 'string' ? (
        <span className="p-trunc">{head}</span>
      ) : (
        head
      )}
      {children}
    </th>
  );
}

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

/** The checkbox above the rows': on for all of them, half for some. */
export function SelectHead({ label, all, some, onToggle }: { label: string; all: boolean; some: boolean; onToggle: () => void }) {
  return (
    <th className="select" scope="col">
      <input
        type="checkbox"
        className="p-check"
        aria-label={label}
        checked={all}
        ref={(box) => void (box && (box.indeterminate = some && !all))}
        onChange={onToggle}
      />
    </th>
  );
}

/** The room of rows that are not drawn. */
export const Gap = ({ height, span }: { height: number; span: number }) =>
  height > 0 ? (
    <tr aria-hidden className="gap" style={{ height }}>
      <td colSpan={span} style={{ height }} />
    </tr>
  ) : null;

/** Height of a row on desktops, in pixels. */
export const ROW_HEIGHTS = { compact: 36, default: 40, tall: 48 } as const;
export type RowHeight = keyof typeof ROW_HEIGHTS;
