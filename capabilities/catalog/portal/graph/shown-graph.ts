import type { CatalogEdge, CatalogGraph, CatalogNode } from './catalog-graph.ts';
import type { ExplorerState } from './explorer-state.ts';

/** A node on the screen, and how it was reached from the centre. */
export interface ShownNode extends CatalogNode {
  /** The edge it hangs on in the list; absent for the centre and for what the filters cut off. */
  readonly by?: CatalogEdge;
}

export interface ShownGraph {
  readonly nodes: readonly ShownNode[];
  readonly edges: readonly CatalogEdge[];
  readonly truncated: boolean;
}

/** Several answers as one graph: what stands in two of them is there once. */
export function joined(graphs: readonly CatalogGraph[]): ShownGraph {
  const nodes = new Map<string, CatalogNode>();
  const edges = new Map<string, CatalogEdge>();
  for (const graph of graphs) {
    for (const node of graph.nodes) if (!nodes.has(node.ref)) nodes.set(node.ref, node);
    for (const edge of graph.edges) edges.set(`${edge.from} ${edge.type} ${edge.to}`, edge);
  }
  // What is only named has its kind from a reference, where it is written small.
  const written = new Map([...nodes.values()].filter((node) => node.known).map((node) => [node.kind.toLowerCase(), node.kind]));
  const named = (node: CatalogNode): CatalogNode => (node.known ? node : { ...node, kind: written.get(node.kind) ?? spelled(node.kind) });
  return { nodes: [...nodes.values()].map(named), edges: [...edges.values()], truncated: graphs[0]?.truncated ?? false };
}

const spelled = (kind: string): string => (kind === 'api' ? 'API' : `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`);

type Filters = Pick<ExplorerState, 'ref' | 'kinds' | 'owners' | 'lifecycles'>;

/** Whether the filters keep a node; the centre always stays. `but` leaves one of them out, for its counts. */
export function kept(node: CatalogNode, filters: Filters, but?: 'kinds' | 'owners' | 'lifecycles'): boolean {
  if (node.ref === filters.ref) return true;
  const passes = (key: 'kinds' | 'owners' | 'lifecycles', value: string): boolean =>
    key === but || filters[key].length === 0 || filters[key].includes(value);
  return passes('kinds', node.kind) && passes('owners', node.owner ?? '') && passes('lifecycles', node.lifecycle ?? '');
}

/** What the filters leave, with hops counted anew from the centre and the edge each node hangs on. */
export function filtered(graph: ShownGraph, filters: Filters): ShownGraph {
  const inside = new Map(graph.nodes.filter((node) => kept(node, filters)).map((node) => [node.ref, node]));
  const edges = graph.edges.filter((edge) => inside.has(edge.from) && inside.has(edge.to));
  const beside = new Map<string, CatalogEdge[]>();
  for (const edge of edges) {
    for (const end of [edge.from, edge.to]) {
      const known = beside.get(end);
      if (known === undefined) beside.set(end, [edge]);
      else known.push(edge);
    }
  }
  const reached = new Map<string, ShownNode>();
  let layer = inside.has(filters.ref ?? '') ? [filters.ref ?? ''] : [];
  for (const ref of layer) reached.set(ref, { ...(inside.get(ref) as CatalogNode), depth: 0 });
  for (let depth = 1; layer.length > 0; depth++) {
    const next: string[] = [];
    for (const ref of layer) {
      for (const edge of beside.get(ref) ?? []) {
        const other = edge.from === ref ? edge.to : edge.from;
        const node = inside.get(other);
        if (node === undefined || reached.has(other)) continue;
        reached.set(other, { ...node, depth, by: edge });
        next.push(other);
      }
    }
    layer = next;
  }
  return { ...graph, nodes: [...inside.values()].map((node) => reached.get(node.ref) ?? node), edges };
}

/** The list's order: the centre, below each node what hangs on it. */
export function asTree(graph: ShownGraph, root: string): readonly (ShownNode & { readonly level: number })[] {
  const below = Map.groupBy(
    graph.nodes.filter((node) => node.ref !== root && node.by !== undefined),
    (node) => (node.by?.from === node.ref ? node.by.to : (node.by?.from ?? '')),
  );
  const byRef = new Map(graph.nodes.map((node) => [node.ref, node]));
  const rows: (ShownNode & { level: number })[] = [];
  // Not recursive: a chain of a thousand is one, too.
  const open: { ref: string; level: number }[] = [{ ref: root, level: 0 }];
  while (open.length > 0) {
    const { ref, level } = open.pop() ?? { ref: '', level: 0 };
    const node = byRef.get(ref);
    if (node === undefined) continue;
    rows.push({ ...node, level });
    const held = (below.get(ref) ?? []).toSorted((a, b) => b.title.localeCompare(a.title));
    for (const child of held) open.push({ ref: child.ref, level: level + 1 });
  }
  const listed = new Set(rows.map((row) => row.ref));
  return [...rows, ...graph.nodes.filter((node) => !listed.has(node.ref)).map((node) => ({ ...node, level: 0 }))];
}

/** Kinds that have a colour of their own: it is the same in every graph. */
const ofKind: Readonly<Record<string, number>> = { Component: 1, API: 2, Resource: 3, System: 4, Domain: 5 };
const SERIES = 8;

/** Places in the series of data colours for kinds; those beyond the series are grey. */
export function coloursOfKinds(kinds: readonly string[]): ReadonlyMap<string, number> {
  const present = [...new Set(kinds)];
  const known = present.filter((kind) => ofKind[kind] !== undefined).toSorted((a, b) => (ofKind[a] ?? 0) - (ofKind[b] ?? 0));
  const others = present.filter((kind) => ofKind[kind] === undefined).toSorted();
  const first = Object.keys(ofKind).length + 1;
  return new Map([
    ...known.map((kind): [string, number] => [kind, ofKind[kind] ?? 1]),
    ...others.slice(0, SERIES - first + 1).map((kind, i): [string, number] => [kind, first + i]),
  ]);
}

/** The same for teams, by how many things each has: the first seven get a colour, the rest are grey. */
export function coloursOf(values: readonly string[]): ReadonlyMap<string, number> {
  const counted = [...Map.groupBy(values, (value) => value)].toSorted((a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0]));
  return new Map(counted.slice(0, 7).map(([value], i) => [value, i + 1]));
}

/** From so many nodes on, a graph is drawn in boxes unless somebody says otherwise. */
const BOXED = 60;

/** The box each node stands in: its system, or its team. A system heads its own box; what belongs to none stands alone. */
export function groupsOf(graph: ShownGraph, by: ExplorerState['group']): ReadonlyMap<string, string> {
  if (by === 'none' || (by === 'auto' && graph.nodes.length <= BOXED)) return new Map();
  if (by === 'team') return new Map(graph.nodes.flatMap((node) => (node.owner === undefined ? [] : [[node.ref, node.owner] as const])));
  const systems = new Set(graph.nodes.filter((node) => node.kind.toLowerCase() === 'system').map((node) => node.ref));
  const parts = graph.edges.filter((edge) => edge.type === 'partOf' && systems.has(edge.to) && !systems.has(edge.from));
  const groups = new Map(parts.map((edge) => [edge.from, edge.to] as const));
  for (const system of new Set(groups.values())) groups.set(system, system);
  return groups;
}
