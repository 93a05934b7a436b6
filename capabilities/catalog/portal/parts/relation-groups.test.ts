import { describe, expect, it } from 'vitest';
import { relationGroups } from './relation-groups.ts';

describe('relations by what they say', () => {
  it('names both ways, counts each other end once, and leaves owners to others', () => {
    const relation = (type: string, targetRef: string) => ({ type, targetRef });
    const groups = relationGroups({
      relations: [
        relation('dependencyOf', 'component:default/b'),
        relation('dependencyOf', 'component:default/b'),
        relation('dependencyOf', 'component:default/c'),
        relation('ownedBy', 'group:default/x'),
        relation('partOf', 'system:default/s'),
        relation('producedBy', 'component:default/d'),
      ],
    });
    expect(groups.map(({ title, refs }) => `${title} ${refs.length}`)).toEqual(['Produced by 1', 'Part of 1', 'Needed by 2']);
    expect(relationGroups({})).toEqual([]);
  });
});
