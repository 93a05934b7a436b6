import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from './documents.ts';

const good = 'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ok\n';
const brokenOf = (text: string) => parseDocuments(text).flatMap((d) => ('broken' in d ? [d] : []));
const goodOf = (text: string) => parseDocuments(text).flatMap((d) => ('broken' in d ? [] : [d]));

describe('parseDocuments', () => {
  it.each([
    ['an open quote', 'name: "x\nmore: 1'],
    ['an open bracket', 'a: [1, 2'],
    ['bad indentation', 'a:\n  - b\n c: d'],
    ['an open block in a flow', 'a: {b: [c'],
    ['a doubled key', 'a: 1\na: 2'],
    ['a tab', 'a:\n\tb: 1'],
    ['an unknown alias', 'a: *nope'],
  ])('keeps %s from its neighbours and says the line', (_what, text) => {
    const file = `${good}---\n${text}\n---\n${good}`;
    expect(goodOf(file)).toHaveLength(2);
    const [broken] = brokenOf(file);
    expect(broken?.broken.message).toMatch(/^YAML error at line \d+/);
    expect(Number(/line (\d+)/.exec(broken?.broken.message ?? '')?.[1])).toBeGreaterThan(5);
    expect(broken?.broken.fix).toBeTruthy();
  });

  it('knows the line of every field, after comments, markers and byte order marks', () => {
    const [first, second] = goodOf(`\ufeff# head\n---\n${good}--- # next\n\n${good}`);
    expect(first?.lineOf('/metadata/name')).toBe(6);
    expect(second?.lineOf('/metadata/name')).toBe(12);
    expect(second?.lineOf('/spec/owner')).toBe(9);
  });

  it('ignores empty documents and reads JSON', () => {
    expect(parseDocuments('---\n# nothing\n---\n\n---\n')).toEqual([]);
    expect(goodOf('{"kind": "Component"}')).toHaveLength(1);
  });

  it('does not merge << keys (as Backstage)', () => {
    expect(goodOf('a: &a {x: 1}\nb: {<<: *a}')[0]?.value['b']).toEqual({ '<<': { x: 1 } });
  });

  it('bounds alias bombs, depth and size', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}\n`;
    const started = performance.now();
    expect(brokenOf(`${good}---\n${bomb}`)[0]?.broken.message).toMatch(/alias|expands/i);
    expect(brokenOf(`a: ${'['.repeat(50_000)}`)[0]?.broken.message).toMatch(/deeper/);
    expect(brokenOf(`a: ${'{a: '.repeat(500)}1${'}'.repeat(500)}`)[0]?.broken.message).toMatch(/deeper/);
    expect(brokenOf(Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'))[0]?.broken.message).toMatch(/deeper/);
    expect(brokenOf('x'.repeat(9 * 1024 * 1024))[0]?.broken.message).toMatch(/characters/);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  // Each of these, as long as a file may be, took the only thread for seconds.
  it.each([
    ['blank lines', '\n'.repeat(500_000)],
    ['comments', '#\n'.repeat(300_000)],
    ['anchors', `x: [${'&a 1,'.repeat(200_000)}]`],
    ['keys', Array.from({ length: 120_000 }, (_, i) => `k${i}: 1\n`).join('')],
    ['dashes', '- '.repeat(300_000)],
  ])('reads no document of very many %s to its end', (_what, text) => {
    const file = `${good}---\n${text}${good}---\n${good}`;
    expect(brokenOf(file).map(({ line, broken }) => [line, broken.message])).toEqual([
      [5, 'The document has more than 400000 parts (keys, texts, marks and lines).'],
    ]);
    expect(goodOf(file)).toHaveLength(2);
  });

  it('parts documents at lines of YAML only, and takes carriage returns alone for line ends where there are no others', () => {
    expect(goodOf('name: "a\u2028--- b"')[0]?.value).toEqual({ name: 'a\u2028--- b' });
    const old = `${good}---\n${good}`.replaceAll('\n', '\r');
    expect(goodOf(old).map((document) => document.lineOf('/metadata/name'))).toEqual([4, 9]);
  });

  it.each([
    ['<!DOCTYPE html>\n<html></html>', 1, 'The document is a web page, not YAML.', 'raw file'],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 1\n', 1, 'The document is a pointer of Git LFS', 'out of Git LFS'],
    ['../other/catalog-info.yaml', 1, 'The document is only the name ../other/catalog-info.yaml', 'Point to that file'],
    ['a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n', 2, 'YAML error at line 2', 'conflict'],
    ['a: 1\nkind:Component\nb: 2\n', 2, 'YAML error at line 2', 'Put a blank after the colon.'],
    ['%YAML 1.2\na: 1\n', 2, 'YAML error at line 2', 'three dashes'],
    ['a: 1\rb: 2\nc: 3\n', 1, 'YAML error at line 1', 'line ends'],
  ])('names the true cause: %j', (text, line, message, fix) => {
    const [broken] = brokenOf(text);
    expect(broken).toMatchObject({ line, broken: { message: expect.stringContaining(message), fix: expect.stringContaining(fix) } });
  });

  it('keeps prototype keys as data', () => {
    const value = goodOf('__proto__: {polluted: true}\nconstructor: 1')[0]?.value;
    expect(Object.hasOwn(value ?? {}, '__proto__')).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('never throws, whatever the text', () => {
    const piece = fc.constantFrom(
      '---',
      '\n',
      ' ',
      'a:',
      '- ',
      '&a',
      '*a',
      '!!',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      '|',
      '>',
      '%',
      '\t',
      '\u0000',
      '\ud800',
      '<<',
      '? ',
      ': ',
      '#',
      'apiVersion: x',
      '__proto__: 1',
      '...',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        parseDocuments(text);
        expect(goodOf(`${good}---\n${text}\n---\n${good}`).filter((d) => d.value['kind'] === 'Component').length).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 2000 },
    );
  });
});
