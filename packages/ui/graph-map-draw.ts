import type { IconType } from './icon.tsx';
import { direct, type Frame, type Line, type Placed, type Places } from './graph-map-places.ts';
import { MAP_NODE, type Point } from './graph-map-plan.ts';
import { boundsOf, type Size, type View } from './graph-map-view.ts';

export interface MapNode {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  /** Place in the series of data colours, 1 to 8; none is grey. */
  readonly colour?: number;
  readonly self?: boolean;
  /** Named by someone, but not there: dashed. */
  readonly missing?: boolean;
  readonly icon?: IconType;
  /** The group it stands in; a group that is itself a node heads its frame. */
  readonly group?: string | undefined;
  /** Nodes of different sorts are never one block, also when they have the same neighbours. */
  readonly sort?: string;
}

export interface MapEdge {
  readonly from: string;
  readonly to: string;
}

/** Colours of the theme, read once for each change of it. */
export interface Paint {
  readonly canvas: string;
  readonly surface: string;
  readonly inset: string;
  readonly hairline: string;
  readonly border: string;
  readonly line: string;
  readonly text: string;
  readonly faint: string;
  readonly ink: string;
  readonly accent: string;
  readonly dots: string;
  readonly viz: readonly string[];
  readonly font: string;
  /** Texts that were cut to fit, by font and text: measuring costs more than drawing. */
  readonly cuts: Map<string, string>;
}

export function paintOf(element: Element): Paint {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(`--p-${name}`).trim();
  return {
    canvas: of('canvas'),
    surface: of('surface'),
    inset: of('inset'),
    hairline: of('border'),
    border: of('border-strong'),
    line: of('border-control'),
    text: of('text'),
    faint: of('text-3'),
    ink: of('ink'),
    accent: of('accent'),
    dots: of('border-strong'),
    viz: Array.from({ length: 8 }, (_, i) => of(`viz-${i + 1}`)),
    font: of('font-sans'),
    cuts: new Map(),
  };
}

export interface Scene extends Placed {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly chosen: string | undefined;
  /** What the pointer or the choice is at: its lines are drawn one by one. */
  readonly centre: string | undefined;
  /** These stand out, the others step back; none: all are equal. */
  readonly lit: ReadonlySet<string> | undefined;
  /** Names of groups that are no nodes, and of those that are when the picture is small. */
  readonly groups: ReadonlyMap<string, string>;
  /** Lines of the icons. */
  readonly icons: ReadonlyMap<IconType, readonly Path2D[]>;
}

const { width: W, height: H } = MAP_NODE;
const FAR = 0.28;
const NEAR = 0.55;
const HEADED = 0.4;
/** From so many lines on, they are a texture: drawn fast rather than fine. */
const CROWDED = 600;

