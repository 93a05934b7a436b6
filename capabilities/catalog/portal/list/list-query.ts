import type { Query } from '@paved/ui';
import { fieldOf } from './list-fields.ts';
import type { ListState } from './list-state.ts';

/** Where text is looked for. */
const TEXT_FIELDS = 'metadata.name,metadata.title,metadata.description';
/** What every row needs, whatever its columns. */
const ROW_FIELDS = [
  'kind',
  'apiVersion',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.description',
  'spec.type',
  'spec.lifecycle',
  'relations.ownedBy',
];

/** Backstage's filter text: keys joined by commas are AND, a repeated key is OR. */
export function filterOf(state: ListState): string | undefined {
  const parts = Object.entries(state.filters).flatMap(([id, values]) => values.map((value) => `${fieldOf(id).path}=${value}`));
  return parts.length === 0 ? undefined : parts.join(',');
}

/** Which entities are meant: what lists, facets, groups, exports and bulk actions share. */
export const selectionOf = (state: ListState): Query => ({
  filter: filterOf(state),
  ...(state.text === '' ? {} : { fullTextFilterTerm: state.text, fullTextFilterFields: TEXT_FIELDS }),
});

/** The order of rows: groups first, names last, so that it is always the same. */
export function sortOf(state: ListState): readonly string[] {
  const levels = state.sort
    .filter((level) => level.id !== state.group)
    .map((level) => `${sortPath(level.id)},${level.desc ? 'desc' : 'asc'}`);
  const named = state.sort.some((level) => level.id === 'name');
  return [...(state.group === undefined ? [] : [groupOrder(state)]), ...levels, ...(named ? [] : ['title,asc'])];
}

/** The name column shows titles where there are some, and is sorted by what it shows. */
const sortPath = (id: string): string => (id === 'name' ? 'title' : fieldOf(id).path);

/** The order of groups: rising, unless the list is sorted the other way round by the same field. */
export function groupOrder(state: ListState): string {
  const level = state.sort.find((entry) => entry.id === state.group);
  return `${fieldOf(state.group ?? 'kind').path},${level?.desc ? 'desc' : 'asc'}`;
}

/** A stretch of the list with what its columns need. */
export const rowsQuery = (state: ListState, columns: readonly string[]): Query => ({
  ...selectionOf(state),
  sort: sortOf(state),
  fields: fieldsOf(columns).join(','),
});

export const fieldsOf = (columns: readonly string[]): readonly string[] => [
  ...new Set([...ROW_FIELDS, ...columns.map((id) => storedAt(fieldOf(id).path))]),
];

/** Computed properties stand in `status`. */
const storedAt = (path: string): string => (path.startsWith('computed.') ? `status.${path}` : path);

/** Columns of the list as paths, for a file. */
export const exportColumns = (columns: readonly string[]): readonly string[] => [
  ...new Set(['kind', 'metadata.namespace', 'metadata.name', 'metadata.title', ...columns.map((id) => fieldOf(id).path)]),
];
