import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '@paved/kernel';
import { createSandbox } from './sandbox.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const recording = new URL('../../../../shared/fixtures/backstage/golden-1.55/scaffolder-expression-semantics.json', import.meta.url);

describe.skipIf(!existsSync(recording))('expressions as Backstage 1.55 evaluates them', () => {
  const golden = existsSync(recording)
    ? (JSON.parse(readFileSync(recording, 'utf8')) as {
        values: JsonObject;
        input: Record<string, string>;
        output: JsonObject;
        absentKeys: string[];
      })
    : { values: {}, input: {}, output: {}, absentKeys: [] };
  const scope = { parameters: golden.values, environment: { parameters: {} }, context: { task: { id: 'run_1' } } };
  /** Backstage hands the raw text on when an expression fails; here that is an error. */
  const strict = ['refBad', 'badSyntax', 'unknownFilter', 'ctor'];
  /** Backstage refuses hosts it has no integration for; here publishing does. */
  const lenient = ['badRepo'];

  test.each(Object.keys(golden.input).filter((key) => ![...strict, ...lenient].includes(key)))('%s', async (key) => {
    const result = await sandbox.value('x', { [key]: golden.input[key] ?? '' }, scope);
    expect(result).toEqual(golden.absentKeys.includes(key) ? {} : { [key]: golden.output[key] });
  });

  test.each(strict)('%s is an error that says where', async (key) => {
    await expect(sandbox.value('Step "a", input', { deep: [{ [key]: golden.input[key] ?? '' }] }, scope)).rejects.toThrow(
      `Step "a", input.deep[0].${key}: `,
    );
  });
});

describe('what is hostile', () => {
  test('a loop that never ends is stopped with a sentence, and the next expression works', async () => {
    const loop = '{% for a in x %}{% for b in x %}{% for c in x %}{% for d in x %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}';
    const x = Array.from({ length: 1_000 }, () => 1);
    await expect(sandbox.value('Step "a", input', { message: loop }, { x })).rejects.toThrow(
      // On a busy machine the deadline comes before the limit of steps.
      /Step "a", input(\.message: .*limit|: evaluation did not end within)/,
    );
    expect(await sandbox.value('x', '${{ 1 + 1 }}', {})).toBe(2);
  });

  test('a regular expression that never ends is stopped by the deadline', async () => {
    const quick = createSandbox({ deadlineMs: 300 });
    try {
      await expect(quick.value('Step "a", if', '${{ r/^(a+)+$/.test(x) }}', { x: `${'a'.repeat(60)}!` })).rejects.toThrow(
        'Step "a", if: evaluation did not end within 0.3 s',
      );
      expect(await quick.value('x', '${{ 1 + 1 }}', {})).toBe(2);
    } finally {
      await quick.close();
    }
  });

  test('a pattern of a form cannot hang the server either', async () => {
    const quick = createSandbox({ deadlineMs: 300 });
    try {
      const schema = { properties: { name: { type: 'string', pattern: '^(a+)+$' } } };
      await expect(quick.check([schema], { name: `${'a'.repeat(60)}!` })).rejects.toThrow('did not end within');
    } finally {
      await quick.close();
    }
  });

  test('text that grows without end is stopped', async () => {
    await expect(
      sandbox.value('x', "{% set s = 'xxxxxxxxxx' %}{% for i in range(0, 64) %}{% set s = s + s %}{% endfor %}${{ s }}", {}),
    ).rejects.toThrow('x: ');
  });

  test.each(['constructor', '__proto__', 'prototype'])('%s is out of reach', async (name) => {
    await expect(sandbox.value('x', `\${{ parameters.${name}.x }}`, { parameters: {} })).rejects.toThrow(/reserved|not allowed|denied/i);
  });

  test('many at once share the threads and all get their own answer', async () => {
    const results = await Promise.all(Array.from({ length: 50 }, (_, n) => sandbox.value('x', '${{ n * 2 }}', { n })));
    expect(results).toEqual(Array.from({ length: 50 }, (_, n) => n * 2));
  });
});

describe('values against a form', () => {
  const schema = {
    required: ['name', 'owner'],
    properties: {
      name: {
        title: 'Name',
        type: 'string',
        pattern: '^[a-z-]+$',
        description: 'Lower-case letters and dashes.',
        'ui:field': 'EntityNamePicker',
      },
      owner: { title: 'Owner', type: 'string' },
      database: {
        title: 'Database',
        oneOf: [
          { const: 'postgres', title: 'P' },
          { const: 'none', title: 'N' },
        ],
      },
      size: { title: 'Size', type: 'integer', maximum: 3 },
      mail: { title: 'Mail', type: 'string', format: 'email' },
    },
  };

  test('fit', async () => {
    expect(await sandbox.check([schema], { name: 'abc', owner: 'x', database: 'none', size: 3, mail: 'a@b.example' })).toEqual([]);
  });

  test('each problem is a sentence at its field with a way out', async () => {
    const problems = await sandbox.check([schema], { name: 'ABC', database: 'mysql', size: 'x', mail: 'nobody' });
    expect(problems).toEqual([
      { at: '/owner', message: 'Owner is missing.', fix: 'Give a value for owner.' },
      { at: '/name', message: 'Name "ABC" does not fit.', fix: 'Lower-case letters and dashes.' },
      { at: '/database', message: 'Database "mysql" is not one of the choices.', fix: 'Choose postgres or none.' },
      { at: '/size', message: 'Size must be an integer.' },
      { at: '/mail', message: 'Mail "nobody" is not a valid email.' },
    ]);
  });

  test('conditions of Backstage forms work', async () => {
    const conditional = JSON.parse(
      '{"properties":{"ci":{"type":"boolean"}},"if":{"properties":{"ci":{"const":true}}},"then":{"required":["runner"],"properties":{"runner":{"type":"string"}}}}',
    ) as JsonObject;
    expect(await sandbox.check([conditional], { ci: false })).toEqual([]);
    expect((await sandbox.check([conditional], { ci: true })).map((problem) => problem.at)).toEqual(['/runner']);
  });
});
