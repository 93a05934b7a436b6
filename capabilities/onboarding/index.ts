/** What became of a proposal. */
export const proposalStates = ['proposed', 'opened', 'merged', 'dismissed'] as const;
export type ProposalState = (typeof proposalStates)[number];

/** The kind of the runs that look through repositories; what they give is a `ScanOutcome`. */
export const SCAN_RUN = 'onboarding.repositories.scan';

/** What became of a scan. */
export interface ScanOutcome {
  readonly repositories: number;
  readonly proposed: number;
  readonly known: number;
  readonly failed: number;
  /** The first ones that could not be looked through; naming their addresses to a scan tries them again. */
  readonly failures: readonly { readonly address: string; readonly label: string; readonly reason: string }[];
}

/** Outbox event: a proposal came or changed; subject is its id, `data` is `{ id, state }`. */
export const PROPOSAL_CHANGED = 'onboarding.proposal.changed';
