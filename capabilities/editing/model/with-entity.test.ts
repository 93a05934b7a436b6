import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import type { JsonObject } from '@paved/kernel';
import { appendPart, documentParts, partOf, removePart, replacePart } from './document-parts.ts';
import { valueOfText, withEntity } from './with-entity.ts';

const file = `# Everything of the shop team.
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout   # never rename
  description: >-
    Takes the money
    of customers.
  annotations:
    # how often it may fail
    example.com/budget: '0.1'

  tags:
  - java      # since 2019
  - "payments"
spec:
  type: service
  lifecycle: production
  owner: team-a # see the handbook
  dependsOn: [ resource:default/db,  component:default/mail ]
`;

const lines = (text: string): string[] => text.split('\n');
const changedLines = (before: string, after: string): string[] => lines(after).filter((line) => !lines(before).includes(line));
const edit = (text: string, change: (value: JsonObject & { metadata: JsonObject; spec: JsonObject }) => void): string => {
  const value = valueOfText(text) as JsonObject & { metadata: JsonObject; spec: JsonObject };
  change(value);
  return withEntity(text, value);
};

test('one changed field is one changed line, with its comment', () => {
  const after = edit(file, (value) => void (value.spec['owner'] = 'team-b'));
  expect(changedLines(file, after)).toEqual(['  owner: team-b # see the handbook']);
  expect(lines(after)).toHaveLength(lines(file).length);
});

test('a tag added in a list that is not indented; the others keep form and comments', () => {
  const after = edit(file, (value) => void (value.metadata['tags'] = ['java', 'payments', 'critical']));
  expect(changedLines(file, after)).toEqual(['  - critical']);
  const removed = edit(file, (value) => void (value.metadata['tags'] = ['payments']));
  expect(removed).not.toContain('java');
  expect(changedLines(file, removed)).toEqual([]);
});

test('a new field finds its usual place', () => {
  const after = edit(file, (value) => void (value.metadata['title'] = 'Checkout'));
  expect(changedLines(file, after)).toEqual(['  title: Checkout']);
  expect(lines(after).indexOf('  title: Checkout')).toBe(lines(after).findIndex((line) => line.includes('name: checkout')) + 1);
});

test('nothing changed, nothing written; Windows line ends and JSON stay what they are', () => {
  expect(withEntity(file, valueOfText(file))).toBe(file);
  const windows = file.replaceAll('\n', '\r\n');
  const after = edit(windows, (value) => void (value.spec['lifecycle'] = 'deprecated'));
  expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  expect(after).toContain('lifecycle: deprecated\r\n');
  const json = '{\n    "kind": "Component",\n    "spec": { "owner": "a" }\n}\n';
  expect(withEntity(json, { kind: 'Component', spec: { owner: 'b' } })).toBe(
    '{\n    "kind": "Component",\n    "spec": {\n        "owner": "b"\n    }\n}\n',
  );
});

const scalar = fc.oneof(
  fc.constantFrom(
    'service',
    'yes',
    '0.1',
    '2026-01-01',
    '- x',
    '# no comment',
    'a: b',
    '',
    ' padded ',
    '*star',
    '&and',
    '{x}',
    'multi\nline\n',
    'ö😀',
    'null',
    '1e3',
  ),
  fc.integer(),
  fc.boolean(),
  fc.string(),
);
const key = fc.constantFrom('owner', 'type', 'example.com/x', 'tags', 'a b', 'no', '1', 'links', 'description', 'x#y', '?q');
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('json'), { maxLength: 4 }), fc.dictionary(key, tie('json'), { maxKeys: 4 })),
}));
const object = fc.dictionary(key, json, { maxKeys: 5 });
const comment = fc.constantFrom('', ' # why', ' # "quoted": yes');

/** Writes a value in some form, with comments strewn over its lines. */
const strewn = fc
  .tuple(object, fc.array(comment, { minLength: 5, maxLength: 5 }), fc.constantFrom(2, 4), fc.boolean())
  .map(([value, comments, indent, indentSeq]) => {
    const document = parseDocument('{}');
    document.contents = document.createNode({ kind: 'Component', ...value }) as never;
    const text = document.toString({ indent, indentSeq, lineWidth: 0 });
    const commented = lines(text)
      .flatMap((line, i) => {
        const plain = /^[a-z./]+: [a-z]+$/.test(line);
        return [...(i % 4 === 3 && /^[a-z]+:/.test(line) ? [`# above ${i}`] : []), plain ? line + (comments[i % 5] ?? '') : line];
      })
      .join('\n');
    return commented;
  });

test('whatever changes, the text says it, and comments of what stays are kept', () => {
  fc.assert(
    fc.property(strewn, object, (text, wanted) => {
      let before: unknown;
      try {
        before = parse(text);
      } catch {
        return;
      }
      const value = { kind: 'Component', ...wanted } as JsonObject;
      const after = withEntity(text, value);
      expect(JSON.stringify(parse(after))).toBe(JSON.stringify(parse(after)));
      expect(valueOfText(after)).toEqual(value);
      if (JSON.stringify(before) === JSON.stringify(value)) expect(after).toBe(text);
    }),
    { numRuns: 400 },
  );
});

test('one field of many changes: no other line does', () => {
  fc.assert(
    fc.property(strewn, fc.constantFrom('team-b', 'team c'), (text, owner) => {
      const whole = `${text}zz-last: team-a # mine\n`;
      let value: JsonObject;
      try {
        value = valueOfText(whole);
      } catch {
        return;
      }
      const after = withEntity(whole, { ...value, 'zz-last': owner });
      expect(after).toBe(`${text}zz-last: ${owner} # mine\n`);
    }),
    { numRuns: 300 },
  );
});

test('neighbours in a file of many documents stay byte for byte', () => {
  const documents = fc.array(fc.tuple(strewn, fc.constantFrom('---\n', '--- \n', '---\r\n', '\n---\n# between\n')), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(documents, fc.nat(), (parts, at) => {
      const text = parts.map(([document, marker], i) => (i === 0 ? '' : marker) + document).join('');
      const found = documentParts(text);
      expect(found.map((part) => text.slice(part.start, part.end))).toEqual(found.map((part) => part.text));
      const chosen = found[at % found.length];
      if (chosen === undefined) return;
      const after = replacePart(text, chosen, 'kind: Component\nnew: true\n');
      expect(after.startsWith(text.slice(0, chosen.start))).toBe(true);
      expect(after.endsWith(text.slice(chosen.end))).toBe(true);
      const again = documentParts(after);
      expect(again).toHaveLength(found.length);
      const removed = removePart(text, chosen);
      expect(removed === undefined ? [] : documentParts(removed).map((part) => part.text.trim())).toEqual(
        found.filter((part) => part !== chosen).map((part) => part.text.trim()),
      );
      expect(documentParts(appendPart(text, 'kind: Other\n'))).toHaveLength(found.length + 1);
    }),
    { numRuns: 200 },
  );
});

test('a document is found by its reference, a broken one too', () => {
  const text = `---\nkind: Group\nmetadata: { name: Shop }\n---\nkind: Component\nmetadata:\n  name: a\n  namespace: x\nspec: [\n`;
  expect(partOf(text, 'group:default/shop')?.line).toBe(2);
  expect(partOf(text, 'component:x/a')?.line).toBe(5);
  expect(partOf(text, 'component:default/a')).toBeUndefined();
});
