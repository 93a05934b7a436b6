import { describe, expect, it } from 'vitest';
import { createMasker, MASK } from './masking.ts';

const masker = (...secrets: string[]) => {
  const made = createMasker();
  made.add(...secrets);
  return made;
};

describe('masking', () => {
  it('replaces every occurrence, the longer secret first', () => {
    expect(masker('abc', 'abcdef').text('abcdef abc x.abc')).toBe(`${MASK} ${MASK} x.${MASK}`);
  });

  it('knows a secret escaped for JSON and for URLs', () => {
    const secret = 'p"a/ß\\';
    const m = masker(secret);
    expect(m.text(JSON.stringify({ secret }))).toBe(`{"secret":"${MASK}"}`);
    expect(m.text(`postgres://u:${encodeURIComponent(secret)}@h`)).toBe(`postgres://u:${MASK}@h`);
  });

  it('knows the lines of a key, but not its brackets', () => {
    const m = masker('{\n  line one of a key\n}');
    expect(m.text('  line one of a key')).toBe(MASK);
    expect(m.text('{ }')).toBe('{ }');
  });

  it('looks into values and names of JSON', () => {
    expect(masker('geheim').json({ a: ['x geheim'], geheim: 1, n: null })).toEqual({ a: [`x ${MASK}`], [MASK]: 1, n: null });
  });

  it('takes special characters as they are and ignores empty secrets', () => {
    expect(masker('a.b', '', '  ').text('a.b axb')).toBe(`${MASK} axb`);
  });

  it('sees that a secret may go on', () => {
    const m = masker('hunter2');
    expect(m.mayBeginIn('pass=hun')).toBe(true);
    expect(m.mayBeginIn('pass=')).toBe(false);
    expect(m.spans('pass=hun', 'ter2 ok')).toBe(true);
    expect(m.spans('pass=hun', 't')).toBe(true);
    expect(m.spans('pass=hun', 'dred')).toBe(false);
  });
});
