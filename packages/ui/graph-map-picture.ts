import { drawMap } from './graph-map-draw.ts';
import { arrowOf, middleOf } from './graph-map-lines.ts';
import type { Paint, Scene } from './graph-map-scene.ts';
import { MAP_NODE, type Point } from './graph-map-plan.ts';
import { boundsOf } from './graph-map-view.ts';

/** Around the picture. */
const MARGIN = 40;
/** Browsers do not make canvases of more pixels on a side. */
const LARGEST = 8000;

/** The whole graph as a picture of pixels, twice as fine as the screen where that fits. */
export async function pngOf(scene: Scene, paint: Paint): Promise<Blob> {
  const bounds = boundsOf(scene.places, scene.frames);
  const width = bounds.width + 2 * MARGIN;
  const height = bounds.height + 2 * MARGIN;
  const k = Math.min(2, LARGEST / width, LARGEST / height);
  const canvas = new OffscreenCanvas(Math.ceil(width * k), Math.ceil(height * k));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('The browser gives no canvas.');
  // The drawing is the screen's; only its size is another one.
  drawMap(
    context as unknown as CanvasRenderingContext2D,
    scene,
    { k, x: (MARGIN - bounds.x) * k, y: (MARGIN - bounds.y) * k },
    { width: width * k, height: height * k },
    paint,
    1,
  );
  return canvas.convertToBlob({ type: 'image/png' });
}

/** The whole graph as a drawing that stays sharp and can be searched and edited. */
export function svgOf(scene: Scene, paint: Paint): Blob {
  const bounds = boundsOf(scene.places, scene.frames);
  const parts: string[] = [];
  for (const frame of scene.frames) {
    parts.push(
      `<rect x="${n(frame.x)}" y="${n(frame.y)}" width="${n(frame.width)}" height="${n(frame.height)}" rx="10" fill="${frame.group === undefined ? 'none' : paint.inset}" stroke="${frame.group === undefined ? paint.hairline : paint.border}"/>`,
    );
    if (frame.group !== undefined && !scene.places.has(frame.group))
      parts.push(text(frame.x + 14, frame.y + 26, 13, 620, paint.text, scene.groups.get(frame.group) ?? ''));
  }
  for (const line of scene.lines) {
    parts.push(`<path d="${pathOf(line.points)}" fill="none" stroke="${paint.line}" stroke-width="1.25"/>`);
    if (line.edges < 2) continue;
    const at = middleOf(line.points);
    parts.push(text(at.x, at.y + 4, 11, 530, paint.faint, String(line.edges), 'middle'));
  }
  const { width, height } = MAP_NODE;
  for (const node of scene.nodes) {
    const at = scene.places.get(node.id);
    if (at === undefined) continue;
    const colour = node.colour === undefined ? paint.faint : (paint.viz[node.colour - 1] ?? paint.faint);
    parts.push(
      `<rect x="${n(at.x)}" y="${n(at.y)}" width="${width}" height="${height}" rx="6" fill="${paint.surface}" stroke="${node.self ? paint.ink : paint.border}"${node.missing ? ' stroke-dasharray="4 3"' : ''}/>`,
      `<rect x="${n(at.x + 8)}" y="${n(at.y + 8)}" width="4" height="${height - 16}" rx="2" fill="${colour}"/>`,
      text(at.x + 20, at.y + 17, 12.5, 530, paint.text, short(node.label)),
      text(at.x + 20, at.y + 32, 12, 420, paint.faint, short(node.note)),
    );
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${n(bounds.x - MARGIN)} ${n(bounds.y - MARGIN)} ${n(bounds.width + 2 * MARGIN)} ${n(bounds.height + 2 * MARGIN)}" font-family="${escaped(paint.font)}"><rect x="${n(bounds.x - MARGIN)}" y="${n(bounds.y - MARGIN)}" width="100%" height="100%" fill="${paint.canvas}"/>${parts.join('')}</svg>`;
  return new Blob([svg], { type: 'image/svg+xml' });
}

const n = (value: number): string => String(Math.round(value * 10) / 10);
const short = (value: string): string => (value.length > 22 ? `${value.slice(0, 21)}…` : value);
const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const text = (x: number, y: number, size: number, weight: number, fill: string, words: string, anchor = 'start'): string =>
  `<text x="${n(x)}" y="${n(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escaped(words)}</text>`;

/** The way of a line with its arrow, as path data. */
function pathOf(points: readonly Point[]): string {
  const [first, second, ...rest] = points;
  if (first === undefined || second === undefined) return '';
  const parts = [`M${n(first.x)} ${n(first.y)}`];
  if (rest.length === 0) {
    const bend = (second.x - first.x) / 2;
    parts.push(
      Math.abs(bend) < 12
        ? `L${n(second.x)} ${n(second.y)}`
        : `C${n(first.x + bend)} ${n(first.y)} ${n(second.x - bend)} ${n(second.y)} ${n(second.x)} ${n(second.y)}`,
    );
  } else for (const point of points.slice(1)) parts.push(`L${n(point.x)} ${n(point.y)}`);
  const arrow = arrowOf(points);
  if (arrow !== undefined) parts.push(arrow.map((point, i) => `${i === 0 ? 'M' : 'L'}${n(point.x)} ${n(point.y)}`).join(''));
  return parts.join('');
}
