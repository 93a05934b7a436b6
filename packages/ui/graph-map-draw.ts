import { arrowTo, middleOf, outside, ownLines, trace } from './graph-map-lines.ts';
import { drawNode, FAR, NEAR } from './graph-map-node.ts';
import type { Line } from './graph-map-places.ts';
import { MAP_NODE, type Point } from './graph-map-plan.ts';
import type { Paint, Scene } from './graph-map-scene.ts';
import { fits } from './graph-map-text.ts';
import type { Size, View } from './graph-map-view.ts';

const { width: W, height: H } = MAP_NODE;
/** Below this scale the name of a group stands above its frame, large. */
const HEADED = 0.4;
/** From so many lines on, they are a texture: drawn fast rather than fine. */
const CROWDED = 600;

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
