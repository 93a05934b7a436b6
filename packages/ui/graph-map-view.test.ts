import { describe, expect, it } from 'vitest';
import { boundsOf, centred, fitted, nodeAt, shown, stepFrom, zoomed } from './graph-map-view.ts';

const places = new Map([
  ['a', { x: 0, y: 100 }],
  ['b', { x: 300, y: 0 }],
  ['c', { x: 300, y: 120 }],
  ['d', { x: 300, y: 400 }],
]);
const edges = [
  { from: 'a', to: 'b' },
  { from: 'a', to: 'c' },
  { from: 'c', to: 'a' },
];
const size = { width: 800, height: 400 };

describe('the view of a map', () => {
  it('fits everything into the window, and is not larger than life', () => {
    const view = fitted(boundsOf(places), size);
    const bounds = boundsOf(places);
    expect(bounds.x * view.k + view.x).toBeGreaterThanOrEqual(31);
    expect((bounds.y + bounds.height) * view.k + view.y).toBeLessThanOrEqual(369);
    expect(fitted(boundsOf(new Map([['a', { x: 0, y: 0 }]])), size).k).toBe(1);
    expect(boundsOf(places, [{ group: 'g', x: -50, y: 10, width: 20, height: 900 }])).toMatchObject({ x: -50, height: 910 });
  });
  it('zooms around the pointer', () => {
    const before = { x: 10, y: 20, k: 1 };
    const after = zoomed(before, 1.5, { x: 110, y: 220 });
    expect((110 - after.x) / after.k).toBeCloseTo(100);
    expect((220 - after.y) / after.k).toBeCloseTo(200);
    expect(zoomed(before, 1000, { x: 0, y: 0 }).k).toBe(2);
  });
  it('finds what is under the pointer', () => {
    const view = { x: 50, y: 0, k: 2 };
    expect(nodeAt(places, view, { x: 60, y: 210 })).toBe('a');
    expect(nodeAt(places, view, { x: 60, y: 190 })).toBeUndefined();
  });
  it('walks along edges to the nearest, and up and down in a layer', () => {
    expect(stepFrom('a', 'ArrowRight', places, edges)).toBe('c');
    expect(stepFrom('b', 'ArrowLeft', places, edges)).toBe('a');
    expect(stepFrom('b', 'ArrowDown', places, edges)).toBe('c');
    expect(stepFrom('d', 'ArrowUp', places, edges)).toBe('c');
    expect(stepFrom('d', 'ArrowRight', places, edges)).toBeUndefined();
  });
  it('moves no further than needed to show a node', () => {
    const view = { x: 0, y: 0, k: 1 };
    expect(shown(view, { x: 100, y: 100 }, size)).toBe(view);
    expect(shown(view, { x: 900, y: 100 }, size)).toMatchObject({ x: 800 - 48 - 168 - 900, y: 0 });
    expect(centred(view, { x: 0, y: 0 }, size)).toEqual({ k: 1, x: 400 - 84, y: 200 - 20 });
  });
});
