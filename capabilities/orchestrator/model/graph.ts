import { canonicalJson, PavedError, type Json, type JsonObject } from '@paved/kernel';
import { addReferenceEdges, suggestion } from './reference-edges.ts';
import { cycleIn } from './cycle.ts';
import type { ComponentContext } from './component-context.ts';
import type { DeploymentSet } from './deployment-set.ts';
import type { EnvironmentSpec, ResourceTypeSpec } from './kinds.ts';
import { matchDefinition, type Candidate, type Definition } from './matching.ts';
import { topological } from './topological.ts';
import { referencedVariables } from './referenced-variables.ts';
import { workloadClassOf, workloadTemplate } from './workload.ts';

export interface GraphInput {
  readonly component: ComponentContext;
  readonly environment: { readonly name: string; readonly spec: EnvironmentSpec };
  readonly set: DeploymentSet;
  /** Where the set's artifact lies. */
  readonly artifactLocation?: string;
  readonly types: Readonly<Record<string, ResourceTypeSpec>>;
  readonly definitions: readonly Definition[];
  /** Variables and secrets that owners gave the service in the environment: text, or `{ secretRef }`. */
  readonly variables: Readonly<Record<string, Json>>;
  /** Definitions by node key that are taken instead of matching: a rollback uses what was used then. */
  readonly lock?: Readonly<Record<string, Definition>>;
}

/** Where a node's params were written, and so what their placeholders mean. */
export type Scope = { readonly kind: 'score' } | { readonly kind: 'definition'; readonly of: string };

export interface GraphNode {
  /** `type.class#id`. */
  readonly key: string;
  readonly type: string;
  readonly class: string;
  readonly id: string;
  /** Last part of the id: what people call it, such as `db`. */
  readonly name: string;
  /** Who asked, for people: `resources.db in score.yaml`. */
  readonly asked: string;
  readonly params: JsonObject;
  readonly scope: Scope;
  readonly definition: Definition;
  readonly explain: readonly Candidate[];
  /** Nodes that the definition asked for, by alias. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Keys with the reason for each edge, sorted by key. */
  readonly dependsOn: readonly { readonly key: string; readonly why: string }[];
}

export interface Graph {
  /** In an order in which everything comes after what it depends on; ties by key. */
  readonly nodes: readonly GraphNode[];
  /** Resources of the Score document by their name there. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly workload: string;
  readonly digest: string;
}

interface Wish {
  readonly type: string;
  readonly class: string;
  readonly id: string;
  /** Written down, so it may be matched by `resId` and shared. */
  readonly explicitId?: string;
  readonly params: JsonObject;
  readonly scope: Scope;
  readonly asked: string;
  readonly depth: number;
}

export type Draft = { -readonly [K in keyof Omit<GraphNode, 'dependsOn' | 'aliases'>]: GraphNode[K] } & {
  aliases: Record<string, string>;
  edges: Map<string, string>;
  depth: number;
};

/** A co-provisioned node and the node whose definition wanted it. */
interface Beside {
  readonly maker: string;
  readonly made: string;
  readonly why: string;
  readonly isDependent: boolean;
  readonly matchDependents: boolean;
}

const NODE_LIMIT = 1000;
const DEPTH_LIMIT = 32;

