import { Popover } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import { useId, useLayoutEffect, useRef, useState, type FormEvent } from 'react';
import { Button, IconButton } from './button.tsx';
import { Segments } from './section.tsx';
import type { RowHeight } from './table-head.tsx';
import type { SortBy } from './windowed-table.tsx';
import './list-options.css';

export interface ListField {
  readonly id: string;
  readonly label: string;
}

interface ListOptionsProps {
  /** Fields a list can be sorted and grouped by. */
  readonly fields: readonly ListField[];
  readonly sort: readonly SortBy[];
  /** How many levels there can be. */
  readonly levels: number;
  readonly onSort: (sort: readonly SortBy[]) => void;
  readonly groupable: readonly ListField[];
  readonly group: string | undefined;
  readonly onGroup: (id: string | undefined) => void;
  readonly density: RowHeight;
  readonly onDensity: (density: RowHeight) => void;
  /** Columns that are shown, in order; the first one always is. */
  readonly columns: readonly ListField[];
  /** Columns that could be shown too. */
  readonly more: readonly ListField[];
  readonly onColumns: (ids: readonly string[]) => void;
  /** Paths that can be named for further columns. */
  readonly paths: readonly string[];
  readonly onOpen: () => void;
  /** When something differs from how the list is by itself. */
  readonly onReset: (() => void) | undefined;
}

/** How a list is shown: groups, order, density, columns. */
export function ListOptions(props: ListOptionsProps) {
  const [open, setOpen] = useState(false);
  const toggle = (next: boolean) => {
    if (next) props.onOpen();
    setOpen(next);
  };
  return (
    <Popover opened={open} onChange={toggle} position="bottom-end" width={340} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button icon={IconAdjustmentsHorizontal} onClick={() => toggle(!open)} aria-expanded={open}>
          Display
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="How the list is shown">
        <Options {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Options({
  fields,
  sort,
  levels,
  onSort,
  groupable,
  group,
  onGroup,
  density,
  onDensity,
  columns,
  more,
  onColumns,
  paths,
  onReset,
}: ListOptionsProps) {
  const id = useId();
  const [path, setPath] = useState('');
  const shown = columns.map((column) => column.id);
  const moved = (from: number, by: number): readonly string[] => {
    const next = [...shown];
    const [column] = next.splice(from, 1);
    if (column !== undefined) next.splice(from + by, 0, column);
    return next;
  };
  // A line that changes its place takes the focus along: without it keys would be heard by nobody, Escape among them.
  const list = useRef<HTMLUListElement>(null);
  const kept = useRef<{ readonly id: string; readonly part: 'check' | 'left' | 'right' }>(undefined);
  const change = (column: string, part: 'check' | 'left' | 'right', ids: readonly string[]) => {
    kept.current = { id: column, part };
    onColumns(ids);
  };
  useLayoutEffect(() => {
    const line = kept.current && list.current?.querySelector(`[data-column="${CSS.escape(kept.current.id)}"]`);
    if (!line) return;
    const part = line.querySelector<HTMLElement>(`[data-part="${kept.current?.part}"]`) ?? line.querySelector<HTMLElement>('input');
    part?.focus();
    kept.current = undefined;
  }, [shown.join(',')]); // oxlint-disable-line react-hooks/exhaustive-deps -- when the columns are others
  const add = (event: FormEvent) => {
    event.preventDefault();
    const wanted = path.trim();
    if (wanted !== '' && !shown.includes(wanted)) onColumns([...shown, wanted]);
    setPath('');
  };
  const unsorted = fields.filter((field) => !sort.some((level) => level.id === field.id));
  return (
    <div className="p-listoptions">
      <div className="pair">
        <label htmlFor={`${id}g`}>Group by</label>
        <select id={`${id}g`} className="p-input sm" value={group ?? ''} onChange={(event) => onGroup(event.target.value || undefined)}>
          <option value="">Nothing</option>
          {groupable.map((field) => (
            <option key={field.id} value={field.id}>
              {field.label}
            </option>
          ))}
        </select>
      </div>
      <fieldset>
        <legend>Sort by</legend>
        {sort.map((level, i) => (
          <div className="line" key={level.id}>
            <select
              className="p-input sm p-grow"
              aria-label={`Sort level ${i + 1}`}
              value={level.id}
              onChange={(event) => onSort(sort.with(i, { ...level, id: event.target.value }))}
            >
              {[...fields.filter((field) => field.id === level.id), ...unsorted].map((field) => (
                <option key={field.id} value={field.id}>
                  {field.label}
                </option>
              ))}
            </select>
            <Button
              small
              onClick={() => onSort(sort.with(i, { ...level, desc: !level.desc }))}
              aria-label={level.desc ? 'Descending' : 'Ascending'}
            >
              {level.desc ? 'Z to A' : 'A to Z'}
            </Button>
            <IconButton small label="Drop this level" icon={IconX} onClick={() => onSort(sort.filter((other) => other !== level))} />
          </div>
        ))}
        {unsorted[0] && sort.length < levels ? (
          <Button small look="quiet" icon={IconPlus} onClick={() => onSort([...sort, { id: unsorted[0]?.id ?? '', desc: false }])}>
            {sort.length === 0 ? 'Add a field' : 'Then by'}
          </Button>
        ) : null}
      </fieldset>
      <div className="pair">
        <span>Rows</span>
        <Segments
          label="Height of rows"
          value={density}
          onChange={onDensity}
          options={[
            { value: 'compact', label: 'Compact' },
            { value: 'default', label: 'Normal' },
            { value: 'tall', label: 'Tall' },
          ]}
        />
      </div>
      <fieldset>
        <legend>Columns</legend>
        <ul ref={list}>
          {[...columns, ...more].map((column, i) => (
            <li key={column.id} data-column={column.id}>
              <label>
                <input
                  type="checkbox"
                  className="p-check"
                  checked={i < columns.length}
                  disabled={i === 0}
                  onChange={() =>
                    change(column.id, 'check', i < columns.length ? shown.filter((other) => other !== column.id) : [...shown, column.id])
                  }
                />
                <span className="p-trunc">{column.label}</span>
              </label>
              {i > 1 && i < columns.length ? (
                <IconButton
                  small
                  data-part="left"
                  label={`Move ${column.label} left`}
                  icon={IconArrowUp}
                  onClick={() => change(column.id, 'left', moved(i, -1))}
                />
              ) : null}
              {i > 0 && i < columns.length - 1 ? (
                <IconButton
                  small
                  data-part="right"
                  label={`Move ${column.label} right`}
                  icon={IconArrowDown}
                  onClick={() => change(column.id, 'right', moved(i, 1))}
                />
              ) : null}
            </li>
          ))}
        </ul>
        <form className="line" onSubmit={add}>
          <input
            className="p-input sm mono p-grow"
            list={`${id}p`}
            value={path}
            aria-label="Another field as a column"
            placeholder="metadata.annotations.…"
            onChange={(event) => setPath(event.target.value)}
          />
          <datalist id={`${id}p`}>
            {paths.map((known) => (
              <option key={known} value={known} />
            ))}
          </datalist>
          <Button small type="submit">
            Add
          </Button>
        </form>
      </fieldset>
      {onReset ? (
        <Button small look="quiet" onClick={onReset}>
          Back to how it was
        </Button>
      ) : null}
    </div>
  );
}
