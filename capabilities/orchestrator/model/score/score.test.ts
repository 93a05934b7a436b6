import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import type { Json } from '@paved/kernel';
import { mismatches } from '../shape.ts';
import { BadReference, lookUp } from '../placeholder.ts';
import { checkScore, readScore } from './read.ts';
import { resolved } from '../resolve.ts';
import { scoreLookUp, type ScoreScope } from './references.ts';
import { scoreShape } from './schema.ts';

const fixtures = fileURLToPath(new URL('../../../../../shared/fixtures/score/', import.meta.url));
const present = existsSync(fixtures);
const json = (file: string) => JSON.parse(readFileSync(path.join(fixtures, file), 'utf8'));

interface Mutation {
  op: 'set' | 'remove';
  path: string[];
  value?: unknown;
}
interface SchemaCase {
  name: string;
  mutations: Mutation[];
  valid: boolean;
  messageContains: string;
}

function mutated(base: object, mutations: Mutation[]): unknown {
  const copy = structuredClone(base) as Record<string, unknown>;
  for (const { op, path: keys, value } of mutations) {
    const last = keys.at(-1) ?? '';
    const parent = keys.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
    if (op === 'set') parent[last] = value;
    else delete parent[last];
  }
  return copy;
}

describe.skipIf(!present)('the schema, against score-go’s own cases (skipped without ../shared)', () => {
  const { base, cases } = present ? (json('score-go/schema-cases.json') as { base: object; cases: SchemaCase[] }) : { base: {}, cases: [] };
  test('there are 130', () => expect(cases).toHaveLength(130));
  test.each(cases.map((c) => [c.name, c] as const))('%s', (_, { mutations, valid, messageContains }) => {
    const problems = mismatches(mutated(base, mutations), scoreShape);
    expect(problems.length === 0).toBe(valid);
    // score-go names the JSON pointer; ours is the same or below it.
    if (messageContains.startsWith('/')) expect(problems.some((p) => p.at.startsWith(messageContains))).toBe(true);
    for (const problem of problems) expect(problem.message).toMatch(/^[A-Za-z].*\.$/);
  });
});

describe.skipIf(!present)('placeholders, against score-go’s own cases (skipped without ../shared)', () => {
  const cases = present ? json('score-go/substitution-cases.json') : { context: {}, refLookup: [], string: [] };
  const scope: ScoreScope = {
    metadata: cases.context.metadata,
    resource(name, keys, reference) {
      if (keys.length === 0 && ['env', 'db', 'static'].includes(name)) return name;
      if (name === 'env') return `\${${keys[0]}}`;
      if (name === 'db') return `\${DB_${keys.join('_').toUpperCase()}?required}`;
      if (name === 'static') return lookUp({ x: 'a' }, keys, reference);
      throw new BadReference(reference, 'no such resource.');
    },
  };
  const substituted = (text: string) => resolved(text, (reference) => scoreLookUp(reference, scope) as Json, 'here');
  interface Case {
    input: string;
    expected?: string;
    error?: string;
  }
  test.each((cases.string as Case[]).map((c) => [c.input, c] as const))('text %s', (input, { expected, error }) => {
    if (error === undefined) expect(substituted(input)).toBe(expected);
    else expect(() => substituted(input)).toThrow(/refer|there is no/);
  });
  test.each((cases.refLookup as Case[]).map((c) => [c.input, c] as const))('reference %s', (input, { expected, error }) => {
    const result = () => {
      const value = scoreLookUp(input, scope);
      return typeof value === 'string' ? value : JSON.stringify(value);
    };
    if (error === undefined) expect(result()).toBe(expected);
    else expect(result).toThrow(BadReference);
  });
});

describe.skipIf(!present)('whole documents (skipped without ../shared)', () => {
  const folder = path.join(fixtures, 'score-go/validate');
  const files = present ? readdirSync(folder) : [];
  test.each(files)('%s', (file) => {
    const checked = checkScore(parse(readFileSync(path.join(folder, file), 'utf8')));
    if (file.includes('Error') || file.includes('missing')) {
      expect(checked).toMatchObject({ problems: [{ at: '/metadata', message: 'metadata has no name.' }] });
    } else if (file.includes('Upgrade')) {
      // Its volume refers to a resource that it does not declare: the upgrade works, the stricter reading refuses.
      expect(checked).toMatchObject({
        problems: [{ message: '${resources.data} refers to the resource "data", which the document does not declare.' }],
      });
    } else if (file === 'TestValidateJson.json' || file === 'TestValidateYaml.yaml') expect(checked).toHaveProperty('document');
  });

  const samples = present
    ? [...readdirSync(fixtures, { recursive: true, encoding: 'utf8' })].filter(
        (f) => /(^|\/)score[^/]*\.ya?ml$/.test(f) && !f.includes('expected/'),
      )
    : [];
  test.each(samples)('public sample %s is accepted', (file) => {
    const text = readFileSync(path.join(fixtures, file), 'utf8');
    expect(() => readScore(text, file)).not.toThrow();
  });
});

const score = (more: string) => `apiVersion: score.dev/v1b1\nmetadata: {name: shop}\n${more}`;
const problemsOf = (text: string) => {
  const checked = checkScore(parse(text));
  return 'problems' in checked ? checked.problems.map((p) => `${p.message} ${p.fix ?? ''}`.trim()) : [];
};

describe('sentences', () => {
  test.each([
    ['containers: {main: {image: ., comand: [node]}}', 'containers.main knows no field "comand". Did you mean command?'],
    [
      'containers: {main: {image: ., variables: {PORT: 8080}}}',
      'containers.main.variables.PORT must be text, not the number 8080. Put it in quotes: "8080".',
    ],
    [
      'containers: {main: {image: ., variables: {A: "${resources.bd.host}"}}}\nresources: {db: {type: postgres}}',
      '${resources.bd.host} refers to the resource "bd", which the document does not declare. Did you mean "db"? Otherwise add resources.bd with its type.',
    ],
    [
      'containers: {main: {image: ., before: {bb: {ready: healthy}}}, bb: {image: ., before: {main: {ready: healthy}}}}',
      'Containers wait for each other in a circle: main → bb → main. Remove one of these before entries.',
    ],
    [
      'containers: {main: {image: ., before: {main: {ready: healthy}}}}',
      'The container "main" is to run before itself. Remove that entry.',
    ],
    ['service: {ports: {web: {port: 0}}}\ncontainers: {main: {image: .}}', 'service.ports.web.port must be between 1 and 65535, not 0.'],
    [
      'containers: {main: {image: ., files: {/a: {mode: "0644"}}}}',
      'containers.main.files./a needs exactly one of content, source, binaryContent, but has none.',
    ],
  ])('%s', (text, sentence) => expect(problemsOf(score(text))).toContain(sentence));

  test('broken YAML names the line', () => {
    expect(() => readScore('containers: [\n  a: }')).toThrow(/score\.yaml is not readable YAML: .*line 2/);
  });
});

test('older spellings are brought up to date', () => {
  const checked = checkScore(
    parse(`${score('resources: {data: {type: volume}}')}
containers:
  main:
    image: busybox
    files: [{target: /a.txt, mode: "666", content: [one, two]}]
    volumes: [{source: "\${resources.data}", target: /mnt, read_only: true}]`),
  );
  expect(checked).toMatchObject({
    document: {
      containers: {
        main: {
          files: { '/a.txt': { mode: '666', content: 'one\ntwo' } },
          volumes: { '/mnt': { source: '${resources.data}', readOnly: true } },
        },
      },
    },
  });
});
