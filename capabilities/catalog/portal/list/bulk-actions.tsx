import {
  api,
  BulkBar,
  count,
  downloadFrom,
  downloadPosted,
  entityHref,
  plural,
  toast,
  toastError,
  useChange,
  useGo,
  useModules,
  withQuery,
  type BulkAction,
} from '@paved/ui';
import { useState } from 'react';
import { exportColumns, selectionOf, sortOf } from './list-query.ts';
import type { ListState } from './list-state.ts';
import { RemovalDialog } from './removal-dialog.tsx';
import { MOST, type BulkTarget, type Selection } from './use-selection.ts';

const EXPLORER = '/catalog/graph';

/** The address of a file with all that match. */
export const exportHref = (state: ListState, columns: readonly string[], format: 'csv' | 'json'): string =>
  withQuery('/api/catalog/export', { format, columns: exportColumns(columns).join(','), sort: sortOf(state), ...selectionOf(state) });

/** Where a graph is shown: the explorer starts from several, where there is none each entity has its own. */
function useGraph(): { readonly most: number; readonly href: (refs: readonly string[]) => string } {
  const explorer = useModules().some((module) => module.routes?.some((route) => route.path === EXPLORER));
  return explorer
    ? { most: 50, href: (refs) => `${EXPLORER}?${new URLSearchParams(refs.map((ref) => ['ref', ref]))}` }
    : { most: 1, href: ([ref = '']) => entityHref(ref, 'dependencies') };
}

/** What can be done to the selected rows. */
export function BulkActions({
  state,
  columns,
  selection,
  total,
}: {
  state: ListState;
  columns: readonly string[];
  selection: Selection;
  total: number;
}) {
  const graph = useGraph();
  const [removing, setRemoving] = useState<BulkTarget>();
  const refresh = useChange<void, { sources: number }>(
    async () => api.post<{ sources: number }>('/api/catalog/bulk/refresh', await selection.target()),
    {
      done: ({ sources }) => {
        selection.clear();
        if (sources === 0) toast('These have no source to read', { status: 'unknown' });
        else toast(`${plural(sources, 'source')} ${sources === 1 ? 'is' : 'are'} read again`);
      },
      failed: toastError,
    },
  );
  const copy = async () => {
    const refs = await selection.refs(MOST);
    await navigator.clipboard.writeText(refs.join('\n'));
    toast(`${plural(refs.length, 'reference')} copied`);
  };
  const take = async (format: 'csv' | 'json') => {
    if (selection.all) return downloadFrom(exportHref(state, columns, format));
    const entityRefs = await selection.refs(MOST);
    await downloadPosted('/api/catalog/export', { format, columns: exportColumns(columns), entityRefs }, `catalog.${format}`);
  };
  const failing = (work: () => Promise<void>) => () => {
    // All that match are named by their filter; all but a few only one by one.
    if (!selection.all && selection.count > MOST)
      return toast(`${count(MOST)} rows can be chosen one by one`, { status: 'failed', note: 'Select all, or narrow the filter.' });
    return void work().catch(toastError);
  };
  const go = useGo();
  const actions: readonly BulkAction[] = [
    { label: refresh.isPending ? 'Reading…' : 'Read again', run: failing(async () => refresh.mutate()) },
    { label: 'Copy references', run: failing(copy) },
    {
      label: 'Export',
      choices: [
        { label: 'As CSV', run: failing(() => take('csv')) },
        { label: 'As JSON', run: failing(() => take('json')) },
      ],
    },
    ...(selection.count <= graph.most
      ? [{ label: 'Open in graph', run: failing(async () => go(graph.href(await selection.refs(graph.most)))) }]
      : []),
    { label: 'Remove', run: failing(async () => setRemoving(await selection.target())) },
  ];
  return (
    <>
      <BulkBar selected={selection.count} onClear={selection.clear} all={{ total, select: selection.selectAll }} actions={actions} />
      {removing ? (
        <RemovalDialog
          target={removing}
          onClose={() => setRemoving(undefined)}
          onDone={(removed) => {
            setRemoving(undefined);
            selection.clear();
            toast(`${count(removed)} removed`);
          }}
        />
      ) : null}
    </>
  );
}
