import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { PavedError, type JsonObject } from '@paved/kernel';
import { builtInDefinitions, builtInTypes } from './built-in.ts';
import { buildGraph, type Graph, type GraphInput } from './graph.ts';
import type { ResourceDefinitionSpec, ResourceTypeSpec } from './kinds.ts';
import type { Definition } from './matching.ts';
import { checkScore } from './score/read.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const types: Record<string, ResourceTypeSpec> = Object.fromEntries(
  builtInTypes.map((e) => [e.metadata.name, e.spec as unknown as ResourceTypeSpec]),
);
const builtIn: Definition[] = builtInDefinitions.map((e) => ({
  ref: `resourcedefinition:default/${e.metadata.name}`,
  name: e.metadata.name,
  builtIn: true,
  spec: e.spec as unknown as ResourceDefinitionSpec,
}));
const own = (name: string, spec: ResourceDefinitionSpec): Definition => ({
  ref: `resourcedefinition:default/${name}`,
  name,
  builtIn: false,
  spec,
});

function input(resources: string, more: Partial<GraphInput> = {}, variables = ''): GraphInput {
  const checked = checkScore(
    parse(
      `apiVersion: score.dev/v1b1\nmetadata: {name: shop}\nservice: {ports: {web: {port: 80}}}\ncontainers: {main: {image: img, variables: {${variables}}}}\nresources:\n${resources}`,
    ),
  );
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
  return {
    component: { ref: 'component:default/shop', name: 'shop', namespace: 'default', slug: 'shop' },
    environment: { name: 'dev', spec: { type: 'development', order: 1 } },
    set: { component: 'component:default/shop', version: '1', score: checked.document },
    types,
    definitions: builtIn,
    variables: {},
    ...more,
  };
}
const graph = (resources: string, more?: Partial<GraphInput>, variables?: string): Graph =>
  buildGraph(input(resources, more, variables), sha256);
const keys = (g: Graph): string[] => g.nodes.map((n) => n.key);
const failure = (work: () => unknown): { message: string; fix: string | undefined } => {
  try {
    work();
  } catch (error) {
    if (error instanceof PavedError) return { message: error.message, fix: error.fix };
    throw error;
  }
  throw new Error('It did not throw.');
};

test('nodes come after what they depend on, ties by key', () => {
  const g = graph('  dns: {type: dns}\n  db: {type: postgres}\n  rt: {type: route, params: {host: "${resources.dns.host}", port: 80}}');
  expect(keys(g)).toEqual([
    'dns.default#workloads.shop.dns',
    'postgres.default#workloads.shop.db',
    'route.default#workloads.shop.rt',
    'workload.default#workloads.shop',
  ]);
});

test('shuffled input gives the same digest', () => {
  const resources: [string, object][] = [
    ['dns', { type: 'dns' }],
    ['db', { type: 'postgres' }],
    ['data', { type: 'volume' }],
    ['shared', { type: 'postgres', id: 'orders' }],
    ['rt', { type: 'route', params: { host: '${resources.dns.host}', port: 80 } }],
  ];
  const definitions = [
    ...builtIn,
    own('deep', {
      type: 'postgres',
      driver: 'postgres',
      criteria: [{ resId: 'orders' }],
      dependencies: [
        { alias: 'v', type: 'volume' },
        { alias: 'd', type: 'dns', id: 'x' },
      ],
    }),
  ];
  const base = input('  xx: {type: dns}');
  const digestOf = (order: [string, object][], defs: Definition[]): string =>
    buildGraph(
      { ...base, definitions: defs, set: { ...base.set, score: { ...base.set.score, resources: Object.fromEntries(order) as never } } },
      sha256,
    ).digest;
  const expected = digestOf(resources, definitions);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(resources, { minLength: 5 }),
      fc.shuffledSubarray(definitions, { minLength: definitions.length }),
      (order, defs) => {
        expect(digestOf(order, defs)).toBe(expected);
      },
    ),
  );
});

