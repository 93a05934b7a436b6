import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@paved/kernel';
import type { Plan } from '../index.ts';
import { builtInDefinitions, builtInTypes } from './built-in.ts';
import { changesBetween } from './deployment-set.ts';
import { buildGraph, uidOf, type Graph, type GraphNode } from './graph.ts';
import { instantDrivers } from './instant.ts';
import type { ResourceDefinitionSpec, ResourceTypeSpec } from './kinds.ts';
import type { Definition } from './matching.ts';
import { createParamsChecker } from './params.ts';
import { inputDigestOf, planDeployment, type ActiveResource, type PlanInput } from './plan.ts';
import { mappedOutputs, resolveInputs, type Outputs } from './resolve.ts';
import type { ScoreDocument } from './score/document.ts';

const checkParams = createParamsChecker();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const types: Record<string, ResourceTypeSpec> = Object.fromEntries(
  builtInTypes.map((e) => [e.metadata.name, e.spec as unknown as ResourceTypeSpec]),
);
const definitions: Definition[] = builtInDefinitions.map((e) => ({
  ref: e.metadata.name,
  name: e.metadata.name,
  builtIn: true,
  spec: e.spec as unknown as ResourceDefinitionSpec,
}));
const component = { ref: 'component:default/shop', name: 'shop', namespace: 'default', slug: 'shop' };
const environment = { name: 'dev', spec: { type: 'development', order: 1 } };
const facts = {
  environment: 'dev',
  services: [{ component: 'component:default/cart', name: 'cart', ports: { web: { host: '127.0.0.1', port: 4001, servicePort: 80 } } }],
};

interface World {
  readonly active: Map<string, ActiveResource>;
  calls: string[];
}

interface Wanted {
  readonly version: string;
  readonly resources: Record<string, { type: string; id?: string; params?: JsonObject }>;
  readonly uses: Record<string, string>;
}

const scoreOf = ({ resources, uses }: Wanted): ScoreDocument => ({
  apiVersion: 'score.dev/v1b1',
  metadata: { name: 'shop' },
  service: { ports: { web: { port: 80 } } },
  containers: { main: { image: 'img', variables: uses } },
  resources,
});

function planInput(wanted: Wanted | undefined, world: World, defs = definitions): PlanInput {
  const uid = (node: Pick<GraphNode, 'type' | 'class' | 'id'>): string => uidOf('dev', node, sha256);
  const graph: Graph | undefined =
    wanted === undefined
      ? undefined
      : buildGraph(
          {
            component,
            environment,
            set: { component: component.ref, version: wanted.version, score: scoreOf(wanted) },
            types,
            definitions: defs,
            variables: { KEY: 'v$' },
          },
          sha256,
        );
  return {
    graph,
    component,
    environment,
    types,
    metadata: { name: 'shop' },
    uidOf: uid,
    checkParams,
    version: wanted?.version ?? '',
    facts,
    active: [...world.active.values()],
    drivers: ['process', 'postgres', 'volume', ...Object.keys(instantDrivers)],
    sha256,
  };
}

/** What the server does for each node, on a world in memory. Drivers answer what follows from their inputs. */
function apply(plan: Plan, input: PlanInput, world: World): void {
  world.calls = [];
  const known = new Map<string, Outputs>();
  for (const node of input.graph?.nodes ?? []) {
    const uid = input.uidOf(node);
    const inputs = resolveInputs(node, { ...input, graph: input.graph as Graph, outputsOf: (key) => known.get(key) });
    const { driver } = node.definition.spec;
    const inputDigest = inputDigestOf({ driver, type: node.type, class: node.class }, inputs, sha256);
    const last = world.active.get(uid);
    const unchanged = last?.inputDigest === inputDigest && last.status === 'active';
    if (!unchanged) world.calls.push(`apply ${node.key}`);
    const made: Outputs =
      instantDrivers[driver]?.(inputs, facts) ??
      (node.type === 'postgres'
        ? {
            host: 'h',
            port: 5432,
            name: inputs['name'] ?? '',
            username: 'u',
            password: { secretRef: { path: `resources/${uid}/password`, version: 1 } },
          }
        : { ...inputs, url: 'http://x', source: '/v' });
    const outputs = unchanged ? (last.outputs ?? {}) : mappedOutputs(node, made);
    known.set(node.key, outputs);
    world.active.set(uid, {
      uid,
      component: component.ref,
      key: node.key,
      type: node.type,
      class: node.class,
      id: node.id,
      definition: node.definition.name,
      driver,
      stateful: types[node.type]?.stateful === true,
      status: 'active',
      consumers: [component.ref],
      dependsOn: node.dependsOn.map((d) => d.key),
      inputDigest,
      inputs,
      outputs,
    });
  }
  for (const node of plan.nodes) {
    const last = world.active.get(node.uid);
    if (last === undefined) continue;
    if (node.action === 'delete') world.active.set(node.uid, { ...last, status: 'deleted', consumers: [] });
    if (node.action === 'orphan') world.active.set(node.uid, { ...last, status: 'orphaned', consumers: [] });
    if (node.action === 'delete' || node.action === 'orphan') world.calls.push(`${node.action} ${node.key}`);
  }
}

