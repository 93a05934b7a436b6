import { expect, it } from 'vitest';
import { textOf } from './text-of.ts';

it('reads UTF-8 and UTF-16 with and without a mark, and nothing else', () => {
  const text = 'name: Münze\n';
  const big = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
  for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), Buffer.from(`\uFEFF${text}`, 'utf16le'), big])
    expect(textOf(bytes, 'a.yaml')).toBe(text);
  expect(() => textOf(Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'a.zip')).toThrow('a.zip is not a text file.');
});
