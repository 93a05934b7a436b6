import { describe, expect, it } from 'vitest';
import { shortAddress } from './short-address.ts';
import { fieldWords, otherFields } from './spec-values.ts';

describe('fields of a document that no other part of its page shows', () => {
  it('are there in their order, without those that are empty', () => {
    const spec = { type: 'service', owner: 'x', costCentre: '4711', tier: 1, note: '', steps: [], gone: null, internal: false };
    expect(otherFields({ spec }).map(([field]) => field)).toEqual(['costCentre', 'tier', 'internal']);
    expect(otherFields({})).toEqual([]);
  });
  it('are named in words', () => {
    expect(['retentionDays', 'cost-centre', 'apiVersions', 'schemaUrl', 'rapid'].map(fieldWords)).toEqual([
      'Retention days',
      'Cost centre',
      'API versions',
      'Schema URL',
      'Rapid',
    ]);
  });
});

describe('a web address', () => {
  it('is read without scheme and query; anything else stays as it is', () => {
    expect(shortAddress('https://www.example.org/a/b/?x=1#y')).toBe('example.org/a/b');
    expect(shortAddress('see the wiki')).toBe('see the wiki');
  });
});
