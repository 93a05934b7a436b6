export { trustStates, type TrustState } from './model/trust.ts';
export { type OnCall } from './model/on-call.ts';
export { type Evidence, type Suggestion } from './model/suggest-owners.ts';

/** Why an entity has no living owner. */
export const unownedReasons = ['names none', 'unknown owner', 'nobody in it', 'disowned'] as const;
export type UnownedReason = (typeof unownedReasons)[number];

/** Outbox event: owners are asked to confirm what they own. The subject is the owner's ref, `data` is `{ ownerRef, entities }` with the number. */
export const CONFIRMATION_ASKED = 'ownership.confirmation.asked';
/** Outbox event: somebody confirmed or disowned an entity. The subject is its ref, `data` is `{ ref, verdict, by }`. */
export const CONFIRMATION_GIVEN = 'ownership.confirmation.given';

// How forges' words for owners are read, for others who look for owners.
export { codeOwnersPaths, parseCodeOwners, ruleFor, type CodeOwnersRule } from './model/codeowners.ts';
export { directoryOf, ownerFor, type Directory } from './model/directory.ts';
