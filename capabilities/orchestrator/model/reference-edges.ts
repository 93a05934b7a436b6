import { PavedError } from '@paved/kernel';
import type { Draft, GraphInput } from './graph.ts';
import { nearest } from './nearest.ts';
import { keysOf, referencesIn } from './placeholder.ts';

/** Edges from placeholders, each checked against the outputs of the type it leads to. */
export function addReferenceEdges(
  node: Draft,
  nodes: Map<string, Draft>,
  scoreAliases: Readonly<Record<string, string>>,
  input: GraphInput,
): void {
  const check = (value: unknown, aliases: Readonly<Record<string, string>>, where: string): void => {
    for (const reference of new Set(referencesIn(value))) {
      const [root, alias = '', output] = keysOf(reference);
      if (root !== 'resources') continue;
      const to = aliases[alias];
      if (to === undefined) {
        throw new PavedError('invalid', `${where}: \${${reference}} refers to "${alias}", which is not declared there.`, {
          fix: suggestion(alias, Object.keys(aliases)),
        });
      }
      const target = nodes.get(to);
      const type = target === undefined ? undefined : input.types[target.type];
      if (output !== undefined && type !== undefined && type.openOutputs !== true && !Object.hasOwn(type.outputs, output)) {
        throw new PavedError('invalid', `${where}: \${${reference}} asks ${target?.type} for "${output}", which it does not give.`, {
          fix: suggestion(output, Object.keys(type.outputs)),
        });
      }
      if (to === node.key) throw new PavedError('invalid', `${where}: \${${reference}} refers to itself.`);
      if (!node.edges.has(to)) node.edges.set(to, `uses ${alias}${output === undefined ? '' : `.${output}`}`);
    }
  };
  const requester = node.scope.kind === 'score' ? undefined : nodes.get(node.scope.of);
  check(node.params, requester?.aliases ?? scoreAliases, node.asked);
  check(node.definition.spec.inputs, node.aliases, `definition ${node.definition.name}`);
}

/** The nearest known word, or all of them. */
export function suggestion(word: string, known: readonly string[]): string {
  const close = nearest(word, known);
  return close === undefined ? `Known: ${known.toSorted().join(', ') || 'none'}.` : `Did you mean "${close}"?`;
}
