import { expect, test } from 'vitest';
import { ontoNewer } from './onto-newer.ts';
import { valueOfText } from './with-entity.ts';

const base = `# The shop’s till.
kind: Component
metadata:
  name: checkout
  tags: [java]
spec:
  type: service
  owner: shop # see the handbook
`;

test('what others changed and what was changed here are both kept, comments too', () => {
  const newer = base.replace('owner: shop # see the handbook', 'owner: till # moved in May');
  const mine = base.replace('type: service', 'type: website # it has pages');
  expect(ontoNewer(base, newer, mine)).toEqual({
    text: base
      .replace('owner: shop # see the handbook', 'owner: till # moved in May')
      .replace('type: service', 'type: website # it has pages'),
    contested: [],
  });
});

test('where both changed a field, the word given here stands and is told', () => {
  const newer = base.replace('owner: shop', 'owner: till').replace('name: checkout\n', 'name: checkout\n  title: Till\n');
  const { text, contested } = ontoNewer(base, newer, base.replace('owner: shop', 'owner: payments'));
  expect(contested).toEqual(['spec.owner']);
  expect(valueOfText(text)).toMatchObject({ metadata: { title: 'Till' }, spec: { owner: 'payments' } });
  expect(ontoNewer(base, newer, newer).contested).toEqual([]);
});

test('tags of both are there; what either took away is gone', () => {
  const { text, contested } = ontoNewer(base, base.replace('[java]', '[kotlin, java]'), base.replace('[java]', '[critical]'));
  expect(valueOfText(text)['metadata']).toEqual({ name: 'checkout', tags: ['kotlin', 'critical'] });
  expect(contested).toEqual([]);
});

test('a text that cannot be read yet keeps its lines', () => {
  const mine = base.replace('type: service', 'type: [');
  expect(ontoNewer(base, base.replace('owner: shop', 'owner: till'), mine).text).toBe(mine.replace('owner: shop', 'owner: till'));
});
