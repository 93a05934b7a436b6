import type { Entity } from '@paved/kernel';

/** A page of entities, of `/api/catalog/entities/by-query`. */
export interface EntityPage {
  readonly items: readonly Entity[];
  readonly totalItems: number;
  readonly pageInfo: { readonly nextCursor?: string; readonly prevCursor?: string };
}

/** Values of fields with how many entities have them, of `/api/catalog/entity-facets`. */
export interface FacetAnswer {
  readonly facets: Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;
}
