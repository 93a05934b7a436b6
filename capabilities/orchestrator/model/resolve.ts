import { PavedError, type Json, type JsonObject } from '@paved/kernel';
import type { Output } from '../index.ts';
import type { ComponentContext } from './component-context.ts';
import type { Graph, GraphNode } from './graph.ts';
import type { EnvironmentSpec, ResourceTypeSpec } from './kinds.ts';
import type { CheckParams } from './params.ts';
import { BadReference, keysOf, lookUp, textOf, tokens } from './placeholder.ts';
import { scoreLookUp } from './score/references.ts';

/** Stands for a value that only exists after apply. */
export const unknown: JsonObject = { unknown: true };
export const isUnknown = (value: Json | undefined): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && value['unknown'] === true && Object.keys(value).length === 1;

/** Whether a value holds something that only exists after apply. */
export function hasUnknown(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isUnknown(value) || Object.values(value).some((inner) => hasUnknown(inner as Json));
}

export type Outputs = Readonly<Record<string, Output>>;

export interface ResolveInput {
  readonly graph: Graph;
  readonly component: ComponentContext;
  readonly environment: { readonly name: string; readonly spec: EnvironmentSpec };
  readonly types: Readonly<Record<string, ResourceTypeSpec>>;
  readonly metadata: unknown;
  readonly uidOf: (node: GraphNode) => string;
  /** Who asked for a shared resource first: its inputs must not change with who deploys. Default: the component. */
  readonly ownerOf?: (node: GraphNode) => ComponentContext | undefined;
  /** Outputs of a node by key; undefined while they are unknown. */
  readonly outputsOf: (key: string) => Outputs | undefined;
  readonly checkParams: CheckParams;
}

/**
 * The inputs a driver gets: the request's params with the type's defaults, then the definition's inputs over them (the platform team
 * decides), every placeholder replaced. Texts with secrets in them become `{ secretRef }` or `{ parts }`, unknown ones `{ unknown: true }`.
 */
export function resolveInputs(node: GraphNode, input: ResolveInput): JsonObject {
  const params = resolveParams(node, input);
  const inputs = resolved(
    node.definition.spec.inputs ?? {},
    (reference) => definitionLookUp(reference, node, params, input),
    `definition ${node.definition.name}`,
  );
  const together: JsonObject = { ...params, ...(inputs as JsonObject) };
  return node.type === 'workload' ? withTexts(together) : together;
}

function resolveParams(node: GraphNode, input: ResolveInput): JsonObject {
  const { scope } = node;
  const requester = scope.kind === 'definition' ? input.graph.nodes.find((other) => other.key === scope.of) : undefined;
  const lookup =
    requester === undefined
      ? (reference: string) => scoreScopeLookUp(reference, input)
      : (reference: string) => definitionLookUp(reference, requester, resolveParams(requester, input), input);
  const params = resolved(node.params, lookup, node.asked) as JsonObject;
  const schema = input.types[node.type]?.inputSchema;
  // What the orchestrator itself writes for environments and workloads is not a request's params.
  if (schema === undefined || node.type === 'environment' || node.type === 'workload') return params;
  const checked = input.checkParams(schema, params);
  const [first] = checked.problems;
  if (first !== undefined) {
    throw new PavedError('invalid', `${node.asked} (${node.type}): ${first}`, {
      problems: checked.problems.map((message) => ({ at: node.asked, message })),
    });
  }
  return checked.params;
}

const scoreScopeLookUp = (reference: string, input: ResolveInput): Json =>
  scoreLookUp(reference, {
    metadata: input.metadata,
    resource: (name, output, whole) => outputAt(whole, input.graph.aliases[name], output, input),
  }) as Json;

function definitionLookUp(reference: string, node: GraphNode, params: JsonObject, input: ResolveInput): Json {
  const [root, ...keys] = keysOf(reference);
  switch (root) {
    case 'params':
      return lookUp(params, keys, reference) as Json;
    case 'context':
      return lookUp(contextOf(node, input), keys, reference) as Json;
    case 'resources': {
      const [alias = '', ...output] = keys;
      return outputAt(reference, node.aliases[alias], output, input);
    }
    default:
      throw new BadReference(reference, 'definitions can refer to context, params and resources.');
  }
}

/** What `${context…}` offers. */
const contextOf = (node: GraphNode, input: ResolveInput): JsonObject => ({
  component: { ...(input.ownerOf?.(node) ?? input.component) },
  env: { name: input.environment.name, type: input.environment.spec.type },
  resource: { type: node.type, class: node.class, id: node.id, name: node.name, uid: input.uidOf(node) },
});

/** An output; without a key the resource itself, which is its `source` (volumes). */
function outputAt(reference: string, key: string | undefined, path: readonly string[], input: ResolveInput): Json {
  if (key === undefined) throw new BadReference(reference, 'it is not declared.');
  const outputs = input.outputsOf(key);
  if (outputs === undefined) return unknown;
  return lookUp(outputs, path.length === 0 ? ['source'] : path, reference) as Json;
}

/** Replaces placeholders in every text of a value. A text that is one placeholder keeps the value's type. */
export function resolved(value: Json, lookup: (reference: string) => Json, where: string): Json {
  if (Array.isArray(value)) return value.map((inner) => resolved(inner, lookup, where));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, lookup, where)]));
  }
  if (typeof value !== 'string') return value;
  try {
    return mixed(tokens(value).map((token) => ('text' in token ? token.text : lookup(token.reference))));
  } catch (error) {
    if (error instanceof BadReference) throw new PavedError('invalid', `${where}: ${error.message}`);
    throw error;
  }
}

const isSecret = (value: Json): value is { secretRef: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'secretRef' in value;

function mixed(pieces: Json[]): Json {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  if (pieces.some(isUnknown)) return unknown;
  const parts: Json[] = [];
  for (const piece of pieces) {
    if (isSecret(piece)) parts.push(piece);
    else if (typeof parts.at(-1) === 'string') parts.push(`${String(parts.pop())}${textOf(piece)}`);
    else parts.push(textOf(piece));
  }
  return parts.every((part) => typeof part === 'string') ? parts.join('') : { parts };
}

/** Variables and files of a workload are texts: numbers and maps are written as JSON. */
function withTexts(inputs: JsonObject): JsonObject {
  const containers = Object.entries((inputs['containers'] ?? {}) as Record<string, JsonObject>).map(([name, container]) => {
    const variables = Object.entries(container['variables'] as JsonObject).map(([key, value]) => [key, asText(value)]);
    const files = Object.entries(container['files'] as Record<string, JsonObject>).map(([target, file]) => [
      target,
      'content' in file ? { ...file, content: asText(file['content'] ?? '') } : file,
    ]);
    return [name, { ...container, variables: Object.fromEntries(variables), files: Object.fromEntries(files) }];
  });
  return { ...inputs, containers: Object.fromEntries(containers) as JsonObject };
}

const asText = (value: Json): Json =>
  typeof value === 'string' ||
  isUnknown(value) ||
  (typeof value === 'object' && value !== null && ('secretRef' in value || 'parts' in value))
    ? value
    : textOf(value);

/** A definition's output mapping over what its driver gave. */
export function mappedOutputs(node: GraphNode, given: Outputs): Outputs {
  const { outputs } = node.definition.spec;
  if (outputs === undefined) return given;
  return resolved(
    outputs,
    (reference) => {
      const [root, ...keys] = keysOf(reference);
      if (root !== 'driver') throw new BadReference(reference, 'outputs can refer to driver only.');
      return lookUp(given, keys, reference) as Json;
    },
    `outputs of the definition ${node.definition.name}`,
  ) as Outputs;
}