const name = fc.constantFrom('aa', 'bb', 'cc', 'dd', 'ee');
const wantedArbitrary: fc.Arbitrary<Wanted> = fc
  .record({
    version: fc.constantFrom('1', '2', '3'),
    kinds: fc.dictionary(name, fc.constantFrom('postgres', 'dns', 'volume', 'environment', 'service'), { maxKeys: 5 }),
    chained: fc.boolean(),
  })
  .map(({ version, kinds, chained }) => {
    const names = Object.keys(kinds).toSorted();
    const output = { postgres: 'password', dns: 'host', volume: 'source', environment: 'KEY', service: 'url' } as Record<string, string>;
    const resources = Object.fromEntries(
      names.map((n, i) => {
        const type = kinds[n] ?? 'dns';
        const before = names[i - 1];
        if (type === 'service') return [n, { type, params: { name: 'cart' } }];
        if (chained && type === 'postgres' && before !== undefined)
          return [n, { type, params: { after: `\${resources.${before}.${output[kinds[before] ?? '']}}` } }];
        return [n, { type }];
      }),
    );
    const uses = Object.fromEntries(names.map((n) => [n.toUpperCase(), `x-\${resources.${n}.${output[kinds[n] ?? '']}}`]));
    return { version, resources, uses };
  });

