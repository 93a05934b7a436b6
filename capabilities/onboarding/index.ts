/** What became of a proposal. */
export const proposalStates = ['proposed', 'opened', 'merged', 'dismissed'] as const;
export type ProposalState = (typeof proposalStates)[number];

/** Outbox event: a proposal came or changed; subject is its id, `data` is `{ id, state }`. */
export const PROPOSAL_CHANGED = 'onboarding.proposal.changed';
