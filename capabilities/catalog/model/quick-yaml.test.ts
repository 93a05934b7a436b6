import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCounter, parseAllDocuments } from 'yaml';
import { quickDocument } from './quick-yaml.ts';

/** The full parser's answer, read as `parseDocuments` does. */
function full(source: string): { value: unknown; line: number; errors: number } {
  const lines = new LineCounter();
  const documents = parseAllDocuments(source, { lineCounter: lines, merge: false, stringKeys: false, logLevel: 'silent' });
  const [document] = documents;
  if (document === undefined || !('contents' in document)) return { value: undefined, line: 0, errors: 0 };
  const errors = document.errors.length + (documents.length > 1 ? 1 : 0);
  const range = document.contents?.range;
  return { value: errors > 0 ? undefined : document.toJS(), line: range ? lines.linePos(range[0]).line - 1 : 0, errors };
}

/** The short way says the same as the long one, or nothing. */
function agrees(source: string): boolean {
  const quick = quickDocument(source);
  if (quick === undefined) return false;
  const long = full(source);
  expect(long.errors, source).toBe(0);
  expect(quick.value, source).toEqual(long.value);
  expect(quick.line, source).toBe(long.line);
  return true;
}

const usual = `# A comment
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  title: "Check: out"
  description: It's the shop's way, to pay # really
  annotations:
    github.com/project-slug: acme/checkout
    empty:
  tags: [java, go]
  links:
  - url: https://example.com/a?b=c#d
    title: 'Dash'
  -   url: https://example.com/2
      icon: x
spec:
  type: service
  count: 12
  on: true
  off: False
  none: ~
  version: 1.2.3
  owner: group:default/team-a
  list:
    - a
    - b: c
      d:
        - e
    - f
  nothing: []
  nobody: {}
  definition: |
    openapi: "3.0.0"

      deeper: yes
    end

  short: |-
    text
  last: x
`;

describe('the short way to read YAML', () => {
  it('reads what catalog files are usually made of', () => {
    expect(agrees(usual)).toBe(true);
    for (const text of ['a: b', 'a:\n  - b\n  - c\nd: 0', 'a:\n- b\n', '\n\na: 1\n\n# end', 'a: x y\nb: /c\n', 'a: é\n'])
      expect(agrees(text), text).toBe(true);
  });

  it('leaves everything else to the full parser', () => {
    for (const text of [
      'a: &x b\nc: *x',
      'a: !!str 1',
      'a: b\n  c',
      'a: b\na: c',
      'a: b: c',
      'a: >\n  folded\n',
      'a: "b\\n"',
      'a: {b: c}',
      '- a',
      'a:\tb',
      '{"a": 1}',
      'a: 007',
      'a: 1.5',
      'a: -1',
      'a: 0x1F',
      'a: 1e3',
      '<<: b',
      '__proto__: {}',
      'constructor:\n  a: b',
      'a: |\n',
      'a: @b',
      'a: "b" c',
      "a: 'it''s'",
      'true: a',
      'a: b\n c: d',
      'a:\n    b: c\n  d: e',
      '? a\n: b',
      'a: b\r\nc: d',
      '',
      '# nothing',
    ])
      expect(quickDocument(text), text).toBeUndefined();
  });

  it('never disagrees with the full parser, whatever is broken in a document', () => {
    const pieces = [
      ...usual.split('\n').map((line) => `${line}\n`),
      ...[
        ' ',
        '  ',
        '\n',
        ':',
        ': ',
        '- ',
        '#',
        ' #',
        '"',
        "'",
        '|',
        '>',
        '[',
        ']',
        '{}',
        '[a, b]',
        '~',
        'null',
        '0',
        '1.0',
        '-',
        '?',
        'é',
        'a: b\n',
        '- a\n',
        '&a',
        '*a',
        '!',
        '%',
        ',',
        '`',
        'a:\n',
        '  a: |\n',
        '    x\n',
        '   \n',
      ],
    ];
    const mutation = fc.tuple(fc.nat(usual.length), fc.nat(4), fc.constantFrom(...pieces));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        let text = usual;
        for (const [at, drop, piece] of mutations) text = text.slice(0, at) + piece + text.slice(at + drop);
        agrees(text);
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }), (parts) => void agrees(parts.join(''))),
      { numRuns: 5000 },
    );
    const line = fc
      .tuple(
        fc.constantFrom('', '  ', '    ', '   '),
        fc.constantFrom('', '', '- ', '-  '),
        fc.constantFrom('a:', 'b:', 'c:', 'd/e.f-g:', 'x', 'x y', '', '# c', 'a: '),
        fc.constantFrom(
          '',
          ' v',
          ' v w',
          ' "q"',
          " 'q'",
          ' |',
          ' |-',
          ' 1',
          ' x#y',
          ' x # y',
          ' x ',
          ' []',
          ' {}',
          ' [a,b]',
          ' a:b',
          ' ~',
          ' null',
          ' 1.2.3',
          ' -',
          ' /x',
          ' $x',
          ' <x',
          ' (x',
          ' _x',
          ' 12ab',
          ' 0',
          ' 00',
          ' 1_000',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 7 }), (lines) => void agrees(lines.join('\n'))),
      { numRuns: 20_000 },
    );
  });

  const corpora = path.resolve(import.meta.dirname, '../../../../shared/fixtures/corpora');
  it.skipIf(!existsSync(corpora))(
    'agrees on every document of real catalogs (skipped where the fixtures are not)',
    () => {
      let read = 0;
      let quick = 0;
      const visit = (folder: string): void => {
        for (const name of readdirSync(folder)) {
          const file = path.join(folder, name);
          if (statSync(file).isDirectory()) visit(file);
          else if (/\.ya?ml$/.test(name)) {
            for (const source of readFileSync(file, 'utf8').split(/^---(?=\s|$)/m)) {
              read++;
              if (agrees(source)) quick++;
            }
          }
        }
      };
      for (const name of ['catalog', 'orgs']) if (existsSync(path.join(corpora, name))) visit(path.join(corpora, name));
      expect(quick / Math.max(1, read)).toBeGreaterThan(0.3);
    },
    120_000,
  );
});
