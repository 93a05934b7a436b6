/** Decisions before and after nodes are placed in layers: what stands together, and where groups go. */

export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const MAP_NODE = { width: 168, height: 40 } as const;
/** Between neighbours of a grid. */
export const GAP = { x: 24, y: 12 } as const;
/** Around what stands in a frame. */
export const INSET = 14;

type Edge = readonly [from: string, to: string];

/** From so many on, nodes that say the same stand in a block with one line. */
const ALIKE = 6;
/** A node with more lines than this is looked at by itself. */
const FEW = 3;

/**
 * Nodes with the very same neighbours: three hundred services that need one queue are one block with one line, not three hundred lines.
 * Nodes without any line are alike, too, as far as they are of one sort. The answer names the nodes of each block, in the order they came.
 */
export function blocksOf(
  ids: readonly string[],
  edges: readonly Edge[],
  sortOf: (id: string) => string = () => '',
): readonly (readonly string[])[] {
  const ends = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const [from, to] of edges) {
    ends.get(from)?.push(`> ${to}`);
    ends.get(to)?.push(`< ${from}`);
  }
  const alike = Map.groupBy(
    ids.filter((id) => (ends.get(id)?.length ?? 0) <= FEW),
    (id) => `${sortOf(id)}\n${(ends.get(id) ?? []).toSorted().join('\n')}`,
  );
  return [...alike.values()].filter((block) => block.length >= ALIKE);
}

/** A block as rows and columns, read from top to bottom, about as wide as `aspect` times its height. */
export function gridOf(
  count: number,
  aspect = 1.4,
): { readonly at: (i: number) => Point; readonly width: number; readonly height: number } {
  const width = MAP_NODE.width + GAP.x;
  const height = MAP_NODE.height + GAP.y;
  const rows = Math.max(1, Math.ceil(Math.sqrt((count * width) / height / aspect)));
  const columns = Math.ceil(count / rows);
  const lines = Math.ceil(count / columns);
  return {
    at: (i) => ({ x: Math.floor(i / lines) * width, y: (i % lines) * height }),
    width: columns * width - GAP.x,
    height: lines * height - GAP.y,
  };
}

/**
 * Boxes in rows, in the order they come, so that the whole is about `aspect` times as wide as high. Where everything needs everything,
 * layers would make a strip of one box each.
 */
export function rowsOf(boxes: readonly Box[], aspect = 1.6, gap = 72): ReadonlyMap<string, Point> {
  const area = boxes.reduce((sum, box) => sum + (box.width + gap) * (box.height + gap), 0);
  const widest = Math.max(...boxes.map((box) => box.width), Math.sqrt(area * aspect));
  const places = new Map<string, Point>();
  let [x, y, row] = [0, 0, 0];
  for (const box of boxes) {
    if (x > 0 && x + box.width > widest) [x, y, row] = [0, y + row + gap, 0];
    places.set(box.id, { x, y });
    x += box.width + gap;
    row = Math.max(row, box.height);
  }
  return places;
}

/**
 * Layers of hundreds of boxes make a picture that is a thread: each is cut into columns beside each other, read from top to bottom, so
 * that the whole is about as wide as it is high and every layer stays left of the next. Small pictures stay as they are.
 */
export function folded(boxes: readonly Box[], places: ReadonlyMap<string, Point>): ReadonlyMap<string, Point> | undefined {
  const size = new Map(boxes.map((box) => [box.id, box]));
  const layers: { end: number; ids: string[] }[] = [];
  for (const [id, { x }] of [...places].toSorted((a, b) => a[1].x - b[1].x)) {
    const end = x + (size.get(id)?.width ?? 0);
    const last = layers.at(-1);
    if (last === undefined || x >= last.end) layers.push({ end, ids: [id] });
    else {
      last.ids.push(id);
      last.end = Math.max(last.end, end);
    }
  }
  const heightOf = (id: string) => (size.get(id)?.height ?? 0) + GAP.y;
  const area = boxes.reduce((sum, box) => sum + (box.width + 72) * (box.height + GAP.y), 0);
  const most = Math.max(900, Math.sqrt(area / 1.4), ...boxes.map((box) => box.height + GAP.y));
  const tall = (ids: readonly string[]) => ids.reduce((sum, id) => sum + heightOf(id), 0);
  if (layers.every((layer) => tall(layer.ids) <= most * 1.5)) return undefined;
  const put = new Map<string, Point>();
  let x = 0;
  for (const { ids } of layers) {
    const order = ids.toSorted((a, b) => (places.get(a)?.y ?? 0) - (places.get(b)?.y ?? 0));
    const columns = Math.ceil(tall(order) / most);
    const each = tall(order) / columns;
    let [y, wide, column] = [0, 0, 0];
    for (const id of order) {
      if (y > 0 && y + heightOf(id) / 2 > each && column < columns - 1) {
        x += wide + GAP.x;
        [y, wide] = [0, 0];
        column++;
      }
      put.set(id, { x, y: y + (most - Math.min(each, most)) / 2 });
      y += heightOf(id);
      wide = Math.max(wide, size.get(id)?.width ?? 0);
    }
    x += wide + 96;
  }
  return put;
}
