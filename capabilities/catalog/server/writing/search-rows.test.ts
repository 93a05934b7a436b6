import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SearchRow } from '../../model/search-keys.ts';
import { searchRows } from './search-rows.ts';

const row = (key: string, value: string | null): SearchRow => ({ key, value, original: null, item: 0 });

test('rows come by key and value, those without a value last, equal ones in the order of their entities', () => {
  const numbered = [
    { id: '1', record: { rows: [row('spec.type', 'website'), row('spec.owner', 'team-b')] } },
    { id: '2', record: { rows: [row('spec.type', 'service'), row('spec.owner', null)] } },
    { id: '3', record: { rows: [row('spec.owner', 'team-b'), row('spec.type', 'service')] } },
  ];
  expect([...searchRows(numbered)].map(([id, key, value]) => [id, key, value])).toEqual([
    ['2', 'spec.type', 'service'],
    ['3', 'spec.type', 'service'],
    ['1', 'spec.type', 'website'],
    ['1', 'spec.owner', 'team-b'],
    ['3', 'spec.owner', 'team-b'],
    ['2', 'spec.owner', null],
  ]);
});

test('no row is lost or doubled', () => {
  const rows = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.option(fc.string(), { nil: null })));
  fc.assert(
    fc.property(fc.array(rows), (entities) => {
      const numbered = entities.map((all, i) => ({ id: String(i), record: { rows: all.map(([key, value]) => row(key, value)) } }));
      const expected = numbered.flatMap(({ id, record }) => record.rows.map((one) => JSON.stringify([id, one.key, one.value, null, 0])));
      expect([...searchRows(numbered)].map((one) => JSON.stringify(one)).sort()).toEqual(expected.sort());
    }),
  );
});