/** Builds the graph of what a component needs in an environment. The same input in any order gives the same digest. */
export function buildGraph(input: GraphInput, sha256: (text: string) => string): Graph {
  const nodes = new Map<string, Draft>();
  const beside: Beside[] = [];
  const { score } = input.set;
  const workloadId = `workloads.${input.component.slug}`;
  const template = workloadTemplate(score, {
    version: input.set.version,
    variables: input.variables,
    ...(input.set.artifact === undefined ? {} : { artifact: { ...input.set.artifact, location: input.artifactLocation ?? '' } }),
  });

  const wishes: Wish[] = [];
  const aliases: Record<string, string> = {};
  for (const [name, resource] of sorted(score.resources ?? {})) {
    const resourceClass = resource.class ?? input.environment.spec.bindings?.[resource.type]?.class ?? 'default';
    const id = resource.id ?? `${workloadId}.${name}`;
    const type = typeOf(resource.type, input, `resources.${name}`);
    if (type.use !== 'direct') {
      throw new PavedError(
        'invalid',
        `resources.${name} asks for ${resource.type}, which only ${type.use === 'implicit' ? 'the platform' : 'definitions'} may ask for.`,
      );
    }
    aliases[name] = keyOf(resource.type, resourceClass, id);
    wishes.push({
      type: resource.type,
      class: resourceClass,
      id,
      ...(resource.id === undefined ? {} : { explicitId: resource.id }),
      params: { ...resource.params, ...(resource.type === 'environment' ? referencedVariables(name, input) : {}) },
      scope: { kind: 'score' },
      asked: `resources.${name} of ${input.component.name}`,
      depth: 0,
    });
  }
  const workloadClass = workloadClassOf(score);
  const workload = keyOf('workload', workloadClass, workloadId);
  wishes.push({
    type: 'workload',
    class: workloadClass,
    id: workloadId,
    params: template,
    scope: { kind: 'score' },
    asked: input.component.name,
    depth: 0,
  });

  for (let next = wishes.shift(); next !== undefined; next = wishes.shift()) {
    const more = add(next, nodes, input, beside);
    wishes.push(...more.toSorted((a, b) => (keyOf(a.type, a.class, a.id) < keyOf(b.type, b.class, b.id) ? -1 : 1)));
    if (nodes.size > NODE_LIMIT)
      throw new PavedError('invalid', `The graph has more than ${NODE_LIMIT} nodes; the last one was asked for by ${next.asked}.`, {
        fix: 'Look for definitions that ask for each other with ever new ids.',
      });
  }

  const top = nodes.get(workload);
  for (const [name, key] of Object.entries(aliases)) if (key !== workload) top?.edges.set(key, `${input.component.name} uses ${name}`);
  for (const node of nodes.values()) addReferenceEdges(node, nodes, aliases, input);
  for (const { maker, made, why, isDependent } of beside) if (isDependent) nodes.get(made)?.edges.set(maker, why);
  for (const { maker, made, why, matchDependents } of beside) {
    if (!matchDependents) continue;
    for (const node of nodes.values()) if (node.key !== made && node.edges.has(maker)) node.edges.set(made, why);
  }
  return finished(nodes, aliases, workload, sha256);
}

/** Adds one node, or merges it with the one that is there; gives what its definition asks for. */
function add(wish: Wish, nodes: Map<string, Draft>, input: GraphInput, besides: Beside[]): Wish[] {
  const key = keyOf(wish.type, wish.class, wish.id);
  const existing = nodes.get(key);
  if (existing !== undefined) {
    merge(existing, wish);
    return [];
  }
  if (wish.depth > DEPTH_LIMIT)
    throw new PavedError(
      'invalid',
      `Definitions ask for each other more than ${DEPTH_LIMIT} levels deep; the last was asked for by ${wish.asked}.`,
      { fix: 'Look for definitions that ask for each other.' },
    );
  typeOf(wish.type, input, wish.asked);
  const locked = input.lock?.[key];
  const matched =
    locked === undefined
      ? matchDefinition(
          {
            type: wish.type,
            class: wish.class,
            ...(wish.explicitId === undefined ? {} : { resId: wish.explicitId }),
            environment: input.environment.name,
            environmentType: input.environment.spec.type,
            component: input.component,
          },
          input.definitions,
          input.environment.spec.bindings?.[wish.type]?.definition,
        )
      : { definition: locked, explain: [{ definition: locked.name, result: 'taken: the deployment that is restored used it' }] };
  const node: Draft = {
    key,
    type: wish.type,
    class: wish.class,
    id: wish.id,
    name: wish.id.split('.').at(-1) ?? wish.id,
    asked: wish.asked,
    params: wish.params,
    scope: wish.scope,
    definition: matched.definition,
    explain: matched.explain,
    aliases: {},
    edges: new Map(),
    depth: wish.depth,
  };
  nodes.set(key, node);
  const inherit = (value: string | undefined, own: string, otherwise: string): string => (value === '@' ? own : (value ?? otherwise));
  const wishOf = (r: { type: string; class?: string; id?: string; params?: JsonObject }, what: string): Wish => {
    const explicit = r.id !== undefined && r.id !== '@' ? r.id : wish.explicitId;
    return {
      type: r.type,
      class: inherit(r.class, wish.class, 'default'),
      id: inherit(r.id, wish.id, wish.id),
      ...(explicit === undefined ? {} : { explicitId: explicit }),
      params: r.params ?? {},
      scope: { kind: 'definition', of: key },
      asked: `${what} of the definition ${matched.definition.name}`,
      depth: wish.depth + 1,
    };
  };
  const { dependencies = [], coProvision = [] } = matched.definition.spec;
  const wanted = dependencies.map((dependency) => {
    const one = wishOf(dependency, `dependency ${dependency.alias}`);
    const to = keyOf(one.type, one.class, one.id);
    node.aliases[dependency.alias] = to;
    node.edges.set(to, `definition ${matched.definition.name} needs ${dependency.alias}`);
    return one;
  });
  const beside = coProvision.map((extra) => {
    const one = wishOf(extra, `co-provision ${extra.type}`);
    const to = keyOf(one.type, one.class, one.id);
    const why = `definition ${matched.definition.name} co-provisions ${extra.type}`;
    besides.push({ maker: key, made: to, why, isDependent: extra.isDependent === true, matchDependents: extra.matchDependents === true });
    return one;
  });
  return [...wanted, ...beside];
}

