import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRef, parseRef } from '@paved/kernel';
import { projectFields } from './fields.ts';
import { filterToQuery, parsePredicate } from './predicate.ts';
import { decodeCursor, encodeOpaque, parseOrder } from './query.ts';
import { searchRowsOf } from './search-keys.ts';

describe('filters', () => {
  it.each([
    [['kind=component'], { kind: 'component' }],
    [['kind=component,spec.type=service'], { $all: [{ kind: 'component' }, { 'spec.type': 'service' }] }],
    [['spec.lifecycle=production,spec.lifecycle=experimental'], { 'spec.lifecycle': { $in: ['production', 'experimental'] } }],
    [['kind=user', 'kind=group'], { $any: [{ kind: 'user' }, { kind: 'group' }] }],
    [['spec.system'], { 'spec.system': { $exists: true } }],
    [['metadata.annotations.a=b=c'], { 'metadata.annotations.a': 'b=c' }],
    [[''], {}],
  ])('%j', (filters, query) => expect(filterToQuery(filters)).toEqual(query));

  it.each([
    'component',
    { kind: { $foo: 1 } },
    { 'spec.x': { $contains: { a: 1 } } },
    { $any: 'x' },
    { $huh: [] },
    { kind: null },
    { kind: { $in: [{}] } },
  ])('refuses %j with a sentence', (query) => {
    expect(() => parsePredicate(query as never)).toThrow(/[a-z]/);
  });

  it('bounds depth', () => {
    let query: unknown = { kind: 'a' };
    for (let i = 0; i < 60; i++) query = { $not: query };
    expect(() => parsePredicate(query as never)).toThrow(/deeper/);
  });
});

describe('cursors', () => {
  it('round trip', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.boolean(), (value, id, isPrevious) => {
        const cursor = {
          query: { kind: value },
          orderFields: [{ field: 'metadata.name', order: 'asc' as const }],
          orderFieldValues: [value, String(id)],
          firstSortFieldValues: [value, String(id)],
          isPrevious,
          totalItems: id,
        };
        const text = value.toWellFormed() === value ? value : undefined;
        if (text !== undefined) expect(decodeCursor(encodeOpaque(cursor))).toEqual(cursor);
      }),
    );
  });
  it.each([
    '',
    'x',
    encodeOpaque({}),
    encodeOpaque({ orderFieldValues: ['1; drop'], firstSortFieldValues: [], orderFields: [], query: {}, isPrevious: false, totalItems: 1 }),
  ])('refuses %s', (text) => {
    expect(() => decodeCursor(text)).toThrow(/cursor/);
  });
  it('refuses unknown orders', () => {
    expect(() => parseOrder(['metadata.name,sideways'], 'field,order')).toThrow('Invalid order field order, must be asc or desc');
    expect(parseOrder(['desc:metadata.name'], 'order:field')).toEqual([{ field: 'metadata.name', order: 'desc' }]);
  });
});

describe('references', () => {
  const part = fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?$/);
  it('round trip', () => {
    fc.assert(
      fc.property(part, part, part, (kind, namespace, name) => {
        const ref = { kind, namespace, name };
        expect(parseRef(formatRef(ref))).toEqual(ref);
        expect(parseRef(name, { kind, namespace })).toEqual(ref);
        expect(parseRef(`${kind}:${name}`, { namespace })).toEqual(ref);
        expect(formatRef(parseRef(formatRef(ref).toUpperCase()))).toBe(formatRef(ref));
      }),
    );
  });
});

describe('search rows', () => {
  it('flatten objects and lists, lower-cased, with originals', () => {
    const rows = searchRowsOf({
      apiVersion: 'v1',
      kind: 'Component',
      metadata: { name: 'a', tags: ['Java', 'data'], annotations: { 'x.y/z': 'V' } },
      spec: { type: 'Service', deep: [{ a: 1 }, { a: 2 }], long: 'x'.repeat(300) },
    });
    expect(rows).toContainEqual({ key: 'spec.type', value: 'service', original: 'Service', item: 0 });
    expect(rows).toContainEqual({ key: 'metadata.tags', value: 'data', original: null, item: 1 });
    expect(rows).toContainEqual({ key: 'metadata.tags', value: 'java', original: 'Java', item: 2 });
    expect(rows).toContainEqual({ key: 'metadata.annotations.x.y/z', value: 'v', original: 'V', item: 0 });
    expect(rows).toContainEqual({ key: 'spec.long', value: null, original: null, item: 0 });
    expect(rows.filter((r) => r.key === 'spec.deep.a').map((r) => r.value)).toEqual(['1', '2']);
    expect(rows.some((r) => r.key === 'metadata.name' || r.key === 'kind')).toBe(false);
  });
});

describe('fields', () => {
  it('keeps structure and finds keys with dots', () => {
    const entity = { kind: 'X', metadata: { name: 'a', annotations: { 'a.b/c': '1', other: '2' } } };
    expect(projectFields(entity, ['metadata.name', 'spec.none'])).toEqual({ metadata: { name: 'a' } });
    expect(projectFields(entity, ['metadata.annotations.a.b/c'])).toEqual({ metadata: { annotations: { 'a.b/c': '1' } } });
    expect(projectFields(entity, ['__proto__.x', 'constructor'])).toEqual({});
  });
});
