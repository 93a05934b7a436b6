import { MAP_NODE, type Point } from './graph-map-plan.ts';
import type { MapNode, Paint, Scene } from './graph-map-scene.ts';
import { fits } from './graph-map-text.ts';

const { width: W, height: H } = MAP_NODE;
/** Below this scale a node is a patch of its colour. */
export const FAR = 0.28;
/** From this scale on a node shows its icon and its note. */
export const NEAR = 0.55;

/** One node, as much of it as can be read at this scale. */
export function drawNode(ctx: CanvasRenderingContext2D, node: MapNode, place: Point, k: number, paint: Paint, icons: Scene['icons']): void {
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
