import dagre from '@dagrejs/dagre';

export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export const NODE_WIDTH = 168;
export const NODE_HEIGHT = 44;

/** Places nodes of a directed graph in layers; positions are top-left corners. */
export function layout(ids: readonly string[], edges: readonly (readonly [string, string])[], direction: 'LR' | 'TB'): readonly Placed[] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: direction, nodesep: 22, ranksep: direction === 'LR' ? 56 : 44, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const [from, to] of edges) if (ids.includes(from) && ids.includes(to)) graph.setEdge(from, to);
  dagre.layout(graph);
  return ids.map((id) => {
    const node = graph.node(id) as { x: number; y: number };
    return { id, x: node.x - NODE_WIDTH / 2, y: node.y - NODE_HEIGHT / 2 };
  });
}
