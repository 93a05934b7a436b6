import { expect, it } from 'vitest';
import { byCount, inPlace } from './facet-order.ts';

const option = (value: string, count: number) => ({ value, label: value, count });

it('shows the most frequent values first, and keeps their places while somebody is among them', () => {
  const stood = byCount([option('b', 2), option('a', 2), option('c', 9)]);
  expect(stood.map(({ value }) => value)).toEqual(['c', 'a', 'b']);
  const now = inPlace([option('new', 50), option('b', 40), option('c', 1)], stood);
  expect(now.map(({ value, count }) => `${value} ${count}`)).toEqual(['c 1', 'a 0', 'b 40', 'new 50']);
});