describe('definitions that need more', () => {
  const needs = (dependency: object, more: Partial<ResourceDefinitionSpec> = {}): Definition[] => [
    ...builtIn,
    own('rich', { type: 'postgres', driver: 'postgres', dependencies: [{ alias: 'dep', type: 'volume', ...dependency }], ...more }),
  ];
  test('the id comes from the requester, the class is default', () => {
    expect(keys(graph('  db: {type: postgres}', { definitions: needs({}) }))).toContain('volume.default#workloads.shop.db');
  });
  test('@ takes class and id from the requester', () => {
    const definitions = [
      ...needs({ class: '@', id: '@' }, { class: 'large' }),
      own('v', { type: 'volume', class: 'large', driver: 'volume' }),
    ];
    expect(keys(graph('  db: {type: postgres, class: large}', { definitions }))).toContain('volume.large#workloads.shop.db');
  });
  test('an unknown output is refused at plan time, the nearest is named', () => {
    expect(
      failure(() => graph('  db: {type: postgres}', { definitions: needs({}, { inputs: { place: '${resources.dep.sorce}' } }) })),
    ).toEqual({
      message: 'definition rich: ${resources.dep.sorce} asks volume for "sorce", which it does not give.',
      fix: 'Did you mean "source"?',
    });
  });
  test('co-provisioned nodes: dependent on their maker, and depended on by its dependents', () => {
    const definitions = [
      ...builtIn,
      own('rich', {
        type: 'postgres',
        driver: 'postgres',
        coProvision: [{ type: 'volume', id: 'backup', isDependent: true, matchDependents: true }],
      }),
    ];
    const g = graph('  db: {type: postgres}', { definitions });
    const edges = (key: string): string[] => g.nodes.find((n) => n.key === key)?.dependsOn.map((d) => d.key) ?? [];
    expect(edges('volume.default#backup')).toEqual(['postgres.default#workloads.shop.db']);
    expect(edges('workload.default#workloads.shop')).toEqual(['postgres.default#workloads.shop.db', 'volume.default#backup']);
  });
  test('endless asking is stopped with the one who asked', () => {
    const definitions = [...builtIn, own('endless', { type: 'volume', driver: 'volume', coProvision: [{ type: 'volume', id: '@' }] })];
    expect(keys(graph('  vv: {type: volume}', { definitions }))).toHaveLength(2);
    const chain = Array.from({ length: 40 }, (_, i) =>
      own(`c${i}`, { type: 'dns', class: `c${i}`, driver: 'process', dependencies: [{ alias: 'next', type: 'dns', class: `c${i + 1}` }] }),
    );
    expect(failure(() => graph('  dd: {type: dns, class: c0}', { definitions: [...builtIn, ...chain] })).message).toContain(
      'more than 32 levels deep',
    );
  });
});

test('a circle is printed with the reason for each edge', () => {
  const resources =
    '  aa: {type: postgres, params: {x: "${resources.bb.host}"}}\n  bb: {type: postgres, params: {x: "${resources.aa.host}"}}';
  expect(failure(() => graph(resources)).message).toBe(
    'Resources depend on each other in a circle: postgres.default#workloads.shop.aa → postgres.default#workloads.shop.bb (uses bb.host), postgres.default#workloads.shop.bb → postgres.default#workloads.shop.aa (uses aa.host).',
  );
});

test('the same id is one node; different params are refused with both origins', () => {
  expect(
    keys(graph('  aa: {type: postgres, id: orders}\n  bb: {type: postgres, id: orders}')).filter((k) => k.startsWith('postgres')),
  ).toEqual(['postgres.default#orders']);
  expect(
    failure(() => graph('  aa: {type: postgres, id: orders, params: {x: 1}}\n  bb: {type: postgres, id: orders, params: {x: 2}}')).message,
  ).toBe('resources.aa of shop and resources.bb of shop both ask for postgres.default#orders, but with different params.');
});

test.each([
  ['  db: {type: postgrse}', 'resources.db asks for the resource type "postgrse", which does not exist.', 'Did you mean "postgres"?'],
  ['  db: {type: workload}', 'resources.db asks for workload, which only the platform may ask for.', undefined],
  [
    '  rt: {type: route, params: {host: h, port: 8080}}',
    "resources.rt.params.port is 8080, which is none of the service's ports.",
    'Use web (80).',
  ],
])('%s', (resources, message, fix) => expect(failure(() => graph(resources))).toEqual({ message, fix }));

test('an unknown output of a resource is refused before anything runs', () => {
  expect(failure(() => graph('  db: {type: postgres}', {}, 'A: "${resources.db.pasword}"'))).toEqual({
    message: 'shop: ${resources.db.pasword} asks postgres for "pasword", which it does not give.',
    fix: 'Did you mean "password"?',
  });
});

test('the environment’s binding gives requests without a class theirs', () => {
  const environment = { name: 'dev', spec: { type: 'development', order: 1, bindings: { postgres: { class: 'small' } } } };
  const definitions = [...builtIn, own('small', { type: 'postgres', class: 'small', driver: 'postgres' })];
  expect(keys(graph('  db: {type: postgres}', { environment, definitions }))).toContain('postgres.small#workloads.shop.db');
});

test('a large graph is built in time that grows linearly', () => {
  const many = (n: number): JsonObject => Object.fromEntries(Array.from({ length: n }, (_, i) => [`db-${i}`, { type: 'postgres' }]));
  const base = input('  xx: {type: dns}');
  const timed = (n: number): number => {
    const one: GraphInput = { ...base, set: { ...base.set, score: { ...base.set.score, resources: many(n) as never } } };
    const started = performance.now();
    buildGraph(one, sha256);
    return performance.now() - started;
  };
  timed(100);
  expect(timed(900)).toBeLessThan(2_000);
});
