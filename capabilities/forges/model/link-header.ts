/** The addresses of a `Link` header (RFC 8288) by their relation. */
export function linkRelations(header: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const match of (header ?? '').matchAll(/<([^>]*)>([^,<]*)/g)) {
    const relation = /;\s*rel="?([^";]+)"?/.exec(match[2] ?? '')?.[1];
    if (relation !== undefined && match[1] !== undefined) found.set(relation.trim(), match[1]);
  }
  return found;
}

/** The address of the next page; undefined on the last. */
export const nextLink = (headers: Readonly<Record<string, string | undefined>>): string | undefined =>
  linkRelations(headers['link']).get('next');
