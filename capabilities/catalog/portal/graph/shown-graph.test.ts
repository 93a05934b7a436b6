import { describe, expect, it } from 'vitest';
import type { CatalogGraph } from './catalog-graph.ts';
import { explorerState } from './explorer-state.ts';
import { asTree, coloursOf, coloursOfKinds, filtered, groupsOf, joined } from './shown-graph.ts';

const node = (ref: string, kind = 'Component', owner?: string) => ({
  ref,
  kind,
  title: ref,
  known: true,
  stale: false,
  depth: 9,
  ...(owner === undefined ? {} : { owner }),
});
const edge = (from: string, to: string) => ({ from, type: 'dependsOn', to });
const graph: CatalogGraph = {
  root: 'a',
  nodes: [node('a'), node('b', 'API', 'x'), node('c', 'Component', 'x'), node('d', 'Component', 'y')],
  edges: [edge('a', 'b'), edge('b', 'c'), edge('d', 'a'), edge('c', 'a')],
  truncated: false,
};
const all = { ref: 'a', kinds: [], owners: [], lifecycles: [] };

describe('what the explorer shows', () => {
  it('reads the address, and takes what makes no sense as the usual', () => {
    const state = explorerState(new URLSearchParams('ref=Component:Default/A&depth=x&direction=up&relation=ownedBy&expand=b&expand=c'));
    expect(state).toMatchObject({ ref: 'component:default/a', depth: 2, direction: 'both', relations: ['ownedBy'], expanded: ['b', 'c'] });
    expect(explorerState(new URLSearchParams('ref=group:default/x')).relations).toContain('memberOf');
  });
  it('joins what was asked for separately', () => {
    const more = { ...graph, nodes: [node('d'), node('e')], edges: [edge('d', 'e'), edge('d', 'a')] };
    const both = joined([graph, more]);
    expect(both.nodes.map((one) => one.ref)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(both.edges).toHaveLength(5);
  });
  it('keeps the centre, counts hops anew and drops edges into nothing', () => {
    const less = filtered(joined([graph]), { ...all, kinds: ['Component'] });
    expect(less.nodes.map((one) => `${one.ref}${one.depth}`)).toEqual(['a0', 'c1', 'd1']);
    expect(less.edges.map((one) => one.from + one.to)).toEqual(['da', 'ca']);
    expect(filtered(joined([graph]), { ...all, owners: ['y'] }).nodes.map((one) => one.ref)).toEqual(['a', 'd']);
  });
  it('is a tree in the list: everything once, below what it hangs on', () => {
    expect(asTree(filtered(joined([graph]), all), 'a').map((row) => `${' '.repeat(row.level)}${row.ref}`)).toEqual(['a', ' b', ' c', ' d']);
    const cut = filtered(joined([{ ...graph, edges: [edge('a', 'b'), edge('c', 'd')] }]), all);
    expect(asTree(cut, 'a').map((row) => row.ref)).toEqual(['a', 'b', 'c', 'd']);
  });
  it('gives colours to those with the most', () => {
    const colours = coloursOf(['x', 'y', 'y', ...Array.from({ length: 9 }, (_, i) => `z${i}`)]);
    expect([colours.get('y'), colours.get('x'), colours.size]).toEqual([1, 2, 7]);
  });
  it('gives a kind the same colour in every graph', () => {
    const few = coloursOfKinds(['System', 'API']);
    const many = coloursOfKinds(['Dataset', 'API', 'Component', 'Component', 'System', 'Aardvark']);
    expect([few.get('API'), few.get('System')]).toEqual([many.get('API'), many.get('System')]);
    expect(new Set(many.values()).size).toBe(5);
  });
  it('boxes parts by system or by team, and small graphs not unless asked', () => {
    const parts = {
      ...joined([graph]),
      nodes: [node('a', 'Component', 'x'), node('s', 'System', 'y')],
      edges: [{ from: 'a', type: 'partOf', to: 's' }],
    };
    expect([...groupsOf(parts, 'auto')]).toEqual([]);
    expect([...groupsOf(parts, 'system')]).toEqual([
      ['a', 's'],
      ['s', 's'],
    ]);
    expect([...groupsOf(parts, 'team')]).toEqual([
      ['a', 'x'],
      ['s', 'y'],
    ]);
  });
  it('counts what is only named with its kind', () => {
    const named = joined([
      { ...graph, nodes: [node('a'), { ...node('b', 'component'), known: false }, { ...node('c', 'api'), known: false }] },
    ]);
    expect(named.nodes.map((one) => one.kind)).toEqual(['Component', 'Component', 'API']);
  });
});
