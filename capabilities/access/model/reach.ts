import { hasRole, type Actor, type Role } from '@paved/kernel';

/** A permission as capabilities declare it (the host's `Permission`). */
export interface Permission {
  readonly name: string;
  readonly description: string;
  /** Held everywhere from this role on. */
  readonly role: Role;
  /** Held on what one owns from this role on. */
  readonly owner?: Role;
}

/** On what an actor holds a permission: the form in which lists push it down to SQL (`owner = any(:ownerRefs)`). */
export type Reach =
  | { readonly on: 'everything' }
  | { readonly on: 'owned'; readonly ownerRefs: readonly string[] }
  | { readonly on: 'nothing' };

/** The reach of a permission for an actor; equal to asking the guard for each thing. */
export function reachOf(actor: Pick<Actor, 'role' | 'ownershipRefs'>, permission: Permission): Reach {
  if (hasRole(actor as Actor, permission.role)) return { on: 'everything' };
  if (permission.owner !== undefined && hasRole(actor as Actor, permission.owner)) return { on: 'owned', ownerRefs: actor.ownershipRefs };
  return { on: 'nothing' };
}
