import { PavedError, type Actor, type Decision, type Reach, type Resource } from '@paved/kernel';

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