/** A soft line through its points: it bends where it goes around a node. */
function trace(
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

/** The lines of one node's relations, each by itself; what the picture draws as a line of its own keeps its way. */
function ownLines(scene: Pick<Scene, 'nodes' | 'edges' | 'lines' | 'places' | 'lit' | 'centre'>): readonly (readonly Point[])[] {
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

/** The text as far as it fits into the room, measured once. */
function fits(ctx: CanvasRenderingContext2D, text: string, cuts: Map<string, string>, room: number): string {
  const key = `${room} ${ctx.font} ${text}`;
  const known = cuts.get(key);
  if (known !== undefined) return known;
  const found = cut(ctx, text, room);
  cuts.set(key, found);
  return found;
}

/** The longest beginning of a text that fits, by halves. */
function cut(ctx: CanvasRenderingContext2D, text: string, room: number): string {
  if (ctx.measureText(text).width <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ctx.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}

/** Draws what the window shows; nodes outside it cost a comparison. */
export function drawMap(ctx: CanvasRenderingContext2D, scene: Scene, view: View, size: Size, paint: Paint, ratio: number): void {
  const { places, lit } = scene;
  const { k } = view;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = paint.canvas;
  ctx.fillRect(0, 0, size.width, size.height);
  const crowded = scene.lines.length > CROWDED;
  if (k > 0.5 && !crowded) {
    ctx.fillStyle = paint.dots;
    const step = 16 * k;
    for (let x = view.x % step; x < size.width; x += step) for (let y = view.y % step; y < size.height; y += step) ctx.fillRect(x, y, 1, 1);
  }
  ctx.setTransform(ratio * k, 0, 0, ratio * k, ratio * view.x, ratio * view.y);
  const left = -view.x / k;
  const top = -view.y / k;
  const right = left + size.width / k;
  const bottom = top + size.height / k;
  const seen = (place: Point) => place.x + W > left && place.x < right && place.y + H > top && place.y < bottom;

  drawFrames(ctx, scene, k, paint);

  ctx.strokeStyle = paint.line;
  const faint = lit === undefined ? (k < FAR ? 0.5 : 0.85) : 0.2;
  const far = 1 / Math.max(k, 0.35);
  // Lines of the same width are one stroke: thousands take the time of a hundred.
  const shown = scene.lines.filter(({ points }) => !outside(points, left, top, right, bottom));
  for (const [width, lines] of Map.groupBy(shown, (line) => (line.quiet ? 0 : Math.min(4, Math.ceil(Math.log2(line.edges + 1) / 2))))) {
    ctx.beginPath();
    for (const { points } of lines) {
      const [first, last] = [points[0], points.at(-1)];
      if (crowded && first !== undefined && last !== undefined) {
        ctx.moveTo(first.x, first.y);
        ctx.lineTo(last.x, last.y);
        continue;
      }
      trace(ctx, points);
      if (k > 0.3) arrowTo(ctx, points);
    }
    ctx.globalAlpha = width === 0 ? faint / 3 : faint;
    ctx.lineWidth = crowded || width === 0 ? 0.8 / k : (width + 0.25) * far;
    ctx.stroke();
  }
  if (lit !== undefined) {
    ctx.beginPath();
    for (const points of ownLines(scene)) {
      trace(ctx, points);
      if (k > 0.3) arrowTo(ctx, points);
    }
    ctx.strokeStyle = paint.text;
    ctx.globalAlpha = 0.9;
    ctx.lineWidth = 1.5 * far;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
  if (k >= NEAR) drawSums(ctx, shown, lit === undefined ? 1 : 0.3, paint);

  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const node of scene.nodes) {
    const place = places.get(node.id);
    if (place === undefined || !seen(place)) continue;
    ctx.globalAlpha = lit === undefined || lit.has(node.id) ? 1 : 0.3;
    drawNode(ctx, node, place, k, paint, scene.icons);
    if (node.id === scene.chosen) {
      const off = 3 / Math.max(k, 0.3);
      ctx.globalAlpha = 1;
      ctx.strokeStyle = paint.accent;
      ctx.lineWidth = 2 / Math.max(k, 0.3);
      ctx.beginPath();
      ctx.roundRect(place.x - off, place.y - off, W + 2 * off, H + 2 * off, 6 + off);
      ctx.stroke();
    }
  }
  ctx.globalAlpha = 1;
}

function drawNode(ctx: CanvasRenderingContext2D, node: MapNode, place: Point, k: number, paint: Paint, icons: Scene['icons']): void {
  const colour = node.colour === undefined ? paint.faint : (paint.viz[node.colour - 1] ?? paint.faint);
  ctx.beginPath();
  ctx.roundRect(place.x, place.y, W, H, 6);
  if (k < FAR) {
    ctx.fillStyle = colour;
    ctx.fill();
    return;
  }
  ctx.fillStyle = paint.surface;
  ctx.fill();
  ctx.strokeStyle = node.self ? paint.ink : paint.border;
  ctx.lineWidth = node.self ? 2 : 1;
  if (node.missing) ctx.setLineDash([4, 3]);
  ctx.stroke();
  ctx.setLineDash([]);
  const icon = k >= NEAR && node.icon !== undefined ? icons.get(node.icon) : undefined;
  if (icon === undefined) {
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.roundRect(place.x + 8, place.y + 8, 4, H - 16, 2);
    ctx.fill();
  } else {
    ctx.save();
    ctx.translate(place.x + 10, place.y + 12);
    ctx.scale(16 / 24, 16 / 24);
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2;
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    for (const line of icon) ctx.stroke(line);
    ctx.restore();
  }
  const indent = icon === undefined ? 20 : 34;
  ctx.fillStyle = paint.text;
  if (k >= NEAR) {
    ctx.font = `530 12.5px ${paint.font}`;
    ctx.fillText(fits(ctx, node.label, paint.cuts, W - indent - 10), place.x + indent, place.y + 13);
    ctx.fillStyle = paint.faint;
    ctx.font = `420 12px ${paint.font}`;
    ctx.fillText(fits(ctx, node.note, paint.cuts, W - indent - 10), place.x + indent, place.y + 28);
  } else {
    ctx.font = `530 18px ${paint.font}`;
    ctx.fillText(fits(ctx, node.label, paint.cuts, W - indent - 8), place.x + indent, place.y + H / 2 + 1);
  }
}

/** Boxes around groups and blocks; the names of groups keep their size when the picture gets small. */
function drawFrames(ctx: CanvasRenderingContext2D, scene: Scene, k: number, paint: Paint): void {
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'left';
  for (const frame of scene.frames) {
    ctx.beginPath();
    ctx.roundRect(frame.x, frame.y, frame.width, frame.height, 10);
    if (frame.group !== undefined) {
      ctx.fillStyle = paint.inset;
      ctx.fill();
    }
    ctx.strokeStyle = frame.group === undefined ? paint.hairline : paint.border;
    ctx.lineWidth = 1 / Math.max(k, 0.3);
    ctx.stroke();
    if (frame.group === undefined) continue;
    const name = scene.groups.get(frame.group) ?? '';
    ctx.fillStyle = paint.text;
    // Once the head of its frame can be read, the name is there.
    if (scene.places.has(frame.group) ? k < HEADED : k < NEAR) {
      const px = Math.min(13 / k, 76);
      ctx.font = `620 ${px}px ${paint.font}`;
      ctx.fillText(fits(ctx, name, paint.cuts, frame.width), frame.x, frame.y - px * 0.35);
    } else if (!scene.places.has(frame.group)) {
      ctx.font = `620 13px ${paint.font}`;
      ctx.fillText(fits(ctx, name, paint.cuts, frame.width - 28), frame.x + 14, frame.y + 26);
    }
  }
}

/** How many relations a line stands for, in its middle. */
function drawSums(ctx: CanvasRenderingContext2D, lines: readonly Line[], alpha: number, paint: Paint): void {
  ctx.font = `530 11px ${paint.font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.globalAlpha = alpha;
  for (const { points, edges } of lines) {
    if (edges < 2) continue;
    const at = middleOf(points);
    const text = String(edges);
    const width = ctx.measureText(text).width + 10;
    ctx.fillStyle = paint.canvas;
    ctx.beginPath();
    ctx.roundRect(at.x - width / 2, at.y - 8, width, 16, 8);
    ctx.fill();
    ctx.fillStyle = paint.faint;
    ctx.fillText(text, at.x, at.y + 0.5);
  }
  ctx.globalAlpha = 1;
}

/** The point in the middle of a line. */
export function middleOf(points: readonly Point[]): Point {
  const half = (points.length - 1) / 2;
  const a = points[Math.floor(half)] ?? { x: 0, y: 0 };
  const b = points[Math.ceil(half)] ?? a;
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function arrowTo(ctx: CanvasRenderingContext2D, points: readonly Point[]): void {
  const arrow = arrowOf(points);
  if (arrow === undefined) return;
  ctx.moveTo(arrow[0].x, arrow[0].y);
  ctx.lineTo(arrow[1].x, arrow[1].y);
  ctx.lineTo(arrow[2].x, arrow[2].y);
}

const outside = (points: readonly Point[], left: number, top: number, right: number, bottom: number): boolean =>
  points.every(({ x }) => x < left) ||
  points.every(({ x }) => x > right) ||
  points.every(({ y }) => y < top) ||
  points.every(({ y }) => y > bottom);

/** How the small map stands for the large one. */
export function miniature(places: Places, frames: readonly Frame[], size: Size): { k: number; x: number; y: number } {
  const bounds = boundsOf(places, frames);
  const k = Math.min((size.width - 12) / bounds.width, (size.height - 12) / bounds.height, 0.2);
  return { k, x: (size.width - bounds.width * k) / 2 - bounds.x * k, y: (size.height - bounds.height * k) / 2 - bounds.y * k };
}

/** Draws everything small, with a frame around what the window shows. */
export function drawMiniature(
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  size: Size,
  small: Size,
  paint: Paint,
  ratio: number,
): void {
  const to = miniature(scene.places, scene.frames, small);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = paint.surface;
  ctx.fillRect(0, 0, small.width, small.height);
  ctx.fillStyle = paint.inset;
  for (const frame of scene.frames)
    if (frame.group !== undefined) ctx.fillRect(frame.x * to.k + to.x, frame.y * to.k + to.y, frame.width * to.k, frame.height * to.k);
  for (const node of scene.nodes) {
    const place = scene.places.get(node.id);
    if (place === undefined) continue;
    ctx.globalAlpha = scene.lit === undefined || scene.lit.has(node.id) ? 1 : 0.25;
    ctx.fillStyle = node.colour === undefined ? paint.faint : (paint.viz[node.colour - 1] ?? paint.faint);
    ctx.fillRect(place.x * to.k + to.x, place.y * to.k + to.y, Math.max(2, W * to.k), Math.max(1.5, H * to.k));
  }
  ctx.globalAlpha = 1;
  ctx.strokeStyle = paint.accent;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(
    (-view.x / view.k) * to.k + to.x,
    (-view.y / view.k) * to.k + to.y,
    (size.width / view.k) * to.k,
    (size.height / view.k) * to.k,
  );
}
