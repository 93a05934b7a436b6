import { useData, type FacetGroup } from '@paved/ui';
import type { FacetAnswer } from '../catalog-query.ts';
import { FACETS, fieldOf, valueWords } from './list-fields.ts';
import { selectionOf } from './list-query.ts';
import type { ListState } from './list-state.ts';

const LIVE = ['catalog.entity.changed', 'catalog.source.synced'];

/** Values to narrow the list by, each with what choosing it would bring; `own` are fields of the kind that is shown. */
export function useFacets(state: ListState, own: readonly { readonly field: string; readonly title: string }[]): readonly FacetGroup[] {
  const chosen = Object.keys(state.filters).filter((id) => !FACETS.includes(id));
  const titles = new Map(own.map((column) => [column.field, column.title]));
  const ids = [...new Set([...FACETS, ...own.map((column) => column.field), ...chosen])].filter(
    (id) =>
      ![
        'metadata.name',
        'metadata.title',
        'metadata.description',
        'relations.ownedBy',
        'relations.partOf',
        'spec.type',
        'spec.lifecycle',
      ].includes(id),
  );
  const answer = useData<FacetAnswer>('/api/catalog/entity-facets', {
    query: { facet: ids.map((id) => fieldOf(id).path), exceptOwn: true, ...selectionOf(state) },
    live: LIVE,
    keep: true,
  });
  return ids
    .map((id): FacetGroup => {
      const values = answer.data?.facets[fieldOf(id).path] ?? [];
      const selected = state.filters[id] ?? [];
      const missing = selected.filter((value) => !values.some((entry) => entry.value === value)).map((value) => ({ value, count: 0 }));
      return {
        key: id,
        title: fieldOf(id, titles.get(id)).title,
        options: [...values, ...missing]
          .toSorted((a, b) => b.count - a.count || a.value.localeCompare(b.value))
          .map((entry) => ({ value: entry.value, label: valueWords(id, entry.value), count: entry.count })),
      };
    })
    .filter((group) => worthShowing(group, state));
}

/** One value that everything has says nothing; a field where every value is another one narrows nothing. */
function worthShowing(group: FacetGroup, state: ListState): boolean {
  if ((state.filters[group.key]?.length ?? 0) > 0) return true;
  if (group.options.length === 0) return false;
  if (group.key === 'namespace') return group.options.length > 1;
  return FACETS.includes(group.key) || group.options.some((option) => option.count > 1);
}
