/** Roles from least to most powerful. A role includes everything the ones before it may do. */
export const roles = ['viewer', 'developer', 'platform-engineer', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** Through which door the actor came. */
export type Door = 'portal' | 'api' | 'cli' | 'git' | 'webhook' | 'system';

/** Who does something: a person, a token, or the platform itself. */
export interface Actor {
  /** Canonical entity reference, for example `user:default/mira.v`; `system:default/paved` for the platform. */
  readonly ref: string;
  readonly displayName: string;
  readonly role: Role;
  /** The actor's own reference and every group it belongs to, nested ones included: what it may own things as. */
  readonly ownershipRefs: readonly string[];
  readonly door: Door;
  /** The token's name when the request carried one. */
  readonly token?: string;
}

/** The platform acting on its own account. */
export const systemActor: Actor = {
  ref: 'system:default/paved',
  displayName: 'Paved',
  role: 'administrator',
  ownershipRefs: [],
  door: 'system',
};

/** Whether the actor's role is at least this one. */
export function hasRole(actor: Actor, role: Role): boolean {
  return roles.indexOf(actor.role) >= roles.indexOf(role);
}
