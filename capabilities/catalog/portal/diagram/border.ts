import type { CatalogEdge } from '../graph/catalog-graph.ts';

/** One thing that is needed over a border, and by whom. */
export interface Crossing {
  readonly ref: string;
  readonly by: readonly string[];
}

/**
 * What goes over the border of a system: what it offers to those outside, and what it uses of them. An edge leads from who needs to
 * what is needed; providing is not needing.
 */
export function crossings(
  edges: readonly CatalogEdge[],
  inside: ReadonlySet<string>,
): { offers: readonly Crossing[]; uses: readonly Crossing[] } {
  const needs = edges.filter((edge) => edge.type !== 'providesApi' && edge.type !== 'partOf');
  const gathered = (over: (edge: CatalogEdge) => boolean): readonly Crossing[] =>
    [...Map.groupBy(needs.filter(over), (edge) => edge.to)]
      .map(([ref, of]) => ({ ref, by: [...new Set(of.map((edge) => edge.from))] }))
      .toSorted((a, b) => b.by.length - a.by.length || a.ref.localeCompare(b.ref));
  return {
    offers: gathered((edge) => inside.has(edge.to) && !inside.has(edge.from)),
    uses: gathered((edge) => inside.has(edge.from) && !inside.has(edge.to)),
  };
}

/**
 * Which boxes need which others, through what stands in them: by box, the boxes it needs with how many of its parts' needs that are;
 * `undefined` stands for everything outside all boxes. Most needed first.
 */
export function needsOfBoxes(
  edges: readonly CatalogEdge[],
  boxOf: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly { readonly box: string | undefined; readonly count: number }[]> {
  const counts = new Map<string, Map<string | undefined, number>>();
  for (const edge of edges) {
    const from = boxOf.get(edge.from);
    if (from === undefined || edge.type === 'partOf' || edge.type === 'providesApi') continue;
    const to = boxOf.get(edge.to);
    if (to === from) continue;
    const of = counts.get(from) ?? new Map<string | undefined, number>();
    of.set(to, (of.get(to) ?? 0) + 1);
    counts.set(from, of);
  }
  return new Map(
    [...counts].map(([box, of]) => [
      box,
      [...of]
        .map(([other, count]) => ({ box: other, count }))
        .toSorted((a, b) => Number(a.box === undefined) - Number(b.box === undefined) || b.count - a.count),
    ]),
  );
}
