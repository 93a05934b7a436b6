import { Tooltip } from '@mantine/core';
import { IconChevronRight, IconLock } from '@tabler/icons-react';
import { Fragment, type ReactNode } from 'react';
import { Glyph, byWorst, type StatusName } from './status.tsx';
import { RelativeTime } from './relative-time.tsx';
import './board.css';

export interface BoardColumn {
  readonly id: string;
  readonly title: string;
  /** Driver and place. */
  readonly note: string;
}

export interface BoardCell {
  readonly status: StatusName;
  readonly version: string;
  readonly at?: string | undefined;
  /** The one thing worth saying. */
  readonly note?: string | undefined;
}

/** What stands between two cells. */
export type BoardLane =
  | { readonly kind: 'none' }
  | { readonly kind: 'same' }
  | { readonly kind: 'ahead'; readonly label: string; readonly describe: string; readonly open: () => void }
  | { readonly kind: 'waiting'; readonly label: string; readonly open: () => void }
  | { readonly kind: 'blocked'; readonly reason: string };

export interface BoardRow {
  readonly id: string;
  readonly name: ReactNode;
  readonly group: string;
  /** One per column; undefined: not deployed. */
  readonly cells: readonly (BoardCell | undefined)[];
  /** One less than cells. */
  readonly lanes: readonly BoardLane[];
}

function Lane({ lane }: { lane: BoardLane }) {
  if (lane.kind === 'none' || lane.kind === 'same')
    return <div className={`p-lane ${lane.kind}`}>{lane.kind === 'same' ? <span className="p-vh">Same version</span> : null}</div>;
  return (
    <div className={`p-lane ${lane.kind}`}>
      {lane.kind === 'ahead' ? (
        <button type="button" className="p-gap" aria-label={`${lane.label}: ${lane.describe}`} onClick={lane.open}>
          {lane.label}
          <IconChevronRight size={14} stroke={2} aria-hidden />
        </button>
      ) : lane.kind === 'waiting' ? (
        <button type="button" className="p-gap waiting" onClick={lane.open}>
          <Glyph status="waiting" size={12} label="Waiting for" />
          {lane.label}
        </button>
      ) : (
        <Tooltip label={lane.reason}>
          <span className="p-gap blocked" tabIndex={0}>
            <IconLock size={12} stroke={2} aria-hidden />
            Blocked<span className="p-vh">: {lane.reason}</span>
          </span>
        </Tooltip>
      )}
    </div>
  );
}

/** Services by environments: what runs where, and what is on its way. */
export function Board({ label, columns, rows }: { label: string; columns: readonly BoardColumn[]; rows: readonly BoardRow[] }) {
  const groups = [...new Set(rows.map((row) => row.group))];
  const tally = (index: number) => {
    const counts = new Map<StatusName, number>();
    for (const row of rows) {
      const cell = row.cells[index];
      if (cell) counts.set(cell.status, (counts.get(cell.status) ?? 0) + 1);
    }
    return [...counts].toSorted(([a], [b]) => (a === 'healthy' ? -1 : b === 'healthy' ? 1 : byWorst(a, b)));
  };
  return (
    <table className="p-board" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">
            <span className="p-vh">Service</span>
          </th>
          {columns.map((column, i) => (
            <Fragment key={column.id}>
              {i > 0 ? <td className="gapcell" /> : null}
              <th scope="col">
                <span className="head">
                  <b>{column.title}</b>
                  <span className="tally">
                    {tally(i).map(([status, n]) => (
                      <span key={status}>
                        <Glyph status={status} /> {n}
                      </span>
                    ))}
                  </span>
                </span>
                <span className="place">{column.note}</span>
              </th>
            </Fragment>
          ))}
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group}>
          <tr className="group">
            <th colSpan={columns.length * 2} scope="rowgroup">
              {group}
            </th>
          </tr>
          {rows
            .filter((row) => row.group === group)
            .map((row) => (
              <tr key={row.id}>
                <th scope="row" className="name">
                  {row.name}
                </th>
                {columns.map((column, i) => {
                  const cell = row.cells[i];
                  const lane = row.lanes[i - 1];
                  return (
                    <Fragment key={column.id}>
                      {i > 0 ? <td className="gapcell">{lane ? <Lane lane={lane} /> : null}</td> : null}
                      <td className="cell">
                        <span className="env" aria-hidden>
                          {column.title}
                        </span>
                        {cell ? (
                          <>
                            <span className="v">
                              <Glyph status={cell.status} />
                              <span className="version p-trunc">{cell.version}</span>
                              {cell.at ? (
                                <span className="age">
                                  <RelativeTime at={cell.at} bare />
                                </span>
                              ) : null}
                            </span>
                            {cell.note ? <div className="note">{cell.note}</div> : null}
                          </>
                        ) : (
                          <span className="absent">Not deployed</span>
                        )}
                      </td>
                    </Fragment>
                  );
                })}
              </tr>
            ))}
        </tbody>
      ))}
    </table>
  );
}
