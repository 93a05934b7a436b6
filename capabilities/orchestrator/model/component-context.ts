import { parseRef } from '@paved/kernel';

/** The component that is deployed. `slug` is its name, with the namespace when that is not `default`. */
export interface ComponentContext {
  readonly ref: string;
  readonly name: string;
  readonly namespace: string;
  readonly slug: string;
}

/** The parts of a component's reference that graphs and host names are made of. */
export function contextOf(ref: string): ComponentContext {
  const { name, namespace } = parseRef(ref);
  return { ref, name, namespace, slug: namespace === 'default' ? name : `${name}-${namespace}` };
}
