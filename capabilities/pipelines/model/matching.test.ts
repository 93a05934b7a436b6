import { expect, test } from 'vitest';
import { mismatch, specificity } from './matching.ts';
import { pipelineSpecSchema } from './pipeline-spec.ts';

const stages = [{ name: 'build', steps: [{ id: 'test', run: 'npm test' }] }];
const component = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'checkout', tags: ['node'] },
  spec: { type: 'service' },
};
const push = { repository: 'shop/checkout', trigger: 'push', branch: 'main', isDefaultBranch: true, component } as const;

test.each([
  [{}, push, undefined],
  [{ types: ['service'] }, push, undefined],
  [{ types: ['website'] }, push, /type service is not among website/],
  [{ tags: ['go'] }, push, /none of the tags go/],
  [{ repositories: ['shop/*'] }, push, undefined],
  [{ repositories: ['shop/*-worker'] }, push, /not among/],
  [{}, { ...push, component: undefined }, /no component/],
  [{}, { ...push, branch: 'feature', isDefaultBranch: false }, /not triggered by push on feature/],
  [{}, { ...push, trigger: 'manual' }, /not triggered by manual/],
] as const)('%j', (match, candidate, expected) => {
  const spec = pipelineSpecSchema.parse({ triggers: [{ push: {} }], match, stages });
  const reason = mismatch(spec, candidate as typeof push);
  if (expected === undefined) expect(reason).toBeUndefined();
  else expect(reason).toMatch(expected);
});

test('naming repositories is more specific than tags, tags than types', () => {
  const of = (match: object): number => specificity(pipelineSpecSchema.parse({ triggers: [{ push: {} }], match, stages }));
  expect(of({ repositories: ['a/b'] })).toBeGreaterThan(of({ tags: ['x'], types: ['y'] }));
  expect(of({ tags: ['x'] })).toBeGreaterThan(of({ types: ['y'] }));
});
