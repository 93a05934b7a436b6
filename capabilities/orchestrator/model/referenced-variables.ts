import { PavedError, type JsonObject } from '@paved/kernel';
import type { GraphInput } from './graph.ts';
import { nearest } from './nearest.ts';
import { keysOf, referencesIn } from './placeholder.ts';

/** Params of an `environment` resource: the values of exactly the variables that the document refers to. */
export function referencedVariables(alias: string, input: GraphInput): JsonObject {
  const names = new Set(
    referencesIn(input.set.score).flatMap((reference) => {
      const [root, resource, name] = keysOf(reference);
      return root === 'resources' && resource === alias && name !== undefined ? [name] : [];
    }),
  );
  const values = [...names].toSorted().map((name) => {
    const value = input.variables[name];
    if (value === undefined) {
      throw new PavedError(
        'invalid',
        `${input.component.name} refers to the variable ${name}, which is not set in ${input.environment.name}.`,
        {
          fix:
            nearestVariable(name, Object.keys(input.variables)) ??
            `Set ${name} for ${input.component.name} in ${input.environment.name}, as a variable or a secret.`,
        },
      );
    }
    return [name, typeof value === 'string' ? value.replaceAll('$', '$$$$') : value] as const;
  });
  return { values: Object.fromEntries(values) };
}

const nearestVariable = (name: string, known: readonly string[]): string | undefined => {
  const close = nearest(name, known);
  return close === undefined ? undefined : `Did you mean ${close}? Otherwise set ${name}.`;
};
