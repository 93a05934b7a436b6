/** A proposed description, as the API answers it. */
export interface Proposal {
  readonly id: string;
  readonly repository: string;
  readonly label: string;
  readonly path: string;
  readonly text: string;
  readonly edited: boolean;
  readonly refs: readonly string[];
  readonly ownerRef?: string;
  readonly evidence: readonly { field: string; value: string; from: string; words: string }[];
  readonly confidence: 'high' | 'medium' | 'low';
  readonly state: ProposalState;
  readonly pullRequest?: { readonly number: number; readonly href: string };
  readonly error?: string;
  readonly mayChange: boolean;
}

export type ProposalState = 'proposed' | 'opened' | 'merged' | 'dismissed';

export interface ProposalPage {
  readonly items: readonly Proposal[];
  readonly totalItems: number;
  readonly counts: Readonly<Record<ProposalState, number>>;
}
