import { canonicalJson, PavedError, type Health, type JsonObject } from '@paved/kernel';
import type { NodeAction, Plan, PlannedNode } from '../index.ts';
import { contextOf, type ComponentContext } from './component-context.ts';
import { changesBetween } from './deployment-set.ts';
import type { Graph, GraphNode } from './graph.ts';
import { instantDrivers, type InstantFacts } from './instant.ts';
import { hasUnknown, mappedOutputs, resolveInputs, type Outputs, type ResolveInput } from './resolve.ts';

export const resourceStatuses = ['provisioning', 'active', 'failed', 'orphaned', 'deprovisioning', 'deleted'] as const;
export type ResourceStatus = (typeof resourceStatuses)[number];

/** A resource as the last deployments left it. */
export interface ActiveResource {
  readonly uid: string;
  /** Who asked for it first. */
  readonly component: string;
  readonly key: string;
  readonly type: string;
  readonly class: string;
  readonly id: string;
  readonly definition: string;
  readonly driver: string;
  readonly stateful: boolean;
  readonly status: ResourceStatus;
  /** Components that use it, canonical refs. */
  readonly consumers: readonly string[];
  /** Keys of the nodes it depended on. */
  readonly dependsOn: readonly string[];
  /** Of the last successful apply; undefined when there was none. */
  readonly inputDigest?: string;
  readonly inputs?: JsonObject;
  readonly outputs?: Outputs;
  readonly health?: Health;
}

export interface PlanInput extends Omit<ResolveInput, 'outputsOf' | 'graph' | 'ownerOf'> {
  /** Absent when the component is to go from the environment. */
  readonly graph: Graph | undefined;
  readonly version: string;
  readonly facts: InstantFacts;
  /** Of this environment: everything this component uses, and whatever else has a node's uid. */
  readonly active: readonly ActiveResource[];
  /** Drivers that exist, instant ones included. */
  readonly drivers: readonly string[];
  readonly sha256: (text: string) => string;
}

/** What a deployment would do, node by node, with reasons. Nothing is written. */
export function planDeployment(input: PlanInput): Plan {
  const byUid = new Map(input.active.map((resource) => [resource.uid, resource]));
  const ownerOf = (node: GraphNode): ComponentContext | undefined => {
    const last = byUid.get(input.uidOf(node));
    return last === undefined || last.status === 'deleted' ? undefined : contextOf(last.component);
  };
  const known = new Map<string, Outputs | undefined>();
  const nodes: PlannedNode[] = [];
  const { graph } = input;
  for (const node of graph?.nodes ?? []) {
    const planned = planNode(
      node,
      { ...input, ownerOf, graph: graph as Graph, outputsOf: (key) => known.get(key) },
      byUid.get(input.uidOf(node)),
      nodes,
    );
    nodes.push(planned.node);
    known.set(node.key, planned.outputs);
  }
  const kept = new Set(nodes.map((node) => node.uid));
  const gone = input.active.filter(
    (resource) =>
      !kept.has(resource.uid) &&
      resource.consumers.includes(input.component.ref) &&
      resource.status !== 'deleted' &&
      resource.status !== 'orphaned',
  );
  nodes.push(...removalOrder(gone).map((resource) => planRemoval(resource, input.component.ref)));
  const summary: Record<NodeAction, number> = { create: 0, update: 0, replace: 0, delete: 0, orphan: 0, restore: 0, none: 0 };
  for (const node of nodes) summary[node.action] += 1;
  const digest = input.sha256(
    canonicalJson({
      graph: graph?.digest ?? 'none',
      nodes: nodes.map(({ uid, action, inputs, definition, driver }) => ({ uid, action, inputs, definition, driver })),
    }),
  );
  return {
    component: input.component.ref,
    environment: input.environment.name,
    version: input.version,
    nodes,
    digest: `sha256:${digest}`,
    summary,
  };
}

/** What decides whether a driver has to be called again. */
export const inputDigestOf = (
  node: { driver: string; type: string; class: string },
  inputs: JsonObject,
  sha256: (text: string) => string,
): string => `sha256:${sha256(canonicalJson({ driver: node.driver, type: node.type, class: node.class, inputs }))}`;

