import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { restartDelay } from './backoff.ts';
import { nextRun, parseCron } from './cron.ts';
import { exitReason } from './exit-reason.ts';
import { openLogFile } from './log-file.ts';
import { createMasker } from './mask.ts';

test('restarts: at once, then 0.5 s doubling up to 30 s', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 50].map(restartDelay)).toEqual([0, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test('the reason counts equal ends', () => {
  expect(
    exitReason(
      [
        { code: 2, at: 0 },
        { code: 1, at: 10_000 },
        { code: 1, at: 30_000 },
        { code: 1, at: 50_000 },
      ],
      50_000,
      'boom',
    ),
  ).toBe('Exited with code 1 three times in 40 s; last line: boom');
  expect(exitReason([{ signal: 'SIGKILL', at: 0 }], 1)).toBe('Ended by SIGKILL');
});

describe('cron', () => {
  const next = (text: string, after: string): string | undefined => nextRun(parseCron(text), new Date(after))?.toISOString();
  test.each([
    ['*/15 * * * *', '2026-03-01T10:07:30Z', '2026-03-01T10:15:00.000Z'],
    ['0 3 * * *', '2026-03-01T03:00:00Z', '2026-03-02T03:00:00.000Z'],
    ['30 9 * * mon-fri', '2026-03-06T10:00:00Z', '2026-03-09T09:30:00.000Z'],
    ['0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 13 * 5', '2026-03-07T00:00:00Z', '2026-03-13T00:00:00.000Z'],
    ['0 0 1 * 1', '2026-03-03T00:00:00Z', '2026-03-09T00:00:00.000Z'],
    ['5 4 * * 7', '2026-03-03T00:00:00Z', '2026-03-08T04:05:00.000Z'],
    ['@hourly', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00.000Z'],
    ['0 0 31 2 *', '2026-01-01T00:00:00Z', undefined],
  ])('%s after %s', (text, after, expected) => expect(next(text, after)).toBe(expected));
  test.each(['* * * *', '60 * * * *', '* * * * mun', '5-1 * * * *', '*/0 * * * *', '1,,2 * * * *'])('%s is refused', (text) => {
    expect(() => parseCron(text)).toThrow(/schedule/);
  });
});

test('secrets are masked as they are, in JSON, in URLs and line by line', () => {
  const mask = createMasker(['p"ss/w0rd', 'ab', 'first line\nsecond line']);
  expect(mask('x p"ss/w0rd y')).toBe('x •••• y');
  expect(mask(JSON.stringify({ a: 'p"ss/w0rd' }))).toBe('{"a":"••••"}');
  expect(mask(`http://u:${encodeURIComponent('p"ss/w0rd')}@h`)).toBe('http://u:••••@h');
  expect(mask('ab second line')).toBe('ab ••••');
});

test('logs are bounded, numbered through rotations and restarts, and read from the end', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-log-'));
  try {
    const limits = { bytesPerFile: 2_000, files: 3 };
    const line = (text: string, instance = 'r1-1'): { at: string; stream: 'stdout'; text: string; instance: string } => ({
      at: 'now',
      stream: 'stdout',
      text,
      instance,
    });
    let log = openLogFile(folder, limits);
    for (let i = 1; i <= 100; i++) log.append([line(`line ${i}`, i % 2 === 0 ? 'r1-1' : 'r1-2')]);
    expect(readdirSync(folder)).toHaveLength(3);
    log = openLogFile(folder, limits);
    expect(log.append([line('after')])[0]?.n).toBe(101);
    expect(log.tail(3).map(({ n, text }) => [n, text])).toEqual([
      [99, 'line 99'],
      [100, 'line 100'],
      [101, 'after'],
    ]);
    expect(log.tail(2, 'r1-2').map(({ text }) => text)).toEqual(['line 97', 'line 99']);
    expect(log.tail(0)).toEqual([]);
    expect(log.tail(1000)[0]?.n).toBeGreaterThan(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
