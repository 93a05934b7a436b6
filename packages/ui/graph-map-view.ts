import type { Frame, Places, Rectangle } from './graph-map-places.ts';
import { MAP_NODE } from './graph-map-plan.ts';

/** What part of the plane is seen: a point of it stands at `k · point + (x, y)` in the window. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const SMALLEST = 0.04;
export const LARGEST = 2;

/** The rectangle around all nodes and frames. */
export function boundsOf(places: Places, frames: readonly Frame[] = []): Rectangle {
  if (places.size === 0) return { x: 0, y: 0, width: MAP_NODE.width, height: MAP_NODE.height };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of places.values()) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + MAP_NODE.width);
    bottom = Math.max(bottom, y + MAP_NODE.height);
  }
  for (const { x, y, width, height } of frames) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Everything is seen, never larger than life. */
export function fitted(bounds: Rectangle, size: Size, room = 32): View {
  const k = Math.max(SMALLEST, Math.min(1, (size.width - 2 * room) / bounds.width, (size.height - 2 * room) / bounds.height));
  return { k, x: (size.width - bounds.width * k) / 2 - bounds.x * k, y: (size.height - bounds.height * k) / 2 - bounds.y * k };
}

/** Closer or further, while the point under the pointer stays where it is. */
export function zoomed(view: View, factor: number, at: { x: number; y: number }): View {
  const k = Math.max(SMALLEST, Math.min(LARGEST, view.k * factor));
  const by = k / view.k;
  return { k, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by };
}

/** The node in the middle of the window. */
export function centred(view: View, place: { x: number; y: number }, size: Size, k = view.k): View {
  return { k, x: size.width / 2 - (place.x + MAP_NODE.width / 2) * k, y: size.height / 2 - (place.y + MAP_NODE.height / 2) * k };
}

/** Moves only as far as it must for the node to be seen with some room. */
export function shown(view: View, place: { x: number; y: number }, size: Size, room = 48): View {
  const left = place.x * view.k + view.x;
  const top = place.y * view.k + view.y;
  const right = left + MAP_NODE.width * view.k;
  const bottom = top + MAP_NODE.height * view.k;
  const dx = left < room ? room - left : right > size.width - room ? size.width - room - right : 0;
  const dy = top < room ? room - top : bottom > size.height - room ? size.height - room - bottom : 0;
  return dx === 0 && dy === 0 ? view : { ...view, x: view.x + dx, y: view.y + dy };
}

/** The node under a point of the window. */
export function nodeAt(places: Places, view: View, at: { x: number; y: number }): string | undefined {
  const x = (at.x - view.x) / view.k;
  const y = (at.y - view.y) / view.k;
  // Small nodes are still easy to hit.
  const more = view.k < 0.4 ? 3 / view.k : 0;
  for (const [id, place] of places)
    if (x >= place.x - more && x <= place.x + MAP_NODE.width + more && y >= place.y - more && y <= place.y + MAP_NODE.height + more)
      return id;
  return undefined;
}

export type Arrow = 'ArrowRight' | 'ArrowLeft' | 'ArrowUp' | 'ArrowDown';

/** Where an arrow key leads: right and left along edges, to the nearest in height; up and down in the same layer. */
export function stepFrom(
  id: string,
  arrow: Arrow,
  places: Places,
  edges: readonly { readonly from: string; readonly to: string }[],
): string | undefined {
  const here = places.get(id);
  if (here === undefined) return undefined;
  const nearest = (ids: readonly string[], far: (place: { x: number; y: number }) => number): string | undefined =>
    ids
      .filter((other) => other !== id)
      .map((other) => ({ other, place: places.get(other) }))
      .flatMap(({ other, place }) => (place === undefined ? [] : [{ other, way: far(place) }]))
      .toSorted((a, b) => a.way - b.way)[0]?.other;
  if (arrow === 'ArrowRight')
    return nearest(
      edges.filter((edge) => edge.from === id).map((edge) => edge.to),
      (place) => Math.abs(place.y - here.y),
    );
  if (arrow === 'ArrowLeft')
    return nearest(
      edges.filter((edge) => edge.to === id).map((edge) => edge.from),
      (place) => Math.abs(place.y - here.y),
    );
  const down = arrow === 'ArrowDown';
  const beside = [...places].filter(
    ([, place]) => (down ? place.y > here.y : place.y < here.y) && Math.abs(place.x - here.x) < MAP_NODE.width,
  );
  return nearest(
    beside.map(([other]) => other),
    (place) => Math.abs(place.y - here.y) + Math.abs(place.x - here.x) / 4,
  );
}
