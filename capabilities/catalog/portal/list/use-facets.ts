import { useData, useEvents, type FacetGroup, type FacetOption } from '@paved/ui';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { FacetAnswer } from '../catalog-query.ts';
import { INGESTION } from '../../model/list/ingestion-state.ts';
import { byCount, inPlace } from './facet-order.ts';
import { FACETS, fieldOf, valueWords } from './list-fields.ts';
import { selectionOf } from './list-query.ts';
import type { ListState } from './list-state.ts';

export interface FacetsAnswer {
  /** Undefined until the first answer. */
  readonly groups: readonly FacetGroup[] | undefined;
  /** They did not load: asks again. */
  readonly failed?: () => void;
  /** Told when a person is among the values. */
  readonly busy: (busy: boolean) => void;
}

/** Every entity has another one: nothing to choose among. */
const NAMES: readonly string[] = ['name', 'title', 'description'];
const COUNT_AGAIN_MS = 3000;
const LIVE = ['catalog.entity.changed', 'catalog.source.synced'];

/**
 * Values to narrow the list by, each with what choosing it would bring; `titles` are fields of the kind that is shown.
 */
export function useFacets(state: ListState, titles: ReadonlyMap<string, string>): FacetsAnswer {
  const ids = [...new Set([...FACETS, ...titles.keys(), ...Object.keys(state.filters)])].filter((id) => !NAMES.includes(id));
  const query = { facet: ids.map((id) => fieldOf(id).path), exceptOwn: true, ...selectionOf(state) };
  const answer = useData<FacetAnswer>('/api/catalog/entity-facets', { query, keep: true });
  const among = useRef(false);
  const busy = useCallback((now: boolean) => void (among.current = now), []);
  // Another question has another order; what changes by itself waits for it until nobody is there.
  const stood = useRef<{ readonly question: string; readonly groups: ReadonlyMap<string, readonly FacetOption[]> }>(undefined);
  const question = answer.isPlaceholderData ? stood.current?.question : JSON.stringify(query);
  // Counting a large catalog is work: a stream of changes is followed at a walk.
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEvents(LIVE, () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void answer.refetch();
    }, COUNT_AGAIN_MS);
  });
  const { data } = answer;
  const groups = useMemo(() => {
    if (data === undefined) return undefined;
    const kept = among.current && stood.current?.question === question ? stood.current?.groups : undefined;
    return groupsOf(data, { ids, state, titles, kept });
    // The state's other parts do not matter here: a filter that changes is another question.
  }, [data, question, ids.join(','), state.filters, titles]); // oxlint-disable-line react-hooks/exhaustive-deps
  useEffect(() => {
    if (groups !== undefined && question !== undefined)
      stood.current = { question, groups: new Map(groups.map((group) => [group.key, group.options])) };
  }, [groups, question]);
  return { groups, busy, ...(data === undefined && answer.error ? { failed: () => void answer.refetch() } : {}) };
}

function groupsOf(
  data: FacetAnswer,
  {
    ids,
    state,
    titles,
    kept,
  }: {
    ids: readonly string[];
    state: ListState;
    titles: ReadonlyMap<string, string>;
    /** Values that keep their places, by field. */
    kept: ReadonlyMap<string, readonly FacetOption[]> | undefined;
  },
): readonly FacetGroup[] {
  return ids
    .map((id): FacetGroup => {
      const values = data.facets[fieldOf(id).path] ?? [];
      const missing = (state.filters[id] ?? [])
        .filter((value) => !values.some((entry) => entry.value.toLowerCase() === value.toLowerCase()))
        .map((value) => ({ value, count: 0 }));
      const options = [...values, ...missing].map((entry) => ({
        value: entry.value,
        label: valueWords(id, entry.value),
        count: entry.count,
      }));
      const stood = kept?.get(id);
      return { key: id, title: fieldOf(id, titles.get(id)).title, options: stood ? inPlace(options, stood) : byCount(options) };
    })
    .filter((group) => kept?.has(group.key) === true || worthShowing(group, state));
}

/** One value that everything has says nothing; a field where every value is another one narrows nothing. */
function worthShowing(group: FacetGroup, state: ListState): boolean {
  if ((state.filters[group.key]?.length ?? 0) > 0) return true;
  if (group.options.length === 0) return false;
  if (group.key === 'namespace' || group.key === INGESTION) return group.options.length > 1;
  return FACETS.includes(group.key) || group.options.some((option) => option.count > 1);
}
