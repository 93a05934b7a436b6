import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Entity } from '@paved/kernel';
import { displayOf } from './display.ts';
import { createKindRegistry, type KindRegistry } from '../kind-registry.ts';
import { validateDocument } from '../validate.ts';
import { readEntityKind } from './entity-kind.ts';

const kind = (name: string, spec: string): Entity =>
  parse(`apiVersion: paved.dev/v1alpha1\nkind: EntityKind\nmetadata: {name: ${name}}\nspec:\n${spec.replace(/^/gm, '  ')}`) as Entity;
const dataset = kind(
  'dataset',
  `kind: Dataset
plural: Data sets
schema:
  type: object
  required: [owner, classification]
  properties:
    owner: {type: string, description: who answers for it}
    classification: {enum: [public, internal, secret]}
    code: {type: string, pattern: '^[A-Z]{2}$'}
metadata: {type: object, required: [title]}
relations:
  - {field: owner, type: ownedBy, reverse: ownerOf, defaultKind: Group}
  - {field: producedBy, type: producedBy, reverse: produces, defaultKind: Component}
columns:
  - {field: spec.classification}`,
);
const problemsOf = (entity: unknown, registry: KindRegistry = createKindRegistry()): string[] => {
  const verdict = validateDocument(entity, registry);
  return verdict.valid ? [] : verdict.problems.map((p) => `${p.at} ${p.message}`);
};
const declare = (...entities: Entity[]): KindRegistry => {
  const registry = createKindRegistry();
  registry.declare(entities.map((entity) => readEntityKind(entity).declared));
  return registry;
};
const withSchema = (schema: string): Entity => kind('x', `kind: X\nschema: ${schema}`);

