import { expect, test } from 'vitest';
import { yamlPlace } from './yaml-path.ts';

const at = (marked: string) => {
  const { path, writes, word, siblings } = yamlPlace(marked.replace('|', ''), marked.indexOf('|'));
  return { path: path.join('.'), writes, word, siblings: [...siblings].toSorted() };
};

test.each([
  ['api|', { path: '', writes: 'key', word: 'api', siblings: [] }],
  ['kind: Comp|', { path: 'kind', writes: 'value', word: 'Comp', siblings: [] }],
  ['kind: A\nmetadata:\n  name: a\n  |', { path: 'metadata', writes: 'key', word: '', siblings: ['name'] }],
  [
    'metadata:\n  annotations:\n    # why\n    a.b/c: d\n    back|',
    { path: 'metadata.annotations', writes: 'key', word: 'back', siblings: ['a.b/c'] },
  ],
  ['metadata:\n  name: a\nspec:\n  owner: te|', { path: 'spec.owner', writes: 'value', word: 'te', siblings: [] }],
  ['spec:\n  dependsOn:\n    - comp|', { path: 'spec.dependsOn', writes: 'value', word: 'comp', siblings: [] }],
  ['spec:\n  dependsOn:\n  - comp|', { path: 'spec.dependsOn', writes: 'value', word: 'comp', siblings: [] }],
  ['metadata:\n  links:\n    - url: x\n      ti|', { path: 'metadata.links', writes: 'key', word: 'ti', siblings: ['url'] }],
  ['metadata:\n  tags: [a]\nspec:\n  |', { path: 'spec', writes: 'key', word: '', siblings: [] }],
])('%j', (text, expected) => {
  expect(at(text)).toEqual(expected);
});
