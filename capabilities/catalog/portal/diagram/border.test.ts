import { describe, expect, it } from 'vitest';
import { crossings, needsOfBoxes } from './border.ts';

describe('what goes over the border of a system', () => {
  it('is what others need of it, most needed first, and what it needs of others', () => {
    const edge = (from: string, type: string, to: string) => ({ from, type, to });
    const inside = new Set(['api', 'service', 'db']);
    const { offers, uses } = crossings(
      [
        edge('service', 'providesApi', 'api'),
        edge('service', 'dependsOn', 'db'),
        edge('x', 'consumesApi', 'api'),
        edge('y', 'consumesApi', 'api'),
        edge('y', 'dependsOn', 'api'),
        edge('y', 'dependsOn', 'db'),
        edge('service', 'consumesApi', 'far'),
        edge('stranger', 'providesApi', 'far'),
        edge('x', 'dependsOn', 'far'),
      ],
      inside,
    );
    expect(offers).toEqual([
      { ref: 'api', by: ['x', 'y'] },
      { ref: 'db', by: ['y'] },
    ]);
    expect(uses).toEqual([{ ref: 'far', by: ['service'] }]);
  });
});

describe('which systems of a domain need which', () => {
  it('is counted through their parts, what is outside last', () => {
    const edge = (from: string, to: string, type = 'dependsOn') => ({ from, type, to });
    const boxes = new Map([
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
    ]);
    const needs = needsOfBoxes(
      [edge('a1', 'b1'), edge('a2', 'b1'), edge('a1', 'a2'), edge('a1', 'x'), edge('a1', 'y'), edge('a1', 'z'), edge('b1', 'a', 'partOf')],
      boxes,
    );
    expect([...needs]).toEqual([
      [
        'a',
        [
          { box: 'b', count: 2 },
          { box: undefined, count: 3 },
        ],
      ],
    ]);
  });
});
