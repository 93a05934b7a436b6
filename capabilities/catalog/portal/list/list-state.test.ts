import { describe, expect, it } from 'vitest';
import { groupOrder, filterOf, sortOf } from './list-query.ts';
import { cleared, conditions, readState, sortedBy, stateOf, toggled, widened, writeState } from './list-state.ts';

const FULL =
  'kind=Component&owner=group%3Adefault%2Fa&owner=group%3Adefault%2Fb&metadata.annotations.acme.com%2Ftier=1&q=pay&group=type&sort=-lifecycle%2Cname&columns=type%2Cspec.tier&widths=name%3A300%2Cspec.tier%3A90&density=tall&closed=service&closed=&view=all';

describe('the address of the list', () => {
  it('says everything and is read back the same', () => {
    const state = stateOf(FULL);
    expect(state).toEqual({
      filters: { kind: ['Component'], owner: ['group:default/a', 'group:default/b'], 'metadata.annotations.acme.com/tier': ['1'] },
      text: 'pay',
      sort: [
        { id: 'lifecycle', desc: true },
        { id: 'name', desc: false },
      ],
      group: 'type',
      closed: ['service', ''],
      columns: ['type', 'spec.tier'],
      widths: { name: 300, 'spec.tier': 90 },
      density: 'tall',
      view: 'all',
    });
    expect(writeState(state)).toBe(FULL);
  });

  it('is empty for the plain list, and forgives what it does not know', () => {
    expect(writeState(readState(new URLSearchParams()))).toBe('');
    expect(writeState(stateOf('utm=x&sort=&density=huge&kind=&group=&widths=a:0,b:-1,c:x,:9,d,e:99999'))).toBe('');
    expect(writeState(stateOf('sort=a,-a,b,c,d&__proto__.x=1'))).toBe('__proto__.x=1&sort=a%2Cb');
  });

  it('changes by choosing', () => {
    const chosen = toggled(toggled(stateOf('closed=x'), 'type', 'service'), 'type', 'website');
    expect([writeState(chosen), conditions(chosen)]).toEqual(['type=service&type=website', 2]);
    expect(writeState(toggled(toggled(chosen, 'type', 'service'), 'type', 'website'))).toBe('');
    expect(writeState(cleared(stateOf(FULL)))).not.toContain('owner');
  });

  it('keeps the width a column was given, until it gets its own again', () => {
    const wide = widened(widened(stateOf('kind=API'), { owner: 100 }), { owner: 240, name: 9999 });
    expect(writeState(wide)).toBe('kind=API&widths=name%3A5000%2Cowner%3A240');
    expect(writeState(widened(wide, { owner: undefined, name: undefined }))).toBe('kind=API');
  });

  it('sorts by heads: up, down, not; with Shift as a further level', () => {
    const once = sortedBy([], 'type', false);
    const twice = sortedBy(once, 'type', false);
    expect([once, twice, sortedBy(twice, 'type', false)]).toEqual([[{ id: 'type', desc: false }], [{ id: 'type', desc: true }], []]);
    expect(sortedBy(once, 'name', true)).toEqual([
      { id: 'type', desc: false },
      { id: 'name', desc: false },
    ]);
    expect(sortedBy(once, 'name', false)).toEqual([{ id: 'name', desc: false }]);
  });
});

it('asks the API for it', () => {
  const state = stateOf(FULL);
  expect(filterOf(state)).toBe(
    'kind=Component,relations.ownedBy=group:default/a,relations.ownedBy=group:default/b,metadata.annotations.acme.com/tier=1',
  );
  expect(sortOf(state)).toEqual(['spec.type,asc', 'spec.lifecycle,desc', 'title,asc']);
  expect(sortOf(stateOf('group=type&sort=-type'))).toEqual(['spec.type,desc', 'title,asc']);
  expect(groupOrder(stateOf('group=owner'))).toBe('relations.ownedBy,asc');
  expect(sortOf(stateOf(''))).toEqual(['title,asc']);
});
