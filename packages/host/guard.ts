import { PavedError, type Actor } from '@paved/kernel';

/** What a permission is asked on. `ownerRefs` are canonical references of the thing's owners. */
export interface Resource {
  readonly ref?: string;
  readonly ownerRefs?: readonly string[];
}

/** A decision with its reason, so that a refusal can say which rule and how to pass it. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string; readonly fix?: string };

/** On what an actor holds a permission: the form in which lists push it down to SQL. */
export type Reach =
  | { readonly on: 'everything' }
  | { readonly on: 'owned'; readonly ownerRefs: readonly string[] }
  | { readonly on: 'nothing' };

/** Asks and enforces permissions. */
export interface Guard {
  decide(actor: Actor, permission: string, resource?: Resource): Decision;
  /** Throws `forbidden` with the reason. */
  require(actor: Actor, permission: string, resource?: Resource): void;
  /** The things on which `decide` says yes, told by their owners. */
  reach(actor: Actor, permission: string): Reach;
}

/** A guard around a decision function that may be bound later. */
export function createGuard(decide: Guard['decide']): Guard {
  return {
    decide,
    reach(actor, permission) {
      if (decide(actor, permission).allowed) return { on: 'everything' };
      const ownerRefs = actor.ownershipRefs;
      return decide(actor, permission, { ownerRefs }).allowed ? { on: 'owned', ownerRefs } : { on: 'nothing' };
    },
    require(actor, permission, resource) {
      const decision = decide(actor, permission, resource);
      if (decision.allowed) return;
      throw new PavedError('forbidden', decision.reason, {
        ...(decision.fix === undefined ? {} : { fix: decision.fix }),
        facts: { permission, ...(resource?.ref === undefined ? {} : { resource: resource.ref }) },
      });
    },
  };
}
