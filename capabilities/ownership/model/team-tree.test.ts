import { expect, test } from 'vitest';
import { shownRows, teamRows } from './team-tree.ts';

const team = (name: string, parent?: string) => ({
  ref: `group:default/${name}`,
  title: name.toUpperCase(),
  ...(parent === undefined ? {} : { parent: `group:default/${parent}` }),
});
const drawn = (rows: ReturnType<typeof teamRows>) => rows.map((row) => `${'  '.repeat(row.depth)}${row.team.title}`);
const acme = teamRows([
  team('playback', 'product'),
  team('acme'),
  team('technology', 'acme'),
  team('product', 'acme'),
  team('data', 'technology'),
]);

test('stands under its parent, by title', () => {
  expect(drawn(acme)).toEqual(['ACME', '  PRODUCT', '    PLAYBACK', '  TECHNOLOGY', '    DATA']);
  expect(acme[0]?.children).toBe(2);
});

test('a parent that is not there, and parents in a circle, hide nobody', () => {
  expect(drawn(teamRows([team('lone', 'left')]))).toEqual(['LONE']);
  expect(drawn(teamRows([team('a', 'b'), team('b', 'a'), team('c', 'a')]))).toEqual(['A', '  C', 'B']);
  expect(drawn(teamRows([team('self', 'self')]))).toEqual(['SELF']);
});

test('what is closed hides all below it; a search shows hits where they are, closed or not', () => {
  const closed = new Set(['group:default/product']);
  expect(drawn([...shownRows(acme, { closed, search: '' })])).toEqual(['ACME', '  PRODUCT', '  TECHNOLOGY', '    DATA']);
  expect(drawn([...shownRows(acme, { closed, search: 'playb' })])).toEqual(['ACME', '  PRODUCT', '    PLAYBACK']);
  expect(shownRows(acme, { closed, search: 'nobody' })).toEqual([]);
});
