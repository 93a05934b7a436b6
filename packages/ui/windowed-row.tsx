import { memo, type MouseEvent, type ReactNode } from 'react';

interface RowProps<T> {
  readonly row: T | undefined;
  /** In the whole list. */
  readonly index: number;
  /** Among rows and headings of groups. */
  readonly place: number;
  readonly id: string | undefined;
  readonly columns: readonly { readonly id: string; readonly align?: 'right'; readonly cell: (row: T) => ReactNode }[];
  readonly selected: boolean;
  readonly cursor: boolean;
  readonly onPick: (index: number, id: string, event: MouseEvent<HTMLInputElement>) => void;
}

/** A row of a windowed table, drawn again only when something of it changed. */
export const WindowedRow = memo(RowOf) as typeof RowOf;

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
        <td key={column.id} className={column.align === 'right' ? 'right num' : undefined}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}
