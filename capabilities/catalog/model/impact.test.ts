import { describe, expect, it } from 'vitest';
import { impactWalk, wayTo, type Impact } from './impact.ts';
import { plainEdge, type PlainEdge } from './plain-edge.ts';

/** `a>dependsOn>b c>partOf>s` as edges. */
const edges = (text: string): PlainEdge[] =>
  text.split(' ').map((part) => {
    const [from = '', type = '', to = ''] = part.split('>');
    const ref = (name: string) =>
      `${name.startsWith('S') ? 'system' : name.startsWith('D') ? 'domain' : name.startsWith('A') ? 'api' : 'component'}:default/${name}`;
    return plainEdge({ from: ref(from), type, to: ref(to) });
  });

function impactOf(root: string, all: readonly PlainEdge[]): Impact[] {
  const walk = impactWalk(root);
  const found: Impact[] = [];
  for (let reached = walk.next(all); reached.length > 0; reached = walk.next(all)) found.push(...reached);
  return found;
}
const short = (found: readonly Impact[]) =>
  found.map((one) => `${one.ref.split('/')[1]}${one.distance} ${one.reason} ${one.by.split('/')[1]}`);

describe('impact', () => {
  it('goes to dependents, through provided APIs to their callers, and to the system', () => {
    const all = edges('b>dependsOn>a a>providesApi>A1 c>consumesApi>A1 a>partOf>S1 S1>partOf>D1 a>dependsOn>z d>partOf>S1');
    expect(short(impactOf('component:default/a', all)).toSorted()).toEqual([
      'A11 providesApi a',
      'S11 hasPart a',
      'b1 dependsOn a',
      'c2 consumesApi A1',
    ]);
  });
  it('reads relations that were written from the other end', () => {
    expect(short(impactOf('component:default/a', edges('a>dependencyOf>b A1>apiConsumedBy>c a>providesApi>A1')))).toEqual([
      'b1 dependsOn a',
      'A11 providesApi a',
      'c2 consumesApi A1',
    ]);
  });
  it('of a domain holds what is inside it and whoever needs that', () => {
    const all = edges('S1>partOf>D1 a>partOf>S1 b>dependsOn>a b>partOf>S2 c>partOf>S2');
    expect(short(impactOf('domain:default/D1', all))).toEqual(['S11 partOf D1', 'a2 partOf S1', 'b3 dependsOn a', 'S24 hasPart b']);
  });
  it('ends in cycles and tells the shortest way', () => {
    const found = impactOf('component:default/a', edges('b>dependsOn>a c>dependsOn>b a>dependsOn>c c>dependsOn>a d>dependsOn>c'));
    expect(short(found)).toEqual(['b1 dependsOn a', 'c1 dependsOn a', 'd2 dependsOn c']);
    const by = new Map(found.map((one) => [one.ref, one.by]));
    expect(wayTo('component:default/d', by)).toEqual(['component:default/a', 'component:default/c', 'component:default/d']);
  });
});
