import { createMongoAbility, type MongoAbility, type RawRuleOf } from '@casl/ability';
import type { Actor, Permission } from '@paved/kernel';
import { reachOf } from './reach.ts';

/** What a permission is asked on, as the rules' conditions see it. */
interface Asked {
  readonly ownerRefs: readonly string[];
}

export type Ability = MongoAbility<[string, 'Thing' | Asked]>;
export type Rule = RawRuleOf<Ability>;

/** An actor's rules as data: the permissions its role holds everywhere, then those it holds on what it owns. */
export function rulesFor(actor: Pick<Actor, 'role' | 'ownershipRefs'>, permissions: readonly Permission[]): Rule[] {
  const everywhere: string[] = [];
  const owned: string[] = [];
  for (const permission of permissions) {
    const reach = reachOf(actor, permission);
    if (reach.on === 'everything') everywhere.push(permission.name);
    if (reach.on === 'owned') owned.push(permission.name);
  }
  return [
    ...(everywhere.length === 0 ? [] : [{ action: everywhere, subject: 'Thing' as const }]),
    ...(owned.length === 0
      ? []
      : [{ action: owned, subject: 'Thing' as const, conditions: { ownerRefs: { $in: [...actor.ownershipRefs] } } }]),
  ];
}

/** Rules made ready to be asked. */
export function abilityOf(rules: Rule[]): Ability {
  return createMongoAbility<Ability>(rules, { detectSubjectType: () => 'Thing' });
}

/** Whether the rules allow it on a thing with these owners (none: a thing nobody owns, or no thing at all). */
export function allows(ability: Ability, permission: string, ownerRefs: readonly string[] = []): boolean {
  return ability.can(permission, { ownerRefs });
}
