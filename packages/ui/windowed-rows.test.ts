import { describe, expect, it } from 'vitest';
import { placesOf, scrolledTo, stretchOf, TALLEST } from './windowed-rows.ts';

const group = (key: string, count: number, open = true) => ({ key, label: key, count, open });

describe('places of rows', () => {
  it('are the rows themselves without groups', () => {
    const places = placesOf(100_000);
    expect([places.count, places.at(7), places.of(7)]).toEqual([100_000, { type: 'row', index: 7 }, 7]);
  });

  it('count headings, and leave out what is closed', () => {
    const places = placesOf(6, [group('a', 2), group('b', 3, false), group('c', 1)]);
    const read = Array.from({ length: places.count }, (_, i) => places.at(i)).map((at) => (at.type === 'group' ? at.group.key : at.index));
    expect(read).toEqual(['a', 0, 1, 'b', 'c', 5]);
    expect([0, 1, 2, 4, 5].map((index) => places.of(index))).toEqual([1, 2, 3, 3, 5]);
  });
});

describe('the stretch that is drawn', () => {
  it('is what is seen and a little beyond', () => {
    expect(stretchOf(100_000, 36, 0, 900, 8)).toEqual({ first: 0, last: 34, before: 0, height: 3_600_000 });
    expect(stretchOf(100_000, 36, 1_800_000, 900, 8)).toEqual({ first: 49_992, last: 50_034, before: 49_992 * 36, height: 3_600_000 });
    const end = stretchOf(100_000, 36, 3_600_000 - 900, 900, 8);
    expect([end.last, end.last - end.first <= 42]).toEqual([100_000, true]);
    expect(stretchOf(3, 36, 0, 900, 8)).toEqual({ first: 0, last: 3, before: 0, height: 108 });
    expect(stretchOf(0, 36, 0, 900, 8)).toEqual({ first: 0, last: 0, before: 0, height: 0 });
  });

  it('reaches the first and the last of more rows than a page has pixels for', () => {
    const many = 5_000_000;
    expect(stretchOf(many, 36, 0, 900, 8).first).toBe(0);
    const end = stretchOf(many, 36, TALLEST - 900, 900, 8);
    expect([end.last, end.height, end.before + (end.last - end.first) * 36 <= TALLEST]).toEqual([many, TALLEST, true]);
    for (const place of [0, 1, 1_234_567, 4_999_000]) {
      const { first, last } = stretchOf(many, 36, scrolledTo(place, many, 36, 900), 900, 8);
      expect([first <= place, place < last]).toEqual([true, true]);
    }
  });
});
