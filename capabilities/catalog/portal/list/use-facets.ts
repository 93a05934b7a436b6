import { useData, useEvents, type FacetGroup } from '@paved/ui';
import { useEffect, useRef } from 'react';
import type { FacetAnswer } from '../catalog-query.ts';
import { FACETS, fieldOf, valueWords } from './list-fields.ts';
import { selectionOf } from './list-query.ts';
import type { ListState } from './list-state.ts';

export interface FacetsAnswer {
  /** Undefined until the first answer. */
  readonly groups: readonly FacetGroup[] | undefined;
  /** They did not load: asks again. */
  readonly failed?: () => void;
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
  const answer = useData<FacetAnswer>('/api/catalog/entity-facets', {
    query: { facet: ids.map((id) => fieldOf(id).path), exceptOwn: true, ...selectionOf(state) },
    keep: true,
  });
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
  if (data === undefined) return { groups: undefined, ...(answer.error ? { failed: () => void answer.refetch() } : {}) };
  const groups = ids
    .map((id): FacetGroup => {
      const values = data.facets[fieldOf(id).path] ?? [];
      const missing = (state.filters[id] ?? [])
        .filter((value) => !values.some((entry) => entry.value.toLowerCase() === value.toLowerCase()))
        .map((value) => ({ value, count: 0 }));
      return {
        key: id,
        title: fieldOf(id, titles.get(id)).title,
        options: [...values, ...missing]
          .toSorted((a, b) => b.count - a.count || a.value.localeCompare(b.value))
          .map((entry) => ({ value: entry.value, label: valueWords(id, entry.value), count: entry.count })),
      };
    })
    .filter((group) => worthShowing(group, state));
  return { groups };
}

/** One value that everything has says nothing; a field where every value is another one narrows nothing. */
function worthShowing(group: FacetGroup, state: ListState): boolean {
  if ((state.filters[group.key]?.length ?? 0) > 0) return true;
  if (group.options.length === 0) return false;
  if (group.key === 'namespace') return group.options.length > 1;
  return FACETS.includes(group.key) || group.options.some((option) => option.count > 1);
}
