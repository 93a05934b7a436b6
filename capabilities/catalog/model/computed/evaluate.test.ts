import { describe, expect, it } from 'vitest';
import type { Json } from '@paved/kernel';
import { evaluatorOf, forExpressions, type Outcome, type Subject } from './evaluate.ts';
import { readComputed } from './property.ts';

const subject = (ref: string, spec: Record<string, Json>, computed: Record<string, unknown> = {}): Subject => ({
  ...(forExpressions({ kind: 'Component', metadata: { name: ref }, spec }) as object),
  ref,
  computed,
});
function evaluate(declared: Record<string, Json>, entity: Subject, related: Subject[] = []): Outcome {
  const { properties, problems } = readComputed([{ name: 'p', ...declared }], '/spec/computed');
  expect(problems).toEqual([]);
  const [property] = properties;
  if (property === undefined) throw new Error('no property');
  return evaluatorOf(property).evaluate(entity, related);
}
const a = subject('component:default/a', { replicas: 2, cost: 1.5, type: 'service', name: 'aaaa' });
const b = subject('component:default/b', { replicas: 4, cost: 2, type: 'worker' });
const c = subject('component:default/c', { type: 'service', tags: ['x', 'y'] }, { tier: 3n });

describe('calculated', () => {
  it.each([
    ['entity.spec.replicas * entity.spec.cost', 3],
    ['entity.spec.replicas % 2 == 0 ? "even" : "odd"', 'even'],
    ['entity.spec.?missing.orValue("none")', 'none'],
    ['entity.metadata.name + "!"', 'component:default/a!'],
    ['[entity.spec.type, "x"]', ['service', 'x']],
    ['entity.spec.name.matches("^(a+)+$")', true],
    ['entity.spec.name.matches("matches(") || true', true],
  ])('%s', (calculate, value) => expect(evaluate({ calculate }, a)).toEqual({ value }));

  it.each([
    ['entity.spec.missing', 'missing is not there.'],
    ['entity.spec', 'The value is a map; a text, a number, true, false or a list of them is kept.'],
    ['entity.spec.replicas / 0', /zero/i],
    ['1.0 / 0.0', 'The number is infinite.'],
    ['entity.spec.type + 1', /^There is no \+ for string and int: convert one of them/],
    ['[1, 2].map(x, entity.spec)', 'The list holds a map'],
  ])('%s gives null and the reason', (calculate, reason) =>
    expect(evaluate({ calculate }, a)).toEqual({
      value: null,
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    }),
  );

  it('reads other computed properties', () => expect(evaluate({ calculate: 'entity.computed.tier + 1' }, c)).toEqual({ value: 4 }));

  it('matches evil patterns in linear time', () => {
    const started = performance.now();
    expect(evaluate({ calculate: 'entity.spec.text.matches("^(a+)+$")' }, subject('x', { text: `${'a'.repeat(2000)}!` }))).toEqual({
      value: false,
    });
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('mirrored', () => {
  it('takes the first related entity that has a value', () => {
    expect(evaluate({ mirror: { through: 'partOf', value: 'it.spec.replicas' } }, a, [c, b])).toEqual({ value: 4 });
    expect(evaluate({ mirror: { through: 'partOf', value: 'it.spec.nothing' } }, a, [b])).toEqual({
      value: null,
      reason: 'component:default/b: nothing is not there.',
    });
    expect(evaluate({ mirror: { through: 'partOf', value: 'it.spec.replicas' } }, a)).toEqual({
      value: null,
      reason: 'Nothing is related in this way.',
    });
  });
});

describe('aggregated', () => {
  it.each([
    ['count', undefined, undefined, 3],
    ['count', undefined, 'it.spec.type == "service"', 2],
    ['count', 'it.spec.replicas', undefined, 2],
    ['sum', 'it.spec.replicas', undefined, 6],
    ['sum', 'it.spec.cost', undefined, 3.5],
    ['min', 'it.spec.replicas', undefined, 2],
    ['max', 'it.spec.replicas', undefined, 4],
    ['average', 'it.spec.replicas', undefined, 3],
    ['max', 'it.computed.tier', undefined, null],
  ])('%s of %s where %s', (how, value, where, expected) => {
    const outcome = evaluate(
      {
        aggregate: {
          through: 'hasPart',
          function: how,
          ...(value === undefined ? {} : { value }),
          ...(where === undefined ? {} : { where }),
        },
      },
      c,
      [a, b, subject('component:default/d', { type: 'service' })],
    );
    expect(outcome.value).toBe(expected);
  });

  it('says which related entity is to blame', () => {
    expect(evaluate({ aggregate: { through: 'hasPart', function: 'sum', value: 'it.spec.type' } }, a, [b])).toEqual({
      value: null,
      reason: 'component:default/b: the value is a text, not a number.',
    });
  });
});
