import type { ElkNode } from 'elkjs/lib/elk-api.js';

/** Where nodes stand, by their id: top-left corners. */
export type Places = ReadonlyMap<string, { readonly x: number; readonly y: number }>;

export interface PlacesWanted {
  readonly ids: readonly string[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

export const MAP_NODE = { width: 168, height: 40 } as const;

/** Beyond this the order inside layers is good enough after one look. */
const MANY = 300;

const GAP = { x: 32, y: 14 } as const;

/**
 * Layers of hundreds of nodes make a picture that is a thread: they are folded into several columns, in the same order from top to
 * bottom, so that the whole is about as wide as it is high. Small pictures stay as they are.
 */
export function folded(places: Places): Places {
  const rows = Math.ceil(Math.sqrt((places.size * (MAP_NODE.width + GAP.x)) / (MAP_NODE.height + GAP.y) / 0.9));
  const layers: { start: number; nodes: { id: string; x: number; y: number }[] }[] = [];
  const byX = [...places].map(([id, place]) => ({ id, ...place })).toSorted((a, b) => a.x - b.x);
  for (const node of byX) {
    const last = layers.at(-1);
    if (last === undefined || node.x - last.start >= MAP_NODE.width) layers.push({ start: node.x, nodes: [node] });
    else last.nodes.push(node);
  }
  if (places.size < MANY / 2 || layers.every((layer) => layer.nodes.length <= rows * 1.5)) return places;
  const put = new Map<string, { x: number; y: number }>();
  const height = rows * (MAP_NODE.height + GAP.y);
  let x = 0;
  for (const { nodes } of layers) {
    const columns = Math.ceil(nodes.length / rows);
    const lines = Math.ceil(nodes.length / columns);
    const top = (height - lines * (MAP_NODE.height + GAP.y)) / 2;
    nodes
      .toSorted((a, b) => a.y - b.y)
      .forEach(({ id }, i) =>
        put.set(id, {
          x: x + (i % columns) * (MAP_NODE.width + GAP.x),
          y: top + Math.floor(i / columns) * (MAP_NODE.height + GAP.y),
        }),
      );
    x += columns * (MAP_NODE.width + GAP.x) + 120;
  }
  return put;
}

/** A node with more edges than this says nothing about where they stand. */
const HUB = 30;

/** Some edges of a hub are enough to place it; a system of hundreds would pull all its parts together otherwise, and take seconds. */
function withoutHubs(edges: PlacesWanted['edges']): PlacesWanted['edges'] {
  const degree = new Map<string, number>();
  for (const end of edges.flat()) degree.set(end, (degree.get(end) ?? 0) + 1);
  const taken = new Map<string, number>();
  return edges.filter((edge) => {
    const hub = edge.find((end) => (degree.get(end) ?? 0) > HUB);
    if (hub === undefined) return true;
    taken.set(hub, (taken.get(hub) ?? 0) + 1);
    return (taken.get(hub) ?? 0) <= 3;
  });
}

/** Places a graph in layers, off the main thread. `place` may be called again; `stop` ends the worker. */
export interface Placing {
  place(wanted: PlacesWanted): Promise<Places>;
  stop(): void;
}

/** Starts the worker that places graphs; its code is fetched when it is first needed. */
export async function startPlacing(): Promise<Placing> {
  const [{ default: Elk }, { default: address }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new Elk({ workerFactory: () => new Worker(address) });
  return {
    async place({ ids, edges }) {
      const many = ids.length > MANY;
      const known = new Set(ids);
      const wanted = edges.filter(([from, to]) => from !== to && known.has(from) && known.has(to));
      const graph: ElkNode = {
        id: 'root',
        layoutOptions: {
          'elk.algorithm': 'layered',
          'elk.direction': 'RIGHT',
          'elk.edgeRouting': 'POLYLINE',
          'elk.spacing.nodeNode': '14',
          'elk.spacing.edgeNode': '10',
          'elk.spacing.componentComponent': '40',
          'elk.layered.spacing.nodeNodeBetweenLayers': '88',
          'elk.layered.spacing.edgeNodeBetweenLayers': '14',
          // Large pictures are folded afterwards: exact heights inside a layer would be work for nothing.
          'elk.layered.thoroughness': many ? '1' : '7',
          'elk.layered.nodePlacement.strategy': many ? 'SIMPLE' : 'BRANDES_KOEPF',
          ...(many ? { 'elk.layered.crossingMinimization.greedySwitch.type': 'OFF' } : {}),
          'elk.layered.compaction.connectedComponents': 'false',
        },
        children: ids.map((id) => ({ id, width: MAP_NODE.width, height: MAP_NODE.height })),
        edges: (many ? withoutHubs(wanted) : wanted).map(([from, to], i) => ({ id: `e${i}`, sources: [from], targets: [to] })),
      };
      const placed = await elk.layout(graph);
      return folded(new Map((placed.children ?? []).map((node) => [node.id, { x: node.x ?? 0, y: node.y ?? 0 }])));
    },
    stop: () => elk.terminateWorker(),
  };
}
