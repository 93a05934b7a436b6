import { roles, type Role } from '@paved/kernel';

/** What decides somebody's role. */
export interface RoleFacts {
  readonly userRef: string;
  /** Every group, nested ones included. */
  readonly groupRefs: readonly string[];
  readonly inCatalog: boolean;
  /** Role by user or group ref. */
  readonly assigned: ReadonlyMap<string, Role>;
  /** For catalog users without any assignment. */
  readonly fallback: Role;
}

/** A person's own assignment decides; else the highest of their groups'; else the fallback for catalog users; else viewer. */
export function effectiveRole(facts: RoleFacts): Role {
  const own = facts.assigned.get(facts.userRef);
  if (own !== undefined) return own;
  const fromGroups = facts.groupRefs.flatMap((ref) => facts.assigned.get(ref) ?? []);
  const highest = roles.findLast((role) => fromGroups.includes(role));
  return highest ?? (facts.inCatalog ? facts.fallback : 'viewer');
}