describe('plan and apply', () => {
  test('what is applied is what was planned, and then nothing is left to do', () => {
    fc.assert(
      fc.property(fc.array(fc.option(wantedArbitrary, { nil: undefined }), { minLength: 1, maxLength: 5 }), (history) => {
        const world: World = { active: new Map(), calls: [] };
        for (const wanted of history) {
          const input = planInput(wanted, world);
          const plan = planDeployment(input);
          apply(plan, input, world);
          const planned = plan.nodes
            .filter((n) => n.action !== 'none')
            .map((n) => `${n.action === 'delete' || n.action === 'orphan' ? n.action : 'apply'} ${n.key}`);
          // A node whose inputs are known only after apply may turn out unchanged; nothing else may differ.
          const certain = plan.nodes.filter((n) => n.action !== 'none' && !n.reasons.some((r) => r.includes('known after apply')));
          expect(planned).toEqual(expect.arrayContaining(world.calls));
          for (const n of certain) expect(world.calls.some((call) => call.endsWith(` ${n.key}`))).toBe(true);
          const again = planDeployment(planInput(wanted, world));
          expect(again.nodes.filter((n) => n.action !== 'none')).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

const shopWith = (resources: Wanted['resources'], version = '1', uses: Wanted['uses'] = {}): Wanted => ({ version, resources, uses });
const shipped = (wanted: Wanted): World => {
  const world: World = { active: new Map(), calls: [] };
  const input = planInput(wanted, world);
  apply(planDeployment(input), input, world);
  return world;
};
const actions = (plan: Plan): Record<string, string> =>
  Object.fromEntries(plan.nodes.map((n) => [n.key.replace('workloads.shop', 'shop'), n.action]));

describe('reasons', () => {
  test('an update says which input went from what to what', () => {
    const plan = planDeployment(planInput(shopWith({ db: { type: 'postgres' } }, '2'), shipped(shopWith({ db: { type: 'postgres' } }))));
    expect(plan.nodes.map((n) => [n.action, n.reasons])).toEqual([
      ['none', ['nothing changed']],
      ['update', ['version: 1 → 2']],
    ]);
  });

  test('what depends on something new is known only after apply', () => {
    const plan = planDeployment(
      planInput(shopWith({ db: { type: 'postgres' } }, '1', { A: '${resources.db.host}' }), shipped(shopWith({}))),
    );
    expect(plan.nodes.at(-1)).toMatchObject({
      action: 'update',
      reasons: ['depends on postgres.default#workloads.shop.db: known after apply'],
      inputs: { containers: { main: { variables: { A: { unknown: true } } } } },
    });
  });

  test('gone: databases are kept aside, the rest is deleted, dependents first; a shared one stays', () => {
    const before = shopWith({
      db: { type: 'postgres' },
      nn: { type: 'dns' },
      rt: { type: 'route', params: { host: '${resources.nn.host}', port: 80 } },
      sh: { type: 'dns', id: 'shared' },
    });
    const world = shipped(before);
    for (const [uid, r] of world.active)
      if (r.id === 'shared') world.active.set(uid, { ...r, consumers: ['component:default/cart', component.ref] });
    const plan = planDeployment(planInput(undefined, world));
    expect(actions(plan)).toEqual({
      'workload.default#shop': 'delete',
      'route.default#shop.rt': 'delete',
      'dns.default#shop.nn': 'delete',
      'postgres.default#shop.db': 'orphan',
      'dns.default#shared': 'none',
    });
    const order = plan.nodes.map((n) => n.type);
    expect(order.indexOf('workload')).toBeLessThan(order.indexOf('route'));
    expect(order.indexOf('route')).toBeLessThan(order.lastIndexOf('dns'));
  });

  test('what was kept aside is restored', () => {
    const world = shipped(shopWith({ db: { type: 'postgres' } }));
    for (const [uid, r] of world.active) if (r.type === 'postgres') world.active.set(uid, { ...r, status: 'orphaned', consumers: [] });
    expect(actions(planDeployment(planInput(shopWith({ db: { type: 'postgres' } }), world)))).toMatchObject({
      'postgres.default#shop.db': 'restore',
    });
  });

  test('another driver replaces what keeps no data, and is refused for what does', () => {
    const world = shipped(shopWith({ db: { type: 'postgres' }, nn: { type: 'dns' } }));
    const other = (type: string): Definition[] => [
      ...definitions,
      { ref: 'x', name: 'other', builtIn: false, spec: { type, driver: 'static', inputs: { host: 'h' } } },
    ];
    const wanted = shopWith({ db: { type: 'postgres' }, nn: { type: 'dns' } });
    expect(planDeployment(planInput(wanted, world, other('dns'))).nodes.find((n) => n.type === 'dns')).toMatchObject({
      action: 'replace',
      reasons: ['driver process → static'],
    });
    expect(() => planDeployment(planInput(wanted, world, other('postgres')))).toThrow(
      'keeps data and was made by builtin-postgres (driver postgres); other would make it with static.',
    );
  });

  test('what is failing is applied again', () => {
    const world = shipped(shopWith({}));
    for (const [uid, r] of world.active) world.active.set(uid, { ...r, health: 'failed' });
    expect(planDeployment(planInput(shopWith({}), world)).nodes[0]).toMatchObject({
      action: 'update',
      reasons: ['it is failing and is applied again'],
    });
  });
});

describe('params', () => {
  test.each([
    [
      { type: 'route', params: { host: 'h', port: 80, pth: '/x' } },
      'resources.rt of shop (route): params.pth is not known; did you mean path?',
    ],
    [{ type: 'route', params: { port: 80 } }, 'resources.rt of shop (route): params.host is missing.'],
  ])('%j', (resource, message) =>
    expect(() => planDeployment(planInput(shopWith({ rt: resource }), { active: new Map(), calls: [] }))).toThrow(message),
  );

  test('defaults are filled in', () => {
    const plan = planDeployment(
      planInput(shopWith({ rt: { type: 'route', params: { host: 'h', port: 80 } } }), { active: new Map(), calls: [] }),
    );
    expect(plan.nodes.find((n) => n.type === 'route')?.inputs).toEqual({ host: 'h', path: '/', port: 80 });
  });
});

test('another service’s address; a mistyped or missing one is named', () => {
  const plan = planDeployment(
    planInput(shopWith({ cart: { type: 'service' } }, '1', { URL: '${resources.cart.url}/x' }), { active: new Map(), calls: [] }),
  );
  expect(plan.nodes.at(-1)?.inputs).toMatchObject({ containers: { main: { variables: { URL: 'http://127.0.0.1:4001/x' } } } });
  const missing = shopWith({ other: { type: 'service-port', params: { workload: 'crat', port: 'web' } } });
  expect(() => planDeployment(planInput(missing, { active: new Map(), calls: [] }))).toThrow('The service "crat" does not run in dev.');
});

test('differences of two values, by path', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(changesBetween(value, structuredClone(value))).toEqual([]);
    }),
  );
  expect(changesBetween({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: 1, c: 3 }, d: [2], e: 1 })).toEqual([
    { at: 'a.c', before: 2, after: 3 },
    { at: 'd', before: [1], after: [2] },
    { at: 'e', before: undefined, after: 1 },
  ]);
});

test('200 workloads are planned in well under a second', () => {
  const world: World = { active: new Map(), calls: [] };
  const wanted = shopWith(
    {
      db: { type: 'postgres' },
      nn: { type: 'dns' },
      rt: { type: 'route', params: { host: '${resources.nn.host}', port: 80 } },
      vv: { type: 'volume' },
    },
    '1',
    { A: '${resources.db.password}' },
  );
  planDeployment(planInput(wanted, world));
  const started = performance.now();
  for (let i = 0; i < 200; i++) planDeployment(planInput(wanted, world));
  expect(performance.now() - started).toBeLessThan(1_500);
});
