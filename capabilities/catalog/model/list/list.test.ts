import type { Entity } from '@paved/kernel';
import { describe, expect, it } from 'vitest';
import { csvLine } from './csv.ts';
import { textOf, valueAt } from './field-value.ts';
import { filterExcept, parseSort } from './sort.ts';

const entity: unknown = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'checkout', tags: ['java', 'pay'], annotations: { 'example.com/on.call': 'mira', plain: 'x' } },
  spec: { type: 'service', deep: { list: [{ a: 1 }] } },
  status: { computed: { tier: 1 } },
  relations: [
    { type: 'ownedBy', targetRef: 'group:default/a' },
    { type: 'ownedBy', targetRef: 'group:default/b' },
  ],
};

describe('a value by its path', () => {
  it.each([
    ['metadata.name', 'checkout'],
    ['metadata.tags', 'java, pay'],
    ['metadata.annotations.example.com/on.call', 'mira'],
    ['relations.ownedby', 'group:default/a, group:default/b'],
    ['spec.deep.list', '{"a":1}'],
    ['spec.deep', '{"list":[{"a":1}]}'],
    ['spec.missing', ''],
    ['relations.dependsOn', ''],
    ['computed.tier', '1'],
    ['computed.none', ''],
    ['constructor', ''],
  ])('%s', (path, text) => expect(textOf(valueAt(entity as Entity, path))).toBe(text));
});

it('writes CSV that no spreadsheet runs', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'two\nlines'])).toBe('a,"b,c","d""e","two\nlines"\r\n');
  expect(csvLine(['=1+1', '+1', '-1', '@sum', '\t=1', 'a=b'])).toBe("'=1+1,'+1,'-1,'@sum,'\t=1,a=b\r\n");
  expect(csvLine(['=HYPERLINK("http://x")'])).toBe('"\'=HYPERLINK(""http://x"")"\r\n');
});

it('reads an order of several fields', () => {
  expect(parseSort(['spec.type,desc', 'metadata.name'])).toEqual([
    { field: 'spec.type', order: 'desc' },
    { field: 'metadata.name', order: 'asc' },
  ]);
  expect(() => parseSort(['a,up'])).toThrow(/asc or desc/);
  expect(() => parseSort(['a', 'b', 'c', 'd', 'e', 'f'])).toThrow(/at most 5/);
});

it('takes one field out of a filter', () => {
  expect(filterExcept(['kind=component,spec.type=service'], 'spec.type')).toEqual(['kind=component']);
  expect(filterExcept(['kind=component,kind=api'], 'Kind')).toEqual([]);
  expect(filterExcept(['kind=api', 'kind=component,spec.type=x'], 'kind')).toEqual([]);
  expect(filterExcept([], 'kind')).toEqual([]);
});
