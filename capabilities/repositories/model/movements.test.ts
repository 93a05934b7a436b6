import { expect, test } from 'vitest';
import { movements, parseLog } from './movements.ts';
import { NO_COMMIT } from './names.ts';

const [a, b, c] = ['a', 'b', 'c'].map((x) => x.repeat(40)) as [string, string, string];
const line = (before: string, after: string, by = 'push_1') => ({ before, after, by });

test('reflog text becomes lines; a line cut short is left out', () => {
  expect(parseLog(`${a} ${b} Mira V <push_1> 1750000000 +0000\tpush\n${b} ${c} Mi`)).toEqual([line(a, b)]);
});

test('every update is one movement, in order, back and forth included', () => {
  expect(movements(undefined, b, [line(NO_COMMIT, a), line(a, b, 'push_2')])).toEqual([
    { before: NO_COMMIT, after: a, by: 'push_1' },
    { before: a, after: b, by: 'push_2' },
  ]);
  expect(movements(a, a, [line(a, b), line(b, a)])).toHaveLength(2);
  expect(movements(a, a, [])).toEqual([]);
});

test('a deletion is one movement; a log that leads elsewhere gives what is certain', () => {
  expect(movements(a, undefined, [])).toEqual([{ before: a, after: NO_COMMIT }]);
  expect(movements(a, c, [line(b, c)])).toEqual([{ before: a, after: c }]);
  // A line of an update that never happened: git died between writing the log and moving the ref.
  expect(movements(a, a, [line(a, b)])).toEqual([]);
});
