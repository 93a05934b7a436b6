import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { blocksOf, folded, gridOf, INSET, MAP_NODE, rowsOf, type Box, type Point } from './graph-map-plan.ts';

/** Where nodes stand, by their id: top-left corners. */
export type Places = ReadonlyMap<string, Point>;

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** A box around nodes that belong together: a group with a name, or a block of nodes that are alike. */
export interface Frame extends Rectangle {
  /** The group's id; a block has none. */
  readonly group: string | undefined;
}

/** A line of the picture; `edges` is how many relations it stands for. */
export interface Line {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
  readonly edges: number;
  /** It has no way of its own between the boxes, and stays in the background. */
  readonly quiet?: boolean;
}

export interface Placed {
  readonly places: Places;
  readonly frames: readonly Frame[];
  readonly lines: readonly Line[];
}

export interface PlacesWanted {
  readonly ids: readonly string[];
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** The group of a node. A group that is a node itself heads its frame. */
  readonly groupOf: ReadonlyMap<string, string>;
  /** What is of another sort is never in the same block. */
  readonly sortOf: ReadonlyMap<string, string>;
}

/** Beyond this the order inside layers is good enough after one look. */
const MANY = 250;
/** A node with more edges than this says nothing about where they stand. */
const HUB = 30;
/** Room for the name of a group that is no node. */
const TITLE = 28;

type Edge = PlacesWanted['edges'][number];

/** Some edges of a hub are enough to place it; a system of hundreds would pull all its parts together otherwise, and take seconds. */
function withoutHubs(edges: readonly Edge[]): readonly Edge[] {
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

type Lay = (graph: ElkNode) => Promise<ElkNode>;

/** Boxes in layers from left to right, with lines that go around them. */
async function layered(lay: Lay, boxes: readonly Box[], edges: readonly Edge[]): Promise<{ at: Places; routes: Map<string, Point[]> }> {
  const many = boxes.length > MANY;
  const placed = await lay({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.edgeRouting': 'POLYLINE',
      'elk.aspectRatio': '1.5',
      'elk.spacing.nodeNode': '16',
      'elk.spacing.edgeNode': '12',
      'elk.spacing.edgeEdge': '8',
      'elk.spacing.componentComponent': '40',
      'elk.layered.spacing.nodeNodeBetweenLayers': '88',
      'elk.layered.spacing.edgeNodeBetweenLayers': '16',
      'elk.layered.thoroughness': many ? '1' : '7',
      'elk.layered.nodePlacement.strategy': many ? 'SIMPLE' : 'BRANDES_KOEPF',
      ...(many ? { 'elk.layered.crossingMinimization.greedySwitch.type': 'OFF' } : {}),
    },
    children: boxes.map((box) => ({ ...box })),
    edges: (many ? withoutHubs(edges) : edges).map(([from, to]) => ({ id: `${from} ${to}`, sources: [from], targets: [to] })),
  });
  return {
    at: new Map((placed.children ?? []).map((node) => [node.id, { x: node.x ?? 0, y: node.y ?? 0 }])),
    routes: new Map(
      (placed.edges ?? []).flatMap((edge) => {
        const [section] = edge.sections ?? [];
        return section === undefined ? [] : [[edge.id, [section.startPoint, ...(section.bendPoints ?? []), section.endPoint]] as const];
      }),
    ),
  };
}

interface Unit {
  readonly places: Map<string, Point>;
  readonly frames: Frame[];
  readonly lines: Line[];
  readonly width: number;
  readonly height: number;
}

