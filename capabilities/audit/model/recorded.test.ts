import { describe, expect, it } from 'vitest';
import { systemActor } from '@paved/kernel';
import { recordedEntry } from './recorded.ts';

const at = new Date('2026-11-01T10:00:00Z');
const record = (facts: Record<string, unknown>) =>
  recordedEntry({ actor: systemActor, action: 'a.b.c', subject: 's', facts }, at, (text) => `digest of ${text}`);

describe('recordedEntry', () => {
  it('keeps digests instead of states', () => {
    const entry = recordedEntry(
      { actor: systemActor, action: 'a.b.c', subject: 's', before: { b: 1, a: 2 }, after: null },
      at,
      (text) => `digest of ${text}`,
    );
    expect(entry.before).toBe('digest of {"a":2,"b":1}');
    expect(entry.after).toBe('digest of null');
  });

  it('masks text under a telling name and text that looks like a credential, at any depth', () => {
    expect(
      record({ password: 'hunter2', nested: [{ apiKey: 'k' }], note: 'used pvd_0123456789abcdefXYZ', url: 'postgres://u:p@h/d' }).facts,
    ).toEqual({
      password: '••••',
      nested: [{ apiKey: '••••' }],
      note: '••••',
      url: '••••',
    });
  });

  it('leaves ordinary facts alone', () => {
    const facts = { token: 7, tokenName: 'laptop', version: '1.2.3', url: 'https://host/path', count: 3 };
    expect(record(facts).facts).toEqual(facts);
  });
});
