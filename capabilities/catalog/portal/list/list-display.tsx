import { ListOptions, useData, type ListField } from '@paved/ui';
import { useState } from 'react';
import type { EntityPage } from '../catalog-query.ts';
import { columnTitle, OFFERED, RUNNING } from './columns.tsx';
import { FACETS, fieldOf } from './list-fields.ts';
import { selectionOf } from './list-query.ts';
import { LEVELS, writeState, type ListState } from './list-state.ts';

/** Fields found in a few entities of the list, as paths: what else could be a column. */
function pathsOf(value: unknown, path = ''): readonly string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, child]) => pathsOf(child, path === '' ? key : `${path}.${key}`));
}

/** How the list is shown. */
export function ListDisplay({
  state,
  columns,
  titles,
  onChange,
}: {
  state: ListState;
  columns: readonly string[];
  /** Words for paths that a kind names. */
  titles: ReadonlyMap<string, string>;
  onChange: (next: ListState) => void;
}) {
  const [opened, setOpened] = useState(false);
  const sample = useData<EntityPage>('/api/catalog/entities/by-query', { query: { ...selectionOf(state), limit: 20 }, off: !opened });
  const field = (id: string): ListField => ({ id, label: columnTitle(id, titles) });
  const others = [...OFFERED, ...titles.keys()].filter((id) => !columns.includes(id));
  const sortable = [...new Set(['name', ...OFFERED, ...columns, ...titles.keys()])].filter((id) => !RUNNING.includes(id));
  const groupable = [...new Set([...FACETS, ...columns.filter((id) => id.includes('.')), ...titles.keys()])];
  const found = (sample.data?.items ?? []).flatMap((entity) =>
    pathsOf({ metadata: entity.metadata, spec: entity.spec, ...computedOf(entity) }),
  );
  const relations = (sample.data?.items ?? []).flatMap((entity) =>
    (entity.relations ?? []).map((relation) => `relations.${relation.type}`),
  );
  const plain: ListState = { ...state, sort: [], group: undefined, closed: [], columns: undefined, widths: {}, density: 'compact' };
  return (
    <ListOptions
      fields={sortable.map(field)}
      sort={state.sort}
      levels={LEVELS}
      onSort={(sort) => onChange({ ...state, sort })}
      groupable={groupable.map((id) => ({ id, label: fieldOf(id, titles.get(id)).title }))}
      group={state.group}
      onGroup={(group) => onChange({ ...state, group, closed: [] })}
      density={state.density}
      onDensity={(density) => onChange({ ...state, density })}
      columns={[{ id: 'name', label: 'Name' }, ...columns.map(field)]}
      more={[...new Set(others)].map(field)}
      onColumns={(ids) => onChange({ ...state, columns: ids.filter((id) => id !== 'name') })}
      paths={[...new Set([...found, ...relations])].filter((path) => !columns.includes(path)).toSorted()}
      onOpen={() => setOpened(true)}
      onReset={writeState(plain) === writeState(state) ? undefined : () => onChange(plain)}
    />
  );
}

const computedOf = (entity: object): { computed?: unknown } => ('computed' in entity ? { computed: entity.computed } : {});
