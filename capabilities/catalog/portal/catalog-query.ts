import type { Entity } from '@paved/kernel';
import { capital, nameOf, type QueryToken } from '@paved/ui';

export interface EntityPage {
  readonly items: readonly Entity[];
  readonly totalItems: number;
  readonly pageInfo: { readonly nextCursor?: string; readonly prevCursor?: string };
}

export interface FacetAnswer {
  readonly facets: Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;
}

/** What can be narrowed: the name in the address, the field of the catalog, and words. */
export const filterKeys = {
  kind: { field: 'kind', title: 'Kind', word: 'kind is' },
  owner: { field: 'relations.ownedBy', title: 'Owner', word: 'owner is' },
  type: { field: 'spec.type', title: 'Type', word: 'type is' },
  lifecycle: { field: 'spec.lifecycle', title: 'Lifecycle', word: 'lifecycle is' },
  system: { field: 'relations.partOf', title: 'Part of', word: 'part of' },
  tag: { field: 'metadata.tags', title: 'Tag', word: 'tagged' },
} as const;
export type FilterKey = keyof typeof filterKeys;
export const filterNames = Object.keys(filterKeys) as FilterKey[];

export type Filters = Readonly<Record<FilterKey, readonly string[]>>;

/** The filters an address asks for. */
export const filtersOf = (params: URLSearchParams): Filters =>
  Object.fromEntries(filterNames.map((key) => [key, params.getAll(key)])) as unknown as Filters;

/** Backstage's filter text: keys joined by commas are AND, a repeated key is OR. */
export function filterText(filters: Filters, except?: FilterKey): string | undefined {
  const parts = filterNames
    .filter((key) => key !== except)
    .flatMap((key) => filters[key].map((value) => `${filterKeys[key].field}=${value}`));
  return parts.length === 0 ? undefined : parts.join(',');
}

/** A value for people: references by name. */
export const valueWords = (key: FilterKey, value: string): string => (key === 'owner' || key === 'system' ? capital(nameOf(value)) : value);

export const tokensOf = (filters: Filters): readonly (QueryToken & { key: FilterKey })[] =>
  filterNames.flatMap((key) => filters[key].map((value) => ({ key, value, label: `${filterKeys[key].word} ${valueWords(key, value)}` })));
