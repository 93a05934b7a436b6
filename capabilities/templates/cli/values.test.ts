import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@paved/kernel';
import { collectValues, propertiesOf, readSetting, requiredOf } from './values.ts';

const pages: { schema: JsonObject }[] = [
  { schema: { required: ['name'], properties: { name: { type: 'string' }, size: { type: 'integer' }, public: { type: 'boolean' } } } },
  { schema: { properties: { tags: { type: 'array' }, limits: { type: 'object', properties: { cpu: { type: 'number' } } } } } },
];
const properties = propertiesOf(pages);

describe('--set', () => {
  test.each<[string, unknown]>([
    ['name=007', '007'],
    ['name=a=b', 'a=b'],
    ['size=3', 3],
    ['public=yes', true],
    ['public=false', false],
    ['tags=a, b', ['a', 'b']],
    ['tags=["a,b"]', ['a,b']],
    ['limits={"cpu":1}', { cpu: 1 }],
    ['limits.cpu=0.5', 0.5],
    ['unheard=of', 'of'],
  ])('%s', (text, value) => {
    expect(readSetting(text, properties)[1]).toEqual(value);
  });

  test.each([
    ['name', 'has no key and value'],
    ['=x', 'has no key and value'],
    ['size=big', 'is not a number'],
    ['public=maybe', 'is not true or false'],
    ['limits={', 'is not JSON'],
  ])('%s is refused', (text, why) => {
    expect(() => readSetting(text, properties)).toThrow(why);
  });
});

test('settings win over the file and leave the rest of it alone', () => {
  const file = { name: 'v.yaml', text: 'name: a\nlimits:\n  cpu: 1\n  memory: 2\n' };
  expect(collectValues(file, ['limits.cpu=4', 'size=1'], properties)).toEqual({ name: 'a', size: 1, limits: { cpu: 4, memory: 2 } });
  expect(() => collectValues({ name: 'v.yaml', text: '- a' }, [], properties)).toThrow('v.yaml does not hold keys and values');
});

test('required names come from all pages', () => {
  expect([...requiredOf(pages)]).toEqual(['name']);
});
