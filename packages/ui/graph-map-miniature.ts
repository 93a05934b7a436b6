import type { Frame, Places } from './graph-map-places.ts';
import { MAP_NODE } from './graph-map-plan.ts';
import type { Paint, Scene } from './graph-map-scene.ts';
import { boundsOf, type Size, type View } from './graph-map-view.ts';

const { width: W, height: H } = MAP_NODE;

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
