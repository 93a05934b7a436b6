import { expect, it } from 'vitest';
import { parseDocuments } from '../../model/documents.ts';
import { textOf } from './text-of.ts';

it('reads UTF-8 and UTF-16 with and without a mark, and nothing else', () => {
  const text = 'name: Münze\n';
  const big = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
  for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), Buffer.from(`\uFEFF${text}`, 'utf16le'), big])
    expect(textOf(bytes, 'a.yaml')).toBe(text);
  expect(() => textOf(Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'a.zip')).toThrow('a.zip is not a text file.');
});

it('a NUL that got lost in a document does not make the file a binary one', () => {
  const text = 'kind: A\n---\nkind: B\ntitle: "a\0b"\n';
  expect(parseDocuments(textOf(Buffer.from(text), 'a.yaml'))).toMatchObject([{ value: { kind: 'A' } }, { value: { kind: 'B' } }]);
  expect(() => textOf(Buffer.from('kind: A\n', 'utf16le'), 'a.yaml')).toThrow('a.yaml is not a text file.');
});

const latin1 = (text: string) => textOf(Buffer.from(text, 'latin1'), 'a.yaml');

it('bytes that are no UTF-8 break the document that holds them, by name and line, and no other', () => {
  const [first, second, third] = parseDocuments(
    latin1('metadata: {name: a}\n---\nkind: Component\nmetadata:\n  name: b\n  title: Caf\xe9\n---\nmetadata: {name: c}\n'),
  );
  expect([first, third]).toEqual([
    expect.objectContaining({ value: { metadata: { name: 'a' } } }),
    expect.objectContaining({ value: { metadata: { name: 'c' } } }),
  ]);
  expect(second).toMatchObject({
    line: 6,
    broken: { message: 'Line 6, column 13: the byte 0xE9 is no UTF-8.', fix: expect.stringContaining('Save the file as UTF-8') },
    claims: { kind: 'Component', name: 'b', namespace: 'default' },
  });
});

it('comments may hold anything, whole characters around foreign bytes stay, and half a character is told', () => {
  expect(parseDocuments(latin1('# Gr\xfc\xdfe\nname: a\n'))[0]).toMatchObject({ value: { name: 'a' } });
  const mixed = Buffer.concat([Buffer.from('a: Münze 🚀 '), Buffer.from([0xff, 0xf0, 0x9f]), Buffer.from(' ü')]);
  expect(textOf(mixed, 'a.yaml')).toBe('a: Münze 🚀 \udcff\udcf0\udc9f ü');
  expect(parseDocuments('name: "\\ud800"\n')[0]).toMatchObject({ broken: { message: expect.stringContaining('half a character') } });
});
