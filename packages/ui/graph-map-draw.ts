import { boundsOf, type Size, type View } from './graph-map-view.ts';
import { MAP_NODE, type Places } from './graph-map-places.ts';

export interface MapNode {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  /** Place in the series of data colours, 1 to 8; none is grey. */
  readonly colour?: number;
  readonly self?: boolean;
  /** Named by someone, but not there: dashed. */
  readonly missing?: boolean;
}

export interface MapEdge {
  readonly from: string;
  readonly to: string;
  readonly dashed?: boolean;
}

/** Colours of the theme, read once for each change of it. */
export interface Paint {
  readonly canvas: string;
  readonly surface: string;
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

export interface Scene {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly places: Places;
  readonly chosen: string | undefined;
  /** These stand out, the others step back; none: all are equal. */
  readonly lit: ReadonlySet<string> | undefined;
}

const { width: W, height: H } = MAP_NODE;
const FAR = 0.28;
const NEAR = 0.55;
/** From so many edges on, they are a texture: drawn fast rather than fine. */
const CROWDED = 600;

function curve(path: CanvasRenderingContext2D | Path2D, from: { x: number; y: number }, to: { x: number; y: number }): void {
  const forward = to.x >= from.x + W;
  const x1 = from.x + W;
  const y1 = from.y + H / 2;
  const x2 = to.x;
  const y2 = to.y + H / 2;
  const bend = forward ? Math.max(24, (x2 - x1) / 2) : 80;
  path.moveTo(x1, y1);
  path.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
}

function arrow(path: CanvasRenderingContext2D, to: { x: number; y: number }): void {
  const x = to.x;
  const y = to.y + H / 2;
  path.moveTo(x - 6, y - 4);
  path.lineTo(x, y);
  path.lineTo(x - 6, y + 4);
}

/** The text as far as it fits beside the mark of a node, measured once. */
function fits(ctx: CanvasRenderingContext2D, text: string, cuts: Map<string, string>): string {
  const key = `${ctx.font} ${text}`;
  const known = cuts.get(key);
  if (known !== undefined) return known;
  const found = cut(ctx, text, W - 32);
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
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = paint.canvas;
  ctx.fillRect(0, 0, size.width, size.height);
  const crowded = scene.edges.length > CROWDED;
  if (view.k > 0.5 && !crowded) {
    ctx.fillStyle = paint.dots;
    const step = 16 * view.k;
    for (let x = view.x % step; x < size.width; x += step) for (let y = view.y % step; y < size.height; y += step) ctx.fillRect(x, y, 1, 1);
  }
  ctx.setTransform(ratio * view.k, 0, 0, ratio * view.k, ratio * view.x, ratio * view.y);
  const left = -view.x / view.k;
  const top = -view.y / view.k;
  const right = left + size.width / view.k;
  const bottom = top + size.height / view.k;
  const seen = (place: { x: number; y: number }) => place.x + W > left && place.x < right && place.y + H > top && place.y < bottom;

  const strokes = (bright: boolean) => {
    ctx.beginPath();
    for (const edge of scene.edges) {
      const from = places.get(edge.from);
      const to = places.get(edge.to);
      if (from === undefined || to === undefined) continue;
      if ((lit !== undefined && lit.has(edge.from) && lit.has(edge.to)) !== bright) continue;
      if (Math.max(from.x, to.x) + W < left || Math.min(from.x, to.x) > right) continue;
      if (Math.max(from.y, to.y) + H < top || Math.min(from.y, to.y) > bottom) continue;
      if (crowded && !bright) {
        // Hairlines from side to side: a browser draws thousands of them in the time of a hundred curves.
        ctx.moveTo(from.x + W, from.y + H / 2);
        ctx.lineTo(to.x, to.y + H / 2);
        continue;
      }
      curve(ctx, from, to);
      if (view.k > 0.4) arrow(ctx, to);
    }
    ctx.strokeStyle = bright ? paint.text : paint.line;
    ctx.globalAlpha = bright ? 0.9 : lit === undefined ? (view.k < FAR ? 0.45 : 0.8) : 0.18;
    ctx.lineWidth = crowded && !bright ? 0.8 / view.k : (bright ? 1.5 : 1.25) / Math.max(view.k, 0.35);
    ctx.stroke();
  };
  strokes(false);
  if (lit !== undefined) strokes(true);

  const name = `530 12.5px ${paint.font}`;
  const note = `420 12px ${paint.font}`;
  ctx.textBaseline = 'middle';
  for (const node of scene.nodes) {
    const place = places.get(node.id);
    if (place === undefined || !seen(place)) continue;
    const colour = node.colour === undefined ? paint.faint : (paint.viz[node.colour - 1] ?? paint.faint);
    ctx.globalAlpha = lit === undefined || lit.has(node.id) ? 1 : 0.3;
    ctx.beginPath();
    ctx.roundRect(place.x, place.y, W, H, 6);
    if (view.k < FAR) {
      ctx.fillStyle = colour;
      ctx.fill();
    } else {
      ctx.fillStyle = paint.surface;
      ctx.fill();
      ctx.strokeStyle = node.self ? paint.ink : paint.border;
      ctx.lineWidth = node.self ? 2 : 1;
      if (node.missing) ctx.setLineDash([4, 3]);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.fillStyle = colour;
      ctx.beginPath();
      ctx.roundRect(place.x + 8, place.y + 8, 4, H - 16, 2);
      ctx.fill();
      ctx.fillStyle = paint.text;
      ctx.font = name;
      if (view.k >= NEAR) {
        ctx.fillText(fits(ctx, node.label, paint.cuts), place.x + 20, place.y + 13);
        ctx.fillStyle = paint.faint;
        ctx.font = note;
        ctx.fillText(fits(ctx, node.note, paint.cuts), place.x + 20, place.y + 28);
      } else {
        ctx.font = `530 16px ${paint.font}`;
        ctx.fillText(fits(ctx, node.label, paint.cuts), place.x + 20, place.y + H / 2 + 1);
      }
    }
    if (node.id === scene.chosen) {
      const off = 3 / Math.max(view.k, 0.3);
      ctx.globalAlpha = 1;
      ctx.strokeStyle = paint.accent;
      ctx.lineWidth = 2 / Math.max(view.k, 0.3);
      ctx.beginPath();
      ctx.roundRect(place.x - off, place.y - off, W + 2 * off, H + 2 * off, 6 + off);
      ctx.stroke();
    }
  }
  ctx.globalAlpha = 1;
}

/** How the small map stands for the large one. */
export function miniature(places: Places, size: Size): { k: number; x: number; y: number } {
  const bounds = boundsOf(places);
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
  const to = miniature(scene.places, small);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = paint.surface;
  ctx.fillRect(0, 0, small.width, small.height);
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
