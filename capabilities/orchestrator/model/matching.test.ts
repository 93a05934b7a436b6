import { describe, expect, test } from 'vitest';
import type { Criteria } from './kinds.ts';
import { matchDefinition, type Definition, type MatchRequest } from './matching.ts';

const request: MatchRequest = {
  type: 'postgres',
  class: 'default',
  resId: 'orders',
  environment: 'dev',
  environmentType: 'development',
  component: { ref: 'component:default/shop', name: 'shop' },
};
const fields = ['resId', 'envId', 'appId', 'envType'] as const;
const right: Criteria = { resId: 'orders', envId: 'dev', appId: 'shop', envType: 'development' };
const definition = (name: string, criteria?: Criteria[], more: Partial<Definition['spec']> = {}, builtIn = false): Definition => ({
  ref: `resourcedefinition:default/${name}`,
  name,
  builtIn,
  spec: { type: 'postgres', driver: 'postgres', ...(criteria === undefined ? {} : { criteria }), ...more },
});
const subset = (bits: number): Criteria =>
  Object.fromEntries(fields.filter((_, i) => bits & (8 >> i)).map((field) => [field, right[field]]));
const chosen = (definitions: Definition[], asked = request, pin?: string): string =>
  matchDefinition(asked, definitions, pin).definition.name;

describe('specificity', () => {
  const all = Array.from({ length: 16 }, (_, bits) => bits);
  test.each(all.flatMap((a) => all.filter((b) => b !== a).map((b) => [a, b] as const)))(
    'of the subsets %i and %i the one with the stronger field wins',
    (a, b) => {
      const definitions = [definition(`set-${a}`, [subset(a)]), definition(`set-${b}`, [subset(b)])];
      const stronger = Math.max(a, b);
      expect(chosen(definitions)).toBe(`set-${stronger}`);
      expect(chosen(definitions.toReversed())).toBe(`set-${stronger}`);
    },
  );

  test.each(all.filter((bits) => bits > 0))('the subset %i does not match when one of its fields differs', (bits) => {
    for (const field of fields.filter((_, i) => bits & (8 >> i))) {
      const wrong = { ...subset(bits), [field]: 'other' };
      expect(chosen([definition('wrong', [wrong]), definition('any')])).toBe('any');
    }
  });
});

describe('class', () => {
  test('is compared exactly, absent means default', () => {
    expect(() => chosen([definition('large', [{ class: 'large' }])])).toThrow('No definition makes postgres of class default in dev.');
    expect(chosen([definition('large', [{ class: 'large' }]), definition('plain')], { ...request, class: 'large' })).toBe('large');
    expect(chosen([definition('short', [{ envId: 'dev' }], { class: 'large' }), definition('plain')], { ...request, class: 'large' })).toBe(
      'short',
    );
  });
  test('a mistyped one gets the nearest', () => {
    const error = grab(() => chosen([definition('large', [{ class: 'large' }])], { ...request, class: 'lage' }));
    expect(error).toMatchObject({ message: 'No definition makes postgres of class lage in dev.', fix: 'Did you mean "large"?' });
  });
});

test('equal ones: a built-in gives way, two of the platform team’s are refused', () => {
  expect(chosen([definition('builtin', undefined, {}, true), definition('ours')])).toBe('ours');
  expect(() => chosen([definition('one'), definition('two')])).toThrow(
    'The definitions one and two match postgres of class default in dev equally well.',
  );
});

test('an environment’s binding wins over everything, and must exist', () => {
  const definitions = [definition('any'), definition('best', [right])];
  expect(chosen(definitions, request, 'any')).toBe('any');
  expect(grab(() => chosen(definitions, request, 'bets'))).toMatchObject({ fix: 'Did you mean "best"?' });
});

test('a made-up id matches no resId', () => {
  const { resId: _, ...private_ } = request;
  expect(chosen([definition('shared', [{ resId: 'orders' }]), definition('any')], private_)).toBe('any');
});

test('every candidate is explained', () => {
  const definitions = [
    definition('any'),
    definition('in-dev', [{ envId: 'dev' }]),
    definition('in-production', [{ envId: 'production' }]),
    definition('large', [{ class: 'large' }]),
  ];
  expect(matchDefinition(request, definitions).explain).toEqual([
    { definition: 'any', result: 'matches (class default), but in-dev is more specific' },
    { definition: 'in-dev', result: 'taken: class default, envId dev' },
    { definition: 'in-production', result: 'does not match: it wants envId production, the request has dev' },
    { definition: 'large', result: 'does not match: it makes class large, the request is default' },
  ]);
});

function grab(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('It did not throw.');
}
