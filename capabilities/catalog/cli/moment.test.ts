import { expect, test } from 'vitest';
import { moment } from './moment.ts';

test('times are given as how long ago, as a day, or in full; anything else is refused with what to write', () => {
  const now = Date.parse('2026-03-08T12:00:00Z');
  expect(moment('2h', now)).toBe('2026-03-08T10:00:00.000Z');
  expect(moment('1w', now)).toBe('2026-03-01T12:00:00.000Z');
  expect(moment('2026-03-01', now)).toBe('2026-03-01T00:00:00.000Z');
  expect(moment('2026-03-01T09:00:00+02:00', now)).toBe('2026-03-01T07:00:00.000Z');
  expect(() => moment('yesterday', now)).toThrow('"yesterday" is not a time.');
});
