import { refOf, type Entity } from '@paved/kernel';
import {
  Button,
  count,
  FailedState,
  plural,
  SkeletonRows,
  useData,
  useScrollBack,
  useWindows,
  WindowedTable,
  type RowGroup,
} from '@paved/ui';
import { IconRefresh } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { useWorkloads } from '../workloads.ts';
import { BulkActions } from './bulk-actions.tsx';
import { columnsOf } from './columns.tsx';
import { valueWords } from './list-fields.ts';
import { ListEmpty } from './list-empty.tsx';
import { groupOrder, rowsQuery, selectionOf } from './list-query.ts';
import { hrefOf, sortedBy, widened, type ListState } from './list-state.ts';
import { useLiveRows } from './use-live-rows.ts';
import { useSelection } from './use-selection.ts';

interface GroupAnswer {
  readonly items: readonly { readonly value: string | null; readonly label: string; readonly count: number }[];
}

/** The rows of the list: as many as there are, read where one looks. */
export function EntityRows({
  state,
  columns: ids,
  titles,
  waiting,
  onChange,
}: {
  state: ListState;
  columns: readonly string[];
  titles: ReadonlyMap<string, string>;
  /** Something else decides first what the list is. */
  waiting: boolean;
  /** `step`: something one can go back from; it is unless said otherwise. */
  onChange: (next: ListState, step?: boolean) => void;
}) {
  const running = useWorkloads();
  const widths = JSON.stringify(state.widths);
  const columns = useMemo(
    () => columnsOf(ids, { running, titles, widths: state.widths, group: state.group }),
    [ids.join(','), running, titles, widths, state.group], // oxlint-disable-line react-hooks/exhaustive-deps -- texts that say what ids and widths are
  );
  const query = rowsQuery(state, ids);
  const windows = useWindows<Entity>('/api/catalog/entities/by-query', query);
  const grouped = useData<GroupAnswer>('/api/catalog/entity-groups', {
    query: { by: groupOrder(state), ...selectionOf(state) },
    off: state.group === undefined,
    keep: true,
  });
  const question = hrefOf({ ...state, columns: undefined, widths: {}, density: 'compact', closed: [], view: undefined });
  const total = windows.total ?? 0;
  const selection = useSelection(state, question, total, windows.at);
  const { refetch: regroup } = grouped;
  const live = useLiveRows(
    windows,
    ids,
    useCallback(() => void (state.group !== undefined && regroup()), [regroup, state.group]),
  );
  const groups = useMemo((): readonly RowGroup[] | undefined => {
    if (state.group === undefined || grouped.data === undefined) return undefined;
    return grouped.data.items.map((group) => ({
      key: group.value ?? '',
      label: group.value === null ? 'None' : valueWords(state.group ?? '', group.label),
      count: group.count,
      open: !state.closed.includes(group.value ?? ''),
    }));
  }, [grouped.data, state.group, state.closed]);

  const ready = !waiting && windows.total !== undefined && (state.group === undefined || groups !== undefined);
  useScrollBack(ready);
  if (windows.error && windows.total === undefined) return <FailedState what="Entities" error={windows.error} onRetry={windows.reload} />;
  if (!ready) return <SkeletonRows label="Entities" rows={16} height={36} />;
  return (
    <>
      {windows.error ? (
        <div className="p-catalog-news" role="alert">
          <Button small icon={IconRefresh} onClick={windows.reload}>
            Some rows did not load. Try again
          </Button>
        </div>
      ) : live.waiting > 0 ? (
        <div className="p-catalog-news" role="status">
          <Button small icon={IconRefresh} onClick={live.show}>
            Show {plural(live.waiting, 'change')}
          </Button>
        </div>
      ) : null}
      {total === 0 ? (
        <ListEmpty state={state} onChange={onChange} />
      ) : (
        <WindowedTable
          label="Entities"
          total={total}
          at={windows.at}
          look={windows.look}
          columns={columns}
          id={refOf}
          groups={groups}
          onGroup={(key) =>
            onChange({
              ...state,
              closed: state.closed.includes(key) ? state.closed.filter((other) => other !== key) : [...state.closed, key],
            })
          }
          density={state.density}
          sort={state.sort.length > 0 ? state.sort : [{ id: 'name', desc: false }]}
          onSort={(id, more) =>
            onChange({
              ...state,
              sort: state.sort.length === 0 && id === 'name' && !more ? [{ id, desc: true }] : sortedBy(state.sort, id, more),
            })
          }
          onWidths={(shares) => onChange(widened(state, shares), false)}
          isSelected={selection.has}
          onSelect={selection.set}
          onSelectRange={selection.range}
          selecting={selection.count > 0}
          onClear={selection.clear}
          question={question}
          busy={windows.stale}
          onBusy={live.busy}
        />
      )}
      {total > 0 ? (
        <div className="foot">
          <div className="p-tablefoot">
            <span className="p-num">{plural(total, 'entity', 'entities')}</span>
            {groups ? <span className="hide-sm">{plural(groups.length, 'group')}</span> : null}
            {selection.count > 0 ? <span className="p-num">{count(selection.count)} selected</span> : null}
          </div>
        </div>
      ) : null}
      <BulkActions state={state} columns={ids} selection={selection} total={total} />
      <span className="p-vh" aria-live="polite">
        {windows.stale ? '' : `${total} found`}
      </span>
    </>
  );
}
