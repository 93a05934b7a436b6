import type { Actor, Permission } from '@paved/kernel';
import type { Guard } from '@paved/host';
import { abilityOf, allows, rulesFor, type Ability } from '../model/ability.ts';
import { refusalOf } from '../model/refusal.ts';

/** The host's decision hook: an actor's rules are built once and kept as long as the actor object lives. */
export function createAuthorizer(permissions: () => readonly Permission[]): Guard['decide'] {
  const abilities = new WeakMap<Actor, Ability>();
  let byName: ReadonlyMap<string, Permission> | undefined;

  return (actor, name, resource) => {
    byName ??= new Map(permissions().map((permission) => [permission.name, permission]));
    const permission = byName.get(name);
    if (permission === undefined) return refusalOf(actor, undefined, name, resource);
    let ability = abilities.get(actor);
    if (ability === undefined) {
      ability = abilityOf(rulesFor(actor, permissions()));
      abilities.set(actor, ability);
    }
    return allows(ability, name, resource?.ownerRefs) ? { allowed: true } : refusalOf(actor, permission, name, resource);
  };
}
