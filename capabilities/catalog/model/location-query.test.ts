import { expect, it } from 'vitest';
import type { JsonObject } from '@paved/kernel';
import { parseLocationQuery } from './location-query.ts';

const location = (name: string) => ({
  id: name,
  type: 'url',
  target: `https://git.example/${name}.yaml`,
  entityRef: `location:default/generated-${name}`,
});
const all = ['a', 'b', 'c'].map(location);
const found = (query: JsonObject | undefined): string[] => all.filter(parseLocationQuery(query)).map((one) => one.id);

/** What Backstage 1.55's `POST /locations/by-query` found among the same locations. */
it.each([
  [undefined, ['a', 'b', 'c']],
  [{ target: { $hasPrefix: 'https://git.example/' } }, ['a', 'b', 'c']],
  [{ TARGET: 'HTTPS://git.example/A.yaml' }, ['a']],
  [{ type: 'url', target: { $in: ['https://git.example/a.yaml', 'https://git.example/b.yaml'] } }, ['a', 'b']],
  [{ $any: [{ id: 'a' }, { id: 'c' }] }, ['a', 'c']],
  [{ $any: [] }, []],
  [{ $all: [{ type: 'url' }, { $not: { id: 'a' } }] }, ['b', 'c']],
  [{ type: { $exists: false } }, []],
  [{ type: 5 }, []],
  [{ entityRef: { $hasPrefix: 'LOCATION:default/generated-b' } }, ['b']],
  [{ target: { $contains: 'git' } }, []],
])('finds by %j', (query, expected) => expect(found(query as JsonObject | undefined)).toEqual(expected));

it.each([{ foo: 'x' }, { $foo: 1 }, { $not: { origin: 'api' } }, { relations: { $contains: { type: 'ownedBy' } } }])(
  'refuses %j',
  (query) => expect(() => parseLocationQuery(query)).toThrow(/cannot be searched by|no operator/),
);
