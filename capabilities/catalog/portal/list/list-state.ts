import { FACETS } from './list-fields.ts';

/** Everything about the list that an address says. */
export interface ListState {
  /** Chosen values by field id. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly text: string;
  readonly sort: readonly { readonly id: string; readonly desc: boolean }[];
  readonly group: string | undefined;
  /** Values of groups that are closed; '' is the group of those without the field. */
  readonly closed: readonly string[];
  /** Column ids, the name left out; undefined: as the kind suggests. */
  readonly columns: readonly string[] | undefined;
  /** Shares of the width that columns were given, by id; the others have their own. */
  readonly widths: Readonly<Record<string, number>>;
  readonly density: 'compact' | 'default' | 'tall';
  /** A saved view's id, or `all` for the plain list. */
  readonly view: string | undefined;
}

/** Levels a list is sorted by at most. */
export const LEVELS = 3;
const WIDEST = 5000;
const isFilter = (key: string): boolean => FACETS.includes(key) || key.includes('.');

export function readState(params: URLSearchParams): ListState {
  const filters: Record<string, string[]> = {};
  for (const [key, value] of params) {
    if (!isFilter(key) || value === '') continue;
    const values = Object.hasOwn(filters, key) ? (filters[key] ?? []) : [];
    if (!values.includes(value)) Object.defineProperty(filters, key, { value: [...values, value], enumerable: true, configurable: true });
  }
  const density = params.get('density');
  const list = (key: string): string[] | undefined => {
    const text = params.get(key);
    return text === null ? undefined : text.split(',').filter((part) => part !== '');
  };
  return {
    filters,
    text: params.get('q') ?? '',
    sort: (list('sort') ?? [])
      .slice(0, LEVELS)
      .map((part) => (part.startsWith('-') ? { id: part.slice(1), desc: true } : { id: part, desc: false }))
      .filter((level, i, all) => level.id !== '' && all.findIndex((other) => other.id === level.id) === i),
    group: params.get('group') || undefined,
    closed: params.getAll('closed'),
    columns: list('columns'),
    widths: widthsOf(list('widths') ?? []),
    density: density === 'default' || density === 'tall' ? density : 'compact',
    view: params.get('view') || undefined,
  };
}

/** `owner:160` is a share of 160 for the owner; what is no width is left out. */
function widthsOf(parts: readonly string[]): Record<string, number> {
  const widths = parts.map((part): [string, number] => {
    const at = part.lastIndexOf(':');
    return [part.slice(0, Math.max(0, at)), Number(part.slice(at + 1))];
  });
  return Object.fromEntries(widths.filter(([id, share]) => id !== '' && Number.isInteger(share) && share > 0 && share <= WIDEST));
}

/** The query of an address that says this, in one fixed order: two equal lists have equal addresses. */
export function writeState(state: ListState): string {
  const params = new URLSearchParams();
  const ids = [
    ...FACETS.filter((id) => state.filters[id]),
    ...Object.keys(state.filters)
      .filter((id) => !FACETS.includes(id))
      .toSorted(),
  ];
  for (const id of ids) for (const value of state.filters[id] ?? []) params.append(id, value);
  if (state.text !== '') params.set('q', state.text);
  if (state.group !== undefined) params.set('group', state.group);
  if (state.sort.length > 0) params.set('sort', state.sort.map((level) => (level.desc ? `-${level.id}` : level.id)).join(','));
  if (state.columns !== undefined) params.set('columns', state.columns.join(','));
  const widths = Object.entries(state.widths).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (widths.length > 0) params.set('widths', widths.map(([id, share]) => `${id}:${share}`).join(','));
  if (state.density !== 'compact') params.set('density', state.density);
  for (const value of state.closed) params.append('closed', value);
  if (state.view !== undefined) params.set('view', state.view);
  return params.toString();
}

/** The state of a query, as saved views keep it. */
export const stateOf = (query: string): ListState => readState(new URLSearchParams(query));

export const hrefOf = (state: ListState): string => {
  const query = writeState(state);
  return query === '' ? '/catalog' : `/catalog?${query}`;
};

/** How many conditions narrow the list. */
export const conditions = (state: ListState): number =>
  Object.values(state.filters).reduce((sum, values) => sum + values.length, 0) + (state.text === '' ? 0 : 1);

/** With one value of a field added, or taken away when it was there. */
export function toggled(state: ListState, id: string, value: string): ListState {
  const values = state.filters[id] ?? [];
  const next = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
  const { [id]: _old, ...rest } = state.filters;
  return { ...state, filters: next.length === 0 ? rest : { ...rest, [id]: next }, closed: [] };
}

/** With other widths for some columns; undefined: its own again. */
export function widened(state: ListState, shares: Readonly<Record<string, number | undefined>>): ListState {
  const widths = Object.entries({ ...state.widths, ...shares }).flatMap(([id, share]) =>
    share === undefined ? [] : [[id, Math.min(share, WIDEST)] as const],
  );
  return { ...state, widths: Object.fromEntries(widths) };
}

/** Without any condition. */
export const cleared = (state: ListState): ListState => ({ ...state, filters: {}, text: '', closed: [] });

/**
 * What clicking a head does: sorts by it, turns it round, and takes it away the third time. With `more` it becomes a further level.
 */
export function sortedBy(sort: ListState['sort'], id: string, more: boolean): ListState['sort'] {
  const now = sort.find((level) => level.id === id);
  if (more) {
    if (now === undefined) return [...sort, { id, desc: false }].slice(-LEVELS);
    return now.desc ? sort.filter((level) => level !== now) : sort.map((level) => (level === now ? { id, desc: true } : level));
  }
  if (now === undefined || sort.length > 1) return [{ id, desc: false }];
  return now.desc ? [] : [{ id, desc: true }];
}

/** The only kind the list shows, if it is one. */
export const onlyKind = (state: ListState): string | undefined =>
  state.filters['kind']?.length === 1 ? state.filters['kind'][0] : undefined;
