import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { placeGraph } from './graph-map-places.ts';
import { blocksOf, folded, gridOf, MAP_NODE, rowsOf } from './graph-map-plan.ts';

const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as new () => { layout(graph: ElkNode): Promise<ElkNode> };
const names = (count: number, prefix = 'n') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const box = (id: string, width = MAP_NODE.width, height = MAP_NODE.height) => ({ id, width, height });

describe('what stands together', () => {
  it('makes one block of nodes with the same neighbours, in their order', () => {
    const users = names(20);
    const edges = users.map((id) => [id, 'bus'] as const);
    expect(blocksOf([...users, 'bus'], edges)).toEqual([users]);
    expect(blocksOf([...users.slice(0, 3), 'bus'], edges.slice(0, 3))).toEqual([]);
  });
  it('keeps apart what differs in a neighbour, the way of a line, or its sort', () => {
    const edges = names(12).map((id, i) => (i < 6 ? ([id, 'bus'] as const) : (['bus', id] as const)));
    expect(blocksOf([...names(12), 'bus'], edges).map((block) => block.length)).toEqual([6, 6]);
    expect(blocksOf(names(8), [], (id) => (id < 'n4' ? 'api' : 'component'))).toEqual([]);
  });
  it('reads a block from top to bottom', () => {
    const grid = gridOf(30);
    expect(grid.at(1).x).toBe(grid.at(0).x);
    expect(grid.at(1).y).toBeGreaterThan(grid.at(0).y);
    expect(grid.width / grid.height).toBeGreaterThan(0.7);
    expect(new Set(names(30).map((_, i) => JSON.stringify(grid.at(i)))).size).toBe(30);
  });
  it('puts large boxes into rows of about the wanted shape', () => {
    const places = rowsOf(names(10).map((id) => box(id, 800, 500)));
    expect(new Set([...places.values()].map(({ y }) => y)).size).toBeGreaterThan(1);
    expect(new Set([...places.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(10);
  });
  it('cuts a layer of hundreds into columns that stay left of the next layer', () => {
    const boxes = names(600).map((id) => box(id));
    const thread = new Map(boxes.map(({ id }, i) => [id, { x: i < 500 ? 0 : 400, y: (i % 500) * 52 }]));
    const put = folded(boxes, thread) ?? thread;
    const [first, later] = [names(500), names(600).slice(500)];
    const x = (id: string) => put.get(id)?.x ?? 0;
    expect(Math.max(...first.map(x)) + MAP_NODE.width).toBeLessThan(Math.min(...later.map(x)));
    expect(x('n1')).toBe(x('n0'));
    expect(new Set([...put.values()].map((place) => `${place.x} ${place.y}`)).size).toBe(600);
    expect(folded(boxes.slice(0, 5), new Map([...thread].slice(0, 5)))).toBeUndefined();
  });
});

describe('placing a graph', () => {
  const elk = new Elk();
  const lay = (graph: ElkNode) => elk.layout(graph);

  it('puts parts into the frame of their system, and sums what goes from frame to frame', async () => {
    const parts = ['a1', 'a2', 'a3', 'b1', 'b2'];
    const groupOf = new Map([...parts.map((id) => [id, id.charAt(0)] as const), ['a', 'a'], ['b', 'b']]);
    const placed = await placeGraph(lay, {
      ids: ['a', 'b', ...parts, 'alone'],
      edges: [['a1', 'a2'], ['a1', 'b1'], ['a2', 'b1'], ['a3', 'b2'], ['b1', 'alone'], ...parts.map((id) => [id, id.charAt(0)] as const)],
      groupOf,
      sortOf: new Map(),
    });
    expect(new Set(placed.frames.map((frame) => frame.group))).toEqual(new Set(['a', 'b']));
    for (const frame of placed.frames)
      for (const [id, group] of groupOf) {
        const at = placed.places.get(id) ?? { x: -1, y: -1 };
        const inside = at.x > frame.x && at.x + MAP_NODE.width < frame.x + frame.width && at.y > frame.y && at.y < frame.y + frame.height;
        expect(`${id} ${inside}`).toBe(`${id} ${group === frame.group}`);
      }
    const between = placed.lines.filter((line) => line.from === 'a' && line.to === 'b');
    expect(between.map((line) => line.edges)).toEqual([3]);
    expect(placed.lines.some((line) => line.from === 'a1' && line.to === 'a2')).toBe(true);
    expect([...placed.places.keys()].toSorted()).toEqual(['a', 'a1', 'a2', 'a3', 'alone', 'b', 'b1', 'b2']);
  });

  it('draws one line for a block, from left to right', async () => {
    const users = names(40);
    const placed = await placeGraph(lay, {
      ids: ['bus', ...users],
      edges: users.map((id) => [id, 'bus'] as const),
      groupOf: new Map(),
      sortOf: new Map(),
    });
    expect(placed.lines.map((line) => line.edges)).toEqual([40]);
    expect(placed.frames).toHaveLength(1);
    const bus = placed.places.get('bus')?.x ?? 0;
    for (const id of users) expect(placed.places.get(id)?.x).toBeLessThan(bus);
  });

  it('places what names nothing, itself, or what is not there', async () => {
    const placed = await placeGraph(lay, {
      ids: ['a'],
      edges: [
        ['a', 'a'],
        ['a', 'gone'],
      ],
      groupOf: new Map(),
      sortOf: new Map(),
    });
    expect([...placed.places]).toHaveLength(1);
    expect(placed.lines).toEqual([]);
    expect((await placeGraph(lay, { ids: [], edges: [], groupOf: new Map(), sortOf: new Map() })).places.size).toBe(0);
  });
});
