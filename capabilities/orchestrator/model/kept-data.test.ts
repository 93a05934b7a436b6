import { expect, test } from 'vitest';
import { foreignData } from './kept-data.ts';

const db = { key: 'postgres.default#db', keptFor: ['group:default/payments'] };

test('the same owners get their data back, others do not', () => {
  expect(foreignData([db], ['group:default/payments'])).toEqual([]);
  expect(foreignData([db], ['group:default/playback'])).toEqual([db]);
  expect(foreignData([{ ...db, keptFor: [] }], ['group:default/playback'])).toHaveLength(1);
});
