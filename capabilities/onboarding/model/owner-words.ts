import { parseRef } from '@paved/kernel';

/** An owner as people write it: the bare name of a group, else with its kind. */
export function ownerWords(ref: string): string {
  const { kind, namespace, name } = parseRef(ref);
  const short = namespace === 'default' ? name : `${namespace}/${name}`;
  return kind === 'group' ? short : `${kind}:${short}`;
}
