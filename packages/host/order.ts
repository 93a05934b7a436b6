import type { Capability } from './define-capability.ts';

/** Capabilities in an order in which everything needed comes first. Throws on a missing service or a cycle, naming it. */
export function inOrderOfNeed(capabilities: readonly Capability[], provided: ReadonlySet<string>): Capability[] {
  const byService = new Map(capabilities.flatMap((c) => (c.provides === undefined ? [] : [[c.provides.id, c] as const])));
  const ordered: Capability[] = [];
  const visit = (capability: Capability, path: readonly string[]): void => {
    if (ordered.includes(capability)) return;
    if (path.includes(capability.name))
      throw new Error(
        `Capabilities need each other in a circle: ${[...path.slice(path.indexOf(capability.name)), capability.name].join(' → ')}.`,
      );
    for (const need of Object.values(capability.needs ?? {})) {
      if (provided.has(need.id)) continue;
      const provider = byService.get(need.id);
      if (provider === undefined)
        throw new Error(`The capability ${capability.name} needs the service "${need.id}", which nothing provides.`);
      if (provider !== capability) visit(provider, [...path, capability.name]);
    }
    ordered.push(capability);
  };
  for (const capability of capabilities) visit(capability, []);
  return ordered;
}
