import { direct, type Line } from './graph-map-places.ts';
import { MAP_NODE, type Point } from './graph-map-plan.ts';
import type { Scene } from './graph-map-scene.ts';

const { width: W, height: H } = MAP_NODE;

/** A soft line through its points: it bends where it goes around a node. */
export function trace(
  path: Pick<CanvasRenderingContext2D, 'moveTo' | 'lineTo' | 'bezierCurveTo' | 'quadraticCurveTo'>,
  points: readonly Point[],
): void {
  const [first, second, ...rest] = points;
  if (first === undefined || second === undefined) return;
  path.moveTo(first.x, first.y);
  if (rest.length === 0) {
    const bend = (second.x - first.x) / 2;
    if (Math.abs(bend) < 12) path.lineTo(second.x, second.y);
    else path.bezierCurveTo(first.x + bend, first.y, second.x - bend, second.y, second.x, second.y);
    return;
  }
  for (let i = 1; i < points.length - 1; i++) {
    const [before, here, next] = [points[i - 1] ?? first, points[i] ?? first, points[i + 1] ?? first];
    // Only the corner is round: a wider bend would run through the node that the line goes around.
    const [into, out] = [towards(here, before), towards(here, next)];
    path.lineTo(into.x, into.y);
    path.quadraticCurveTo(here.x, here.y, out.x, out.y);
  }
  const last = points.at(-1) ?? second;
  path.lineTo(last.x, last.y);
}

/** A little way from a corner towards a neighbour, at most half of it. */
function towards(corner: Point, other: Point): Point {
  const far = Math.hypot(other.x - corner.x, other.y - corner.y);
  const by = far === 0 ? 0 : Math.min(18, far / 2) / far;
  return { x: corner.x + (other.x - corner.x) * by, y: corner.y + (other.y - corner.y) * by };
}

/** The open arrow at the end of a line, as three points. */
export function arrowOf(points: readonly Point[]): readonly [Point, Point, Point] | undefined {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return undefined;
  // A line of two points ends level, as its curve does.
  const level = points.length === 2 && Math.abs(tip.x - before.x) >= 24;
  const angle = level ? (tip.x > before.x ? 0 : Math.PI) : Math.atan2(tip.y - before.y, tip.x - before.x);
  const side = (by: number): Point => ({ x: tip.x - 7 * Math.cos(angle + by), y: tip.y - 7 * Math.sin(angle + by) });
  return [side(0.55), tip, side(-0.55)];
}

export function arrowTo(ctx: CanvasRenderingContext2D, points: readonly Point[]): void {
  const arrow = arrowOf(points);
  if (arrow === undefined) return;
  ctx.moveTo(arrow[0].x, arrow[0].y);
  ctx.lineTo(arrow[1].x, arrow[1].y);
  ctx.lineTo(arrow[2].x, arrow[2].y);
}

/** The point in the middle of a line. */
export function middleOf(points: readonly Point[]): Point {
  const half = (points.length - 1) / 2;
  const a = points[Math.floor(half)] ?? { x: 0, y: 0 };
  const b = points[Math.ceil(half)] ?? a;
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** The lines of one node's relations, each by itself; what the picture draws as a line of its own keeps its way. */
export function ownLines(scene: Pick<Scene, 'nodes' | 'edges' | 'lines' | 'places' | 'lit' | 'centre'>): readonly (readonly Point[])[] {
  const { lit, centre, places } = scene;
  if (lit === undefined) return [];
  const drawn = new Map<string, Line>();
  const groups = new Map(scene.nodes.map((node) => [node.id, node.group]));
  for (const line of scene.lines) if (line.edges === 1) drawn.set(`${line.from} ${line.to}`, line);
  return scene.edges.flatMap((edge) => {
    if (!lit.has(edge.from) || !lit.has(edge.to)) return [];
    if (centre !== undefined && edge.from !== centre && edge.to !== centre) return [];
    // The frame says it.
    if (groups.get(edge.from) === edge.to) return [];
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const box = (at: Point) => ({ ...at, width: W, height: H });
    return [drawn.get(`${edge.from} ${edge.to}`)?.points ?? direct(box(from), box(to))];
  });
}

/** Whether nothing of a line can be in sight: all its points are beyond one side. */
export const outside = (points: readonly Point[], left: number, top: number, right: number, bottom: number): boolean =>
  points.every(({ x }) => x < left) ||
  points.every(({ x }) => x > right) ||
  points.every(({ y }) => y < top) ||
  points.every(({ y }) => y > bottom);
