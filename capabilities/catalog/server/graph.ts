import type { Database } from '@paved/host';
import { plainEdge } from '../model/plain-edge.ts';
import { edgesAround, nodesOf, type GraphNode } from './views.ts';

/** What pictures and lists say of an entity. */
export interface NodeFacts {
  readonly kind: string;
  readonly title: string;
  readonly type?: string;
  /** Reference of the group or user that owns it. */
  readonly owner?: string;
  readonly lifecycle?: string;
  readonly known: boolean;
  readonly stale: boolean;
}

/** The facts of a reference; it may name something the catalog does not hold. */
export function describeNode(ref: string, node: GraphNode | undefined): NodeFacts {
  return {
    kind: node?.kind ?? ref.slice(0, ref.indexOf(':')),
    title: node?.title ?? ref.slice(ref.indexOf('/') + 1),
    ...(node?.type == null ? {} : { type: node.type }),
    ...(node?.owner == null ? {} : { owner: node.owner }),
    ...(node?.lifecycle == null ? {} : { lifecycle: node.lifecycle }),
    known: node !== undefined,
    stale: node?.stale ?? false,
  };
}

export interface GraphAnswer {
  readonly root: string;
  /** Entities; `known: false` for a reference to something the catalog does not hold. */
  readonly nodes: readonly (NodeFacts & { readonly ref: string; readonly depth: number })[];
  /** Each edge once, in its plain reading: `from ownedBy to`, `from dependsOn to`, `from partOf to`. */
  readonly edges: readonly { readonly from: string; readonly type: string; readonly to: string }[];
  /** More than `limit` nodes are around; those further away were left out. */
  readonly truncated: boolean;
}

/** Walks from an entity over its relations, breadth first. `outgoing`: what it points to; `incoming`: what points to it. */
export async function graphAround(
  db: Database,
  root: string,
  options: {
    depth: number;
    direction: 'outgoing' | 'incoming' | 'both';
    relations?: readonly string[];
    kinds?: readonly string[];
    limit: number;
  },
): Promise<GraphAnswer> {
  const depthOf = new Map<string, number>([[root, 0]]);
  const edges = new Map<string, { from: string; type: string; to: string }>();
  const kindWanted = (ref: string): boolean => options.kinds === undefined || options.kinds.includes(ref.slice(0, ref.indexOf(':')));
  let frontier = [root];
  let truncated = false;
  for (let depth = 1; depth <= options.depth && frontier.length > 0; depth++) {
    const around = new Set(frontier);
    const next: string[] = [];
    for (const kept of await edgesAround(db, frontier, 'both', options.limit * 20)) {
      const edge = plainEdge(kept);
      if (options.relations !== undefined && !options.relations.includes(edge.type)) continue;
      const goesOut = around.has(edge.from) && options.direction !== 'incoming';
      const comesIn = around.has(edge.to) && options.direction !== 'outgoing';
      if (!goesOut && !comesIn) continue;
      const ends = [...(goesOut ? [edge.to] : []), ...(comesIn ? [edge.from] : [])];
      if (!ends.every(kindWanted)) continue;
      let complete = true;
      for (const end of ends) {
        if (depthOf.has(end)) continue;
        if (depthOf.size >= options.limit) {
          truncated = true;
          complete = false;
          continue;
        }
        depthOf.set(end, depth);
        next.push(end);
      }
      if (complete) edges.set(`${edge.from} ${edge.type} ${edge.to}`, edge);
    }
    frontier = next;
  }
  const known = new Map((await nodesOf(db, [...depthOf.keys()])).map((node): [string, GraphNode] => [node.ref, node]));
  return {
    root,
    nodes: [...depthOf].map(([ref, depth]) => ({ ref, ...describeNode(ref, known.get(ref)), depth })),
    edges: [...edges.values()],
    truncated,
  };
}
