import { parseRef } from '@paved/kernel';

/** Where an entity's document is edited. */
export function editHref(ref: string, query = ''): string {
  const { kind, namespace, name } = parseRef(ref);
  return `/editing/${encodeURIComponent(namespace)}/${encodeURIComponent(kind)}/${encodeURIComponent(name)}${query}`;
}
