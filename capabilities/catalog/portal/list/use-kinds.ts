import { useData } from '@paved/ui';

/** What the list needs to know of a kind. */
export interface KindInfo {
  readonly kind: string;
  readonly title?: string;
  readonly plural?: string;
  /** Columns its lists show beside the usual ones. */
  readonly columns?: readonly { readonly field: string; readonly title: string }[];
}

/** Every kind the catalog takes, by its name in lower case. */
export function useKinds(): ReadonlyMap<string, KindInfo> {
  const answer = useData<{ items: readonly KindInfo[] }>('/api/catalog/kinds', { live: ['catalog.kind.changed'] });
  return new Map((answer.data?.items ?? []).map((kind) => [kind.kind.toLowerCase(), kind]));
}

/** What to call many of a kind: "Components", "APIs". */
export function pluralOf(kind: string, info: KindInfo | undefined): string {
  if (info?.plural !== undefined) return info.plural;
  const title = info?.title ?? info?.kind ?? kind;
  return /[^aeiou]y$/.test(title) ? `${title.slice(0, -1)}ies` : `${title}s`;
}
