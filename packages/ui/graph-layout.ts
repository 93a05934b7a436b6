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

export interface Framed {
  readonly places: readonly Placed[];
  readonly frame: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Room inside the frame, above it for its name. */
const INSET = 16;
const HEAD = 36;
const AWAY = 56;

/**
 * Places a graph with a border: what is inside stands in layers within a frame; whoever needs it from outside stands left of the frame,
 * what it needs from outside right of it, each at the height of what it is connected with.
 */
export function framedLayout(ids: readonly string[], edges: readonly (readonly [string, string])[], outside: ReadonlySet<string>): Framed {
  const inside = ids.filter((id) => !outside.has(id));
  const placed = layout(inside, edges, 'LR');
  const right = Math.max(0, ...placed.map(({ x }) => x + NODE_WIDTH));
  const bottom = Math.max(0, ...placed.map(({ y }) => y + NODE_HEIGHT));
  const height = new Map(placed.map(({ id, y }) => [id, y]));
  const callers = new Set(edges.filter(([from, to]) => outside.has(from) && !outside.has(to)).map(([from]) => from));
  const column = (of: readonly string[], x: number): Placed[] => {
    const wish = (id: string): number => {
      const ends = edges.flatMap(([from, to]) => (from === id ? (height.get(to) ?? []) : to === id ? (height.get(from) ?? []) : []));
      return ends.length === 0 ? 0 : ends.reduce((sum, y) => sum + y, 0) / ends.length;
    };
    const step = NODE_HEIGHT + 16;
    const order = of.map((id) => ({ id, y: wish(id) })).toSorted((a, b) => a.y - b.y || a.id.localeCompare(b.id));
    let next = -Infinity;
    const set = order.map(({ id, y }) => {
      next = Math.max(y, next);
      const at = { id, x, y: next };
      next += step;
      return at;
    });
    // Pushed down by each other, they hang below: the column as a whole goes back up.
    const over = Math.max(0, (set.at(-1)?.y ?? 0) + NODE_HEIGHT - bottom) / 2;
    return set.map((at) => ({ ...at, y: at.y - over }));
  };
  return {
    places: [
      ...placed,
      ...column(
        [...outside].filter((id) => callers.has(id)),
        -INSET - AWAY - NODE_WIDTH,
      ),
      ...column(
        [...outside].filter((id) => !callers.has(id)),
        right + INSET + AWAY,
      ),
    ],
    frame: { x: -INSET, y: -HEAD, width: right + 2 * INSET, height: bottom + HEAD + INSET },
  };
}