function planNode(
  node: GraphNode,
  input: ResolveInput & Pick<PlanInput, 'facts' | 'drivers' | 'sha256'>,
  last: ActiveResource | undefined,
  before: readonly PlannedNode[],
): { node: PlannedNode; outputs: Outputs | undefined } {
  const { driver } = node.definition.spec;
  if (!input.drivers.includes(driver)) {
    throw new PavedError(
      'invalid',
      `The definition ${node.definition.name} wants the driver "${driver}", which this platform does not have.`,
      {
        fix: `Drivers it has: ${input.drivers.toSorted().join(', ')}.`,
      },
    );
  }
  const inputs = resolveInputs(node, input);
  const unclear = hasUnknown(inputs);
  const instant = instantDrivers[driver];
  const decided = decide(node, inputs, unclear, last, before, input.sha256);
  const { action } = decided;
  const others = (last?.consumers ?? []).filter((consumer) => consumer !== input.component.ref);
  const reasons = others.length === 0 ? decided.reasons : [...decided.reasons, `shared with ${others.join(', ')}`];
  const outputs =
    instant !== undefined && !unclear
      ? mappedOutputs(node, instant(inputs, input.facts))
      : action === 'none' && !unclear
        ? last?.outputs
        : undefined;
  return {
    node: {
      key: node.key,
      uid: input.uidOf(node),
      type: node.type,
      class: node.class,
      id: node.id,
      action,
      reasons,
      definition: node.definition.name,
      driver,
      dependsOn: node.dependsOn.map((edge) => edge.key),
      inputs,
      ...(last?.inputs === undefined ? {} : { before: last.inputs }),
      explain: node.explain,
    },
    outputs,
  };
}

function decide(
  node: GraphNode,
  inputs: JsonObject,
  unclear: boolean,
  last: ActiveResource | undefined,
  before: readonly PlannedNode[],
  sha256: (text: string) => string,
): { action: NodeAction; reasons: string[] } {
  const { driver } = node.definition.spec;
  if (last === undefined || last.status === 'deleted') return { action: 'create', reasons: [`asked for by ${node.asked}`] };
  if (last.status === 'orphaned') return { action: 'restore', reasons: [`asked for again by ${node.asked}; it was kept`] };
  if (last.inputDigest === undefined) return { action: 'create', reasons: ['the last attempt did not finish'] };
  if (last.driver !== driver) {
    if (last.stateful) {
      throw new PavedError(
        'conflict',
        `${node.key} keeps data and was made by ${last.definition} (driver ${last.driver}); ${node.definition.name} would make it with ${driver}.`,
        {
          fix: 'Move the data first: give the new one another class or id.',
        },
      );
    }
    return { action: 'replace', reasons: [`driver ${last.driver} → ${driver}`] };
  }
  const reasons: string[] = [];
  if (last.definition !== node.definition.name) reasons.push(`definition ${last.definition} → ${node.definition.name}`);
  if (unclear) {
    const changing = before
      .filter((other) => node.dependsOn.some((edge) => edge.key === other.key) && other.action !== 'none')
      .map((other) => other.key);
    return { action: 'update', reasons: [...reasons, `depends on ${changing.join(', ') || 'what changes'}: known after apply`] };
  }
  if (inputDigestOf({ driver, type: node.type, class: node.class }, inputs, sha256) !== last.inputDigest) {
    // Which artifact it is says its digest; where it lies is of no interest.
    const changes = changesBetween(last.inputs ?? {}, inputs).filter(({ at }) => at !== 'artifact.location');
    const told = changes.map(({ at, before: was, after }) => `${at}: ${brief(was)} → ${brief(after)}`);
    return { action: 'update', reasons: [...reasons, ...(told.length === 0 ? ['its artifact lies elsewhere now'] : told)] };
  }
  if (last.status === 'failed' || last.status === 'provisioning') return { action: 'update', reasons: ['the last attempt did not finish'] };
  if (last.health === 'failed') return { action: 'update', reasons: ['it is failing and is applied again'] };
  return { action: 'none', reasons: reasons.length > 0 ? [...reasons, 'with equal inputs'] : ['nothing changed'] };
}

function planRemoval(resource: ActiveResource, component: string): PlannedNode {
  const others = resource.consumers.filter((consumer) => consumer !== component);
  const [action, reason]: [NodeAction, string] =
    others.length > 0
      ? ['none', `no longer used here, still used by ${others.join(', ')}`]
      : resource.stateful && resource.inputDigest !== undefined
        ? ['orphan', 'no longer asked for; it keeps data, so it stays until it is destroyed by hand']
        : ['delete', 'no longer asked for'];
  return {
    key: resource.key,
    uid: resource.uid,
    type: resource.type,
    class: resource.class,
    id: resource.id,
    action,
    reasons: [reason],
    definition: resource.definition,
    driver: resource.driver,
    dependsOn: resource.dependsOn,
    inputs: {},
    ...(resource.inputs === undefined ? {} : { before: resource.inputs }),
    explain: [],
  };
}

/** What depends on others goes before them. */
function removalOrder(gone: readonly ActiveResource[]): ActiveResource[] {
  const left = new Map(gone.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map((resource) => [resource.key, resource]));
  const order: ActiveResource[] = [];
  while (left.size > 0) {
    const free = [...left.values()].find(
      (resource) => ![...left.values()].some((other) => other !== resource && other.dependsOn.includes(resource.key)),
    );
    const next = free ?? [...left.values()][0];
    if (next === undefined) break;
    left.delete(next.key);
    order.push(next);
  }
  return order;
}

function brief(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null && 'secretRef' in value)
    return `secret version ${String((value as { secretRef: { version: number } }).secretRef.version)}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