function merge(node: Draft, wish: Wish): void {
  const [mine, theirs] = [Object.keys(node.params).length > 0, Object.keys(wish.params).length > 0];
  if (!theirs) return;
  if (!mine) {
    node.params = wish.params;
    node.scope = wish.scope;
    return;
  }
  if (canonicalJson(node.params) === canonicalJson(wish.params) && canonicalJson(node.scope) === canonicalJson(wish.scope)) return;
  throw new PavedError('invalid', `${node.asked} and ${wish.asked} both ask for ${node.key}, but with different params.`, {
    fix: 'Give the params in one place only, or use two ids.',
  });
}

function finished(
  drafts: Map<string, Draft>,
  aliases: Readonly<Record<string, string>>,
  workload: string,
  sha256: (text: string) => string,
): Graph {
  const keys = [...drafts.keys()].toSorted();
  const edgesOf = (key: string): string[] => [...(drafts.get(key)?.edges.keys() ?? [])].toSorted();
  const cycle = cycleIn(keys, edgesOf);
  if (cycle !== undefined) {
    const steps = cycle.slice(0, -1).map((key, i) => `${key} → ${cycle[i + 1]} (${drafts.get(key)?.edges.get(cycle[i + 1] ?? '') ?? ''})`);
    throw new PavedError('invalid', `Resources depend on each other in a circle: ${steps.join(', ')}.`, {
      fix: 'Remove one of these references.',
      facts: { cycle },
    });
  }
  const nodes = topological(keys, edgesOf).map((key): GraphNode => {
    const { edges, depth: _, ...node } = drafts.get(key) as Draft;
    return { ...node, dependsOn: [...edges].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([to, why]) => ({ key: to, why })) };
  });
  const digest = sha256(
    canonicalJson(
      nodes.map(({ key, params, scope, definition, dependsOn }) => ({
        key,
        params,
        scope,
        definition: definition.spec,
        dependsOn: dependsOn.map((d) => d.key),
      })),
    ),
  );
  return { nodes, aliases, workload, digest: `sha256:${digest}` };
}

function typeOf(type: string, input: GraphInput, where: string): ResourceTypeSpec {
  const found = input.types[type];
  if (found !== undefined) return found;
  throw new PavedError('invalid', `${where} asks for the resource type "${type}", which does not exist.`, {
    fix: suggestion(type, Object.keys(input.types)),
  });
}

export const keyOf = (type: string, resourceClass: string, id: string): string => `${type}.${resourceClass}#${id}`;

/** The same for the same thing in every deployment, whatever definition makes it. */
export const uidOf = (environment: string, node: { type: string; class: string; id: string }, sha256: (text: string) => string): string =>
  `res_${sha256([environment, node.type, node.class, node.id].join('|')).slice(0, 24)}`;

const sorted = <T>(record: Readonly<Record<string, T>>): [string, T][] => Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
