import { expect, it } from 'vitest';
import { cronOf } from './schedule.ts';

it.each([
  [undefined, '0-59/30 * * * *'],
  ['PT30M', '0-59/30 * * * *'],
  [{ minutes: 7 }, '0-59/10 * * * *'],
  [{ hours: 3 }, '0 0-23/3 * * *'],
  ['1h', '0 * * * *'],
  [{ days: 1 }, '0 0 * * *'],
  ['P2D', '0 0 * * *'],
  [{ seconds: 20 }, '* * * * *'],
  [{ cron: '5 4 * * 1' }, '5 4 * * 1'],
  ['*/10 * * * *', '*/10 * * * *'],
  ['soon', undefined],
])('%j becomes %s', (frequency, expected) => expect(cronOf(frequency, 0)).toBe(expected));

it('providers of the same frequency are spread', () => {
  expect(cronOf('PT30M', 0.5)).toBe('15-59/30 * * * *');
  expect(cronOf({ hours: 3 }, 0.5)).toBe('30 1-23/3 * * *');
});
