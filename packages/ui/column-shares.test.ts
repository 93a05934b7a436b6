import { expect, it } from 'vitest';
import { resized } from './column-shares.ts';

it('moves the end of a column: those before it stay, those after it make room', () => {
  expect(resized([400, 100, 100, 200], 1, 60, 40)).toEqual([400, 160, 84, 156]);
  expect(resized([400, 100, 100, 200], 1, -30, 40)).toEqual([400, 70, 110, 220]);
});

it('leaves every column wide enough to be seen', () => {
  expect(resized([400, 100, 100, 200], 1, 5000, 40)).toEqual([400, 320, 40, 40]);
  expect(resized([400, 100, 100, 200], 1, -5000, 40)).toEqual([400, 40, 120, 240]);
  // Columns that are narrower already give nothing, and get wider again.
  expect(resized([400, 30, 20], 0, 50, 40)).toEqual([400, 30, 20]);
  expect(resized([400, 30, 20], 1, -10, 40)).toEqual([400, 30, 20]);
});
