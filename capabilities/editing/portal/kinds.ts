import { useData } from '@paved/ui';

/** A kind as `GET /api/catalog/kinds` tells it; what forms and completion need of it. */
export interface CatalogKind {
  readonly kind: string;
  readonly apiVersion: string;
  readonly apiVersions: readonly string[];
  readonly title: string;
  readonly plural: string;
  readonly description?: string;
  readonly icon: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly variants?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly relations: readonly { field: string; type: string; reverse: string; defaultKind?: string }[];
  readonly form?: Readonly<Record<string, unknown>>;
  /** Declared by an EntityKind document. */
  readonly custom: boolean;
}

const none: readonly CatalogKind[] = [];

/** Every kind the catalog takes. */
export function useKinds(): readonly CatalogKind[] {
  return useData<{ items: readonly CatalogKind[] }>('/api/catalog/kinds').data?.items ?? none;
}
