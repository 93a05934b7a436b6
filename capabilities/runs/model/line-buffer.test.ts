import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineBuffer } from './line-buffer.ts';
import { createMasker } from './masking.ts';

const AT = '2026-01-01T00:00:00.000Z';
const START = { lines: 0, bytes: 0 };
const lines = (pieces: string[], secrets: string[] = [], limit = 1_000_000): string[] => {
  const masker = createMasker();
  masker.add(...secrets);
  const buffer = createLineBuffer(masker, START, limit);
  return [...pieces.flatMap((piece) => buffer.add(piece, 'stdout', AT)), ...buffer.end(AT)].map((line) => masker.text(line.text));
};

describe('lines', () => {
  it('end at newlines; a message without one is a line', () => {
    expect(lines(['a\nb\r\n', 'c', 'd', '\n'])).toEqual(['a', 'b', 'c', 'd', '']);
  });

  it('go on when a pipe cut them', () => {
    const long = `${'x'.repeat(4095)}y`;
    expect(lines([`start\n${long}`, 'rest\n'])).toEqual(['start', `${long}rest`]);
  });

  it('are numbered on from where the last attempt ended', () => {
    const buffer = createLineBuffer(createMasker(), { lines: 7, bytes: 100 }, 1000);
    expect(buffer.add('a\nb\n', 'stderr', AT).map((line) => [line.n, line.stream])).toEqual([
      [8, 'stderr'],
      [9, 'stderr'],
    ]);
  });

  it('do not mix streams', () => {
    const masker = createMasker();
    masker.add('secret');
    const buffer = createLineBuffer(masker, START, 1000);
    const all = [...buffer.add('sec', 'stdout', AT), ...buffer.add('ret\n', 'stderr', AT), ...buffer.end(AT)];
    expect(all.map((line) => `${line.stream} ${line.text}`)).toEqual(['stderr ret', 'stdout sec']);
  });

  it('stop at the limit with one sentence', () => {
    expect(lines(['12345\n', '12345\n', '12345\n'], [], 12)).toEqual(['12345', '12345', 'Output after 0 KiB is left out.']);
  });

  it('never let a secret through, however it is cut', () => {
    const secret = 'hunter2!hunter2';
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('h', 'hun', 'pass=', '\n', ' ', 'x'.repeat(9_000)), { maxLength: 6 }),
        fc.array(fc.constantFrom('h', 'hun', ' done', '\n', 'y'.repeat(9_000)), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: secret.length - 1 }), { maxLength: 3 }),
        (before, after, cuts) => {
          const points = [...new Set(cuts)].sort((a, b) => a - b);
          const parts = [...points, secret.length].map((end, i) => secret.slice(points[i - 1] ?? 0, end));
          expect(lines([...before, ...parts, ...after], [secret]).join('')).not.toContain(secret);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
