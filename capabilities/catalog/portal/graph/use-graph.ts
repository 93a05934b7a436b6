import { getCatalogGraph } from '@paved/client';
import { call, useCall, useEvents, type ApiError } from '@paved/ui';
import { useEffect, useMemo, useState } from 'react';
import type { CatalogGraph } from './catalog-graph.ts';
import type { ExplorerState } from './explorer-state.ts';
import { joined, type ShownGraph } from './shown-graph.ts';

export const MOST_NODES = 1500;
const LIVE = ['catalog.entity.changed', 'catalog.source.synced'];

/** The graph around the centre, with the neighbours of everything that was opened. */
export function useGraph(state: ExplorerState): { graph: ShownGraph | undefined; error: ApiError | undefined; retry: () => void } {
  const relations = state.relations.join(',');
  const base = useCall(
    getCatalogGraph,
    { query: { ref: state.ref ?? '', depth: state.depth, direction: state.direction, relations, limit: MOST_NODES } },
    { off: state.ref === undefined, live: LIVE },
  );
  const [opened, setOpened] = useState<ReadonlyMap<string, CatalogGraph>>(new Map());
  const wanted = state.expanded.join(' ');
  const [again, setAgain] = useState(0);
  useEvents(state.expanded.length === 0 ? [] : LIVE, () => setAgain((times) => times + 1));
  useEffect(() => {
    const stop = new AbortController();
    const refs = wanted === '' ? [] : wanted.split(' ');
    void Promise.all(
      refs.map(async (ref) => {
        // What is gone meanwhile has no neighbours; the rest is shown all the same.
        const answer = await call(getCatalogGraph, {
          query: { ref, depth: 1, direction: 'both', relations, limit: 300 },
          signal: stop.signal,
        }).catch(() => undefined);
        return answer === undefined ? undefined : ([ref, answer] as const);
      }),
    ).then((found) => (stop.signal.aborted ? undefined : setOpened(new Map(found.filter((one) => one !== undefined)))));
    return () => stop.abort();
  }, [wanted, relations, again]);
  const graph = useMemo(
    () => (base.data === undefined ? undefined : joined([base.data, ...state.expanded.flatMap((ref) => opened.get(ref) ?? [])])),
    [base.data, opened, wanted], // oxlint-disable-line react-hooks/exhaustive-deps -- `wanted` is what is expanded, as one text
  );
  return { graph, error: base.error ?? undefined, retry: () => void base.refetch() };
}