/** Places boxes that stand beside each other; plain nodes that are alike come as one block. */
async function unitOf(
  lay: Lay,
  boxes: readonly Box[],
  edges: readonly Edge[],
  plain: ReadonlySet<string>,
  sortOf: ReadonlyMap<string, string>,
): Promise<Unit> {
  const ids = boxes.map((box) => box.id);
  const inside = new Set(ids);
  const counts = new Map<string, number>();
  const own: Edge[] = [];
  for (const edge of edges) {
    const [from, to] = edge;
    if (from === to || !inside.has(from) || !inside.has(to)) continue;
    const key = `${from} ${to}`;
    if (!counts.has(key)) own.push(edge);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const blocks = blocksOf(
    ids.filter((id) => plain.has(id)),
    own,
    (id) => sortOf.get(id) ?? '',
  );
  const blockOf = new Map(blocks.flatMap((block) => block.map((id) => [id, block] as const)));
  const grids = new Map(blocks.map((block) => [block[0] ?? '', { block, grid: gridOf(block.length) }]));
  const stands = (id: string): string => blockOf.get(id)?.[0] ?? id;
  const merged: Box[] = boxes
    .filter((box) => stands(box.id) === box.id)
    .map((box) => {
      const grid = grids.get(box.id)?.grid;
      return grid === undefined ? box : { id: box.id, width: grid.width + 2 * INSET, height: grid.height + 2 * INSET };
    });
  const sums = new Map<string, { edge: Edge; edges: number }>();
  for (const [from, to] of own) {
    const edge: Edge = [stands(from), stands(to)];
    const key = edge.join(' ');
    const known = sums.get(key);
    const more = counts.get(`${from} ${to}`) ?? 1;
    if (known === undefined) sums.set(key, { edge, edges: more });
    else known.edges += more;
  }
  const between = [...sums.values()];
  const layers = await layered(
    lay,
    merged,
    between.map(({ edge }) => edge),
  );
  const fold = folded(merged, layers.at);
  const spread = fold ?? layers.at;
  const wide = Math.max(0, ...merged.map((box) => (spread.get(box.id)?.x ?? 0) + box.width));
  const tall = Math.max(0, ...merged.map((box) => (spread.get(box.id)?.y ?? 0) + box.height));
  // A strip of large boxes is put into rows, in its order.
  const strip = merged.length > 3 && wide > 3.2 * tall && merged.some((box) => !plain.has(box.id));
  const at = strip
    ? rowsOf(
        merged.toSorted((a, b) => (spread.get(a.id)?.x ?? 0) - (spread.get(b.id)?.x ?? 0)),
        1.6,
      )
    : spread;
  const size = new Map(merged.map((box) => [box.id, box]));
  const unit = { places: new Map<string, Point>(), frames: [] as Frame[], lines: [] as Line[] };
  for (const [id, place] of at) {
    const grid = grids.get(id);
    const box = size.get(id);
    if (grid === undefined || box === undefined) {
      unit.places.set(id, place);
      continue;
    }
    unit.frames.push({ group: undefined, ...place, width: box.width, height: box.height });
    grid.block.forEach((member, i) => {
      const cell = grid.grid.at(i);
      unit.places.set(member, { x: place.x + INSET + cell.x, y: place.y + INSET + cell.y });
    });
  }
  for (const { edge, edges: sum } of between) {
    const [from, to] = edge;
    const route = strip || fold !== undefined ? undefined : layers.routes.get(edge.join(' '));
    const points = route ?? direct(boxAt(at, size, from), boxAt(at, size, to));
    unit.lines.push({ from, to, points, edges: sum, ...(strip ? { quiet: true } : {}) });
  }
  const ends = [...at].map(([id, place]) => ({ x: place.x + (size.get(id)?.width ?? 0), y: place.y + (size.get(id)?.height ?? 0) }));
  return { ...unit, width: Math.max(0, ...ends.map(({ x }) => x)), height: Math.max(0, ...ends.map(({ y }) => y)) };
}

const boxAt = (at: Places, size: ReadonlyMap<string, Box>, id: string): Rectangle => ({
  ...(at.get(id) ?? { x: 0, y: 0 }),
  width: size.get(id)?.width ?? MAP_NODE.width,
  height: size.get(id)?.height ?? MAP_NODE.height,
});

/** From the side of one box to the nearest side of another. */
export function direct(from: Rectangle, to: Rectangle): readonly Point[] {
  const [fromMiddle, toMiddle] = [from.y + from.height / 2, to.y + to.height / 2];
  if (to.x >= from.x + from.width)
    return [
      { x: from.x + from.width, y: fromMiddle },
      { x: to.x, y: toMiddle },
    ];
  if (from.x >= to.x + to.width)
    return [
      { x: from.x, y: fromMiddle },
      { x: to.x + to.width, y: toMiddle },
    ];
  const below = to.y > from.y;
  return [
    { x: from.x + from.width / 2, y: below ? from.y + from.height : from.y },
    { x: to.x + to.width / 2, y: below ? to.y : to.y + to.height },
  ];
}

/** Places a graph: each group by itself, then the groups and what stands alone beside each other. */
export async function placeGraph(lay: Lay, { ids, edges, groupOf, sortOf }: PlacesWanted): Promise<Placed> {
  const known = new Set(ids);
  const members = Map.groupBy(
    ids.filter((id) => groupOf.has(id) && groupOf.get(id) !== id),
    (id) => groupOf.get(id) ?? '',
  );
  const framed = new Map([...members].filter(([group, held]) => held.length > 1 || (held.length === 1 && known.has(group))));
  const top = (id: string): string => {
    const group = groupOf.get(id);
    return group !== undefined && framed.has(group) ? group : id;
  };
  const node = (id: string): Box => ({ id, ...MAP_NODE });
  const units = new Map<string, Unit>();
  const frames = new Map<string, Box>();
  for (const [group, held] of framed) {
    // The order of words within a group: what needs nothing in it stands as a block that is read like a list.
    const unit = await unitOf(lay, held.map(node), edges, new Set(held), sortOf); // oxlint-disable-line no-await-in-loop -- one worker, one after the other
    units.set(group, unit);
    frames.set(group, {
      id: group,
      width: Math.max(unit.width, MAP_NODE.width) + 2 * INSET,
      height: unit.height + headOf(group, known) + 2 * INSET,
    });
  }
  const alone = ids.filter((id) => top(id) === id && !framed.has(id));
  const whole = await unitOf(
    lay,
    [...alone.map(node), ...frames.values()],
    edges.map(([from, to]): Edge => [top(from), top(to)]),
    new Set(alone),
    sortOf,
  );
  const placed = { places: whole.places, frames: whole.frames, lines: [] as Line[] };
  for (const [group, unit] of units) {
    const corner = whole.places.get(group) ?? { x: 0, y: 0 };
    const box = frames.get(group);
    placed.frames.push({ group, ...corner, width: box?.width ?? 0, height: box?.height ?? 0 });
    if (known.has(group)) placed.places.set(group, { x: corner.x + INSET, y: corner.y + INSET });
    else placed.places.delete(group);
    const by = { x: corner.x + INSET, y: corner.y + INSET + headOf(group, known) };
    const moved = ({ x, y }: Point): Point => ({ x: x + by.x, y: y + by.y });
    for (const [id, place] of unit.places) placed.places.set(id, moved(place));
    for (const frame of unit.frames) placed.frames.push({ ...frame, ...moved(frame) });
    for (const line of unit.lines) placed.lines.push({ ...line, points: line.points.map(moved) });
  }
  placed.lines.push(...whole.lines);
  return placed;
}

const headOf = (group: string, known: ReadonlySet<string>): number => (known.has(group) ? MAP_NODE.height + 20 : TITLE);

/** Places graphs off the main thread. `place` may be called again; `stop` ends the worker. */
export interface Placing {
  place(wanted: PlacesWanted): Promise<Placed>;
  stop(): void;
}

/** Starts the worker that places graphs; its code is fetched when it is first needed. */
export async function startPlacing(): Promise<Placing> {
  const [{ default: Elk }, { default: address }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new Elk({ workerFactory: () => new Worker(address) });
  return { place: (wanted) => placeGraph((graph) => elk.layout(graph), wanted), stop: () => elk.terminateWorker() };
}
