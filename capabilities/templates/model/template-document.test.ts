import { describe, expect, test } from 'vitest';
import type { Entity, JsonObject } from '@paved/kernel';
import { withDefaults } from './default-values.ts';
import { iterationsOf } from './iterations.ts';
import { nearest } from './nearest.ts';
import { readTemplate } from './template-document.ts';

const template = (spec: JsonObject): Entity => ({
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 't' },
  spec,
});

describe('reading a template', () => {
  test('fills in what Backstage fills in', () => {
    const { steps, pages } = readTemplate(template({ type: 'x', parameters: { properties: {} }, steps: [{ action: 'debug:log' }] }));
    expect(steps).toEqual([{ id: 'step-1', name: 'debug:log', action: 'debug:log', input: {} }]);
    expect(pages.map((page) => page.title)).toEqual(['Fill in']);
  });

  test.each<[JsonObject, string]>([
    [{ type: 'x' }, 'has no steps'],
    [{ type: 'x', steps: [{ id: 'a' }] }, 'spec.steps[0] names no action'],
    [{ type: 'x', steps: ['a'] }, 'spec.steps[0] is not an object'],
    [{ type: 'x', steps: [{ action: 'a', input: 'x' }] }, 'spec.steps[0].input is not an object'],
    [
      {
        type: 'x',
        steps: [
          { id: 'a', action: 'x' },
          { id: 'a', action: 'y' },
        ],
      },
      'two steps have the id "a"',
    ],
  ])('refuses %j', (spec, why) => {
    expect(() => readTemplate(template(spec))).toThrow(why);
  });
});

test('values left out get their defaults, nested ones too, and given ones stay', () => {
  const pages = [
    {
      title: 'x',
      schema: { properties: { a: { default: 1 }, b: { default: 2 }, o: { type: 'object', properties: { c: { default: 3 } } } } },
    },
  ];
  expect(withDefaults(pages, { b: false, o: {} })).toEqual({ a: 1, b: false, o: { c: 3 } });
});

test('each takes lists and objects and refuses anything else', () => {
  expect(iterationsOf('s', ['x', 'y'])).toEqual([
    { key: '0', value: 'x' },
    { key: '1', value: 'y' },
  ]);
  expect(iterationsOf('s', { k: 1 })).toEqual([{ key: 'k', value: 1 }]);
  expect(() => iterationsOf('s', 'text')).toThrow('not a list or an object');
  expect(() => iterationsOf('s', undefined)).toThrow('undefined');
  expect(() =>
    iterationsOf(
      's',
      Array.from({ length: 201 }, () => 1),
    ),
  ).toThrow('at most 200');
});

test('the nearest name is offered only when it is near', () => {
  expect(nearest('publish:github', ['publish:git', 'debug:log'])).toBe('publish:git');
  expect(nearest('fetch:tempalte', ['fetch:template', 'fetch:plain'])).toBe('fetch:template');
  expect(nearest('xyz', ['fetch:template'])).toBeUndefined();
});
