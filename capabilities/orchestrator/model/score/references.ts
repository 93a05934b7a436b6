import { BadReference, keysOf, lookUp } from '../placeholder.ts';

/** What a Score document's placeholders may refer to. */
export interface ScoreScope {
  readonly metadata: unknown;
  /** An output of a resource by its name in the document; without keys, the resource itself. Throws BadReference. */
  readonly resource: (name: string, keys: readonly string[], reference: string) => unknown;
}

/** What one placeholder of a Score document stands for. */
export function scoreLookUp(reference: string, scope: ScoreScope): unknown {
  const [root, ...keys] = keysOf(reference);
  if (root === 'metadata') {
    if (keys.length === 0) throw new BadReference(reference, 'name a key of the metadata, such as ${metadata.name}.');
    return lookUp(scope.metadata, keys, reference);
  }
  const [name, ...outputs] = keys;
  if (root === 'resources' && name !== undefined) return scope.resource(name, outputs, reference);
  throw new BadReference(reference, 'only metadata and resources can be referred to. Double the dollar sign, $${…}, for a literal one.');
}
