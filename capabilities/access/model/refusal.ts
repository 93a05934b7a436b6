import { hasRole, type Actor, type Decision, type Permission, type Resource, type Role } from '@paved/kernel';

/** A refusal for people: which rule, and how to pass it. */
export type Refusal = Extract<Decision, { readonly allowed: false }>;

/** Explains why `actor` does not hold `permission` on `resource`. */
export function refusalOf(actor: Actor, permission: Permission | undefined, name: string, resource: Resource | undefined): Refusal {
  if (permission === undefined) return { allowed: false, reason: `There is no permission called "${name}".` };
  const deed = asVerb(permission.description);
  const ownersMay = permission.owner !== undefined && hasRole(actor, permission.owner);
  if (ownersMay && resource !== undefined) {
    const owners = resource.ownerRefs ?? [];
    const thing = resource.ref === undefined ? 'this' : nameOf(resource.ref);
    if (owners.length === 0) {
      return {
        allowed: false,
        reason: `${capital(thing)} has no owner, so only ${roleWithArticle(permission.role)} may ${deed}.`,
        fix: `Give it an owner in its catalog file, or ask ${roleWithArticle(permission.role)}.`,
      };
    }
    return {
      allowed: false,
      reason: `Only the owners of ${thing} (${owners.map(kindAndName).join(', ')}) may ${deed}.`,
      fix: `Ask ${owners.map(nameOf).join(' or ')}, or ${roleWithArticle(permission.role)}.`,
    };
  }
  const needed = permission.owner !== undefined && !ownersMay ? permission.owner : permission.role;
  return {
    allowed: false,
    reason: `Your role, ${roleWords[actor.role]}, may not ${deed}; that takes ${roleWithArticle(needed)}.`,
    fix: needed === 'administrator' ? 'Ask an administrator to do it.' : `Ask an administrator for the role ${roleWords[needed]}.`,
  };
}

const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'viewer',
  developer: 'developer',
  'platform-engineer': 'platform engineer',
  administrator: 'administrator',
};

const roleWithArticle = (role: Role): string => `${role === 'administrator' ? 'an' : 'a'} ${roleWords[role]}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "Deploy a workload; only plans are free." → "deploy a workload". */
function asVerb(description: string): string {
  const text = description.replace(/[;.].*$/s, '').trim();
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function parts(ref: string): { kind: string; namespace: string; name: string } {
  const match = /^([^:]+):([^/]+)\/(.+)$/.exec(ref);
  return { kind: match?.[1] ?? '', namespace: match?.[2] ?? 'default', name: match?.[3] ?? ref };
}

function nameOf(ref: string): string {
  const { namespace, name } = parts(ref);
  return namespace === 'default' ? name : `${namespace}/${name}`;
}

function kindAndName(ref: string): string {
  const { kind } = parts(ref);
  return kind === 'group' ? `group ${nameOf(ref)}` : nameOf(ref);
}
