import { hasRole, type Actor, type Permission, type Reach } from '@paved/kernel';

/** The reach of a permission for an actor; equal to asking the guard for each thing. */
export function reachOf(actor: Pick<Actor, 'role' | 'ownershipRefs'>, permission: Permission): Reach {
  if (hasRole(actor as Actor, permission.role)) return { on: 'everything' };
  if (permission.owner !== undefined && hasRole(actor as Actor, permission.owner)) return { on: 'owned', ownerRefs: actor.ownershipRefs };
  return { on: 'nothing' };
}