describe('a declared kind', () => {
  it('is validated by its schema, with edges, and unknown before', () => {
    expect(problemsOf(dataset)).toEqual([]);
    const document = (spec: object, metadata: object = { title: 'Plays' }) => ({
      apiVersion: 'paved.dev/v1alpha1',
      kind: 'Dataset',
      metadata: { name: 'plays', ...metadata },
      spec: { owner: 'team-a', classification: 'internal', ...spec },
    });
    expect(problemsOf(document({}))).toEqual(['/kind The kind "Dataset" is not known.']);
    const registry = declare(dataset);
    expect(validateDocument(document({ producedBy: ['checkout'] }), registry)).toMatchObject({
      valid: true,
      edges: [
        { type: 'ownedBy', to: 'group:default/team-a', reverse: 'ownerOf' },
        { type: 'producedBy', to: 'component:default/checkout', reverse: 'produces' },
      ],
    });
    expect(problemsOf(document({ classification: 'x' }), registry)).toEqual([
      '/spec/classification spec.classification has a value that is not allowed.',
    ]);
    expect(problemsOf(document({ code: 'abc' }), registry)[0]).toContain('/spec/code spec.code does not match the pattern');
    expect(problemsOf(document({}, { title: undefined }), registry)).toEqual(['/metadata/title metadata.title is missing.']);
    expect(registry.isForEverybody('Dataset')).toBe(true);
    expect(registry.isForEverybody('EntityKind')).toBe(false);
    const rule = registry.all().find((one) => one.kind === 'Dataset');
    expect(rule === undefined ? undefined : displayOf(rule)).toMatchObject({
      title: 'Dataset',
      plural: 'Data sets',
      columns: [{ field: 'spec.classification', title: 'Classification' }],
    });
  });

  it('says that it is gone once its declaration is', () => {
    const registry = declare(dataset);
    registry.declare([], new Map([['dataset', 'entitykind:default/dataset']]));
    expect(problemsOf({ apiVersion: 'paved.dev/v1alpha1', kind: 'Dataset', metadata: { name: 'a' }, spec: {} }, registry)).toEqual([
      '/kind The kind "Dataset" is not declared any more: entitykind:default/dataset is gone.',
    ]);
  });

  it('adds to a built-in kind', () => {
    const registry = declare(
      kind(
        'component-facts',
        'extends: Component\nschema: {type: object, required: [tier], properties: {tier: {type: integer}}}\ncomputed: [{name: big, calculate: entity.spec.tier > 2}]',
      ),
    );
    const component = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'a' },
      spec: { type: 'service', lifecycle: 'production', owner: 'a' },
    };
    expect(problemsOf(component, registry)).toEqual(['/spec/tier spec.tier is missing.']);
    expect(problemsOf({ ...component, spec: { ...component.spec, tier: 1 } }, registry)).toEqual([]);
    expect(registry.plan().map((one) => one.id)).toEqual(['component.big']);
  });

  it('cannot be what is there already', () => {
    expect(problemsOf(kind('component', 'kind: Component\nschema: {type: object}'))[0]).toContain('Component is built in');
    expect(problemsOf(kind('user', 'kind: USER\nschema: {type: object}'))[0]).toContain('User is built in');
    expect(problemsOf(kind('data', 'kind: Dataset\nschema: {type: object}'))[0]).toContain('/metadata/name');
    expect(problemsOf(kind('location-more', 'extends: Location\ncomputed: [{name: a, calculate: "1"}]'))[0]).toContain(
      'Nothing can be added to Location',
    );
    const other = { ...dataset, metadata: { ...dataset.metadata, name: 'dataset' }, spec: { ...dataset.spec, kind: 'DataSet' } };
    const registry = createKindRegistry();
    const refused = registry.declare([
      readEntityKind(dataset).declared,
      { ...readEntityKind(other).declared, ref: 'entitykind:default/other' },
    ]);
    expect(refused.get('entitykind:default/other')).toBe('The kind Dataset is already declared by entitykind:default/dataset.');
  });

  it.each([
    ['no object', '{type: string}', '/spec/schema/type'],
    [
      'an unknown type',
      '{type: object, properties: {a: {type: strng}}}',
      '/spec/schema/properties/a/type spec.schema.properties.a.type is "strng", which is no type.',
    ],
    ['a misspelt keyword', '{type: object, requird: [a]}', '/spec/schema/requird'],
    ['a foreign reference', '{type: object, properties: {a: {$ref: "http://x/y.json"}}}', '/spec/schema/properties/a/$ref'],
    ['a missing reference', '{type: object, properties: {a: {$ref: "#/$defs/b"}}}', '/spec/schema/properties/a/$ref'],
    ['an own id', '{type: object, $id: "http://x"}', '/spec/schema/$id'],
    [
      'a circle',
      '{type: object, $defs: {a: {anyOf: [{$ref: "#/$defs/a"}, {$ref: "#/$defs/a"}]}}, properties: {x: {$ref: "#/$defs/a"}}}',
      'refers to itself',
    ],
    ['look-ahead', '{type: object, properties: {a: {type: string, pattern: "(?=x)y"}}}', '/spec/schema/properties/a/pattern'],
    ['a broken pattern', '{type: object, patternProperties: {"[": {}}}', 'cannot be used'],
    ['prototype keys', '{type: object, properties: {__proto__: {type: string}}}', '/spec/schema/properties/__proto__'],
    ['comparing all with all', '{type: object, properties: {a: {type: array, uniqueItems: true, items: {type: object}}}}', 'uniqueItems'],
    ['an empty enum', '{type: object, properties: {a: {enum: []}}}', '/spec/schema/properties/a/enum'],
    ['a text for a number', '{type: object, properties: {a: {minLength: "3"}}}', '/spec/schema/properties/a/minLength'],
  ])('refuses a schema with %s, with the pointer', (_what, schema, expected) => {
    expect(problemsOf(withSchema(schema)).join('\n')).toContain(expected);
  });

  it('refuses a schema that unfolds to a billion parts, and takes evil patterns in linear time', () => {
    const defs = Array.from({ length: 40 }, (_, i) => `d${i}: {anyOf: [{$ref: "#/$defs/d${i + 1}"}, {$ref: "#/$defs/d${i + 1}"}]}`).join(
      ', ',
    );
    expect(
      problemsOf(withSchema(`{type: object, $defs: {${defs}, d40: {type: string}}, properties: {a: {$ref: "#/$defs/d0"}}}`))[0],
    ).toContain('unfolds to');
    const evil = withSchema('{type: object, properties: {a: {type: string, pattern: "^(a+)+$"}}}');
    expect(problemsOf(evil)).toEqual([]);
    const registry = declare(evil);
    const started = performance.now();
    expect(
      problemsOf({ apiVersion: 'paved.dev/v1alpha1', kind: 'X', metadata: { name: 'a' }, spec: { a: `${'a'.repeat(5000)}!` } }, registry),
    ).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('computed properties', () => {
  const computed = (items: string): string[] =>
    problemsOf(kind('x', `kind: X\nschema: {type: object}\ncomputed:\n${items.replace(/^/gm, '  ')}`));
  it.each([
    ['- {name: a, calculate: entity.spec.x +}', 'is not understood'],
    ['- {name: a, calculate: it.spec.x}', 'Unknown variable: it'],
    ['- {name: a, calculate: "[1].map(x, entity)"}', '"entity" stands alone'],
    ['- {name: a, calculate: "entity[entity.kind]"}', 'named by another expression'],
    ['- {name: a}', 'not how it is computed'],
    ['- {name: a, calculate: "1", mirror: {through: partOf, value: it.spec.x}}', 'both calculate and mirror'],
    ['- {name: a, aggregate: {through: hasPart, function: sum}}', 'sum needs a value'],
    ['- {name: a, calculate: "1"}\n- {name: A, calculate: "1"}', '/spec/computed/1/name'],
    ['- {name: a, calculate: entity.computed.b}\n- {name: b, calculate: entity.computed.a}', 'go in a circle: X.a → X.b → X.a'],
    ['- {name: a, aggregate: {through: hasPart, function: sum, value: it.computed.a}}', 'go in a circle: X.a → X.a'],
    ['- {name: a, calculate: "[1].all(a, [1].all(b, [1].all(c, [1].all(d, true))))"}', 'stands inside of 3 others'],
  ])('refuses %s', (items, expected) => expect(computed(items).join('\n')).toContain(expected));

  it('refuses a circle over several declarations, and the second to name a property', () => {
    const registry = declare(
      kind(
        'system-facts',
        'extends: System\ncomputed: [{name: worst, aggregate: {through: hasPart, function: max, value: it.computed.risk}}]',
      ),
    );
    const circle = kind(
      'component-facts',
      'extends: Component\ncomputed: [{name: risk, mirror: {through: partOf, value: it.computed.worst}}]',
    );
    expect(problemsOf(circle, registry)).toEqual([
      '/spec/computed The computed properties go in a circle: System.worst → Component.risk → System.worst.',
    ]);
    expect(problemsOf(kind('more', 'extends: System\ncomputed: [{name: worst, calculate: "1"}]'), registry)[0]).toContain(
      'already computed by entitykind:default/system-facts',
    );
  });
});
