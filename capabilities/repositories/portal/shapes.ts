import type { Check, Commit, Repository } from '@paved/repositories';
import type { DiffAnswerFile, StatusName } from '@paved/ui';
import { byWorst, statusOfRun } from '@paved/ui';

export type ShownCommit = Commit & { readonly checks: readonly Check[] };

export interface ShownRepository extends Repository {
  readonly empty: boolean;
  readonly branches: number;
  readonly openPullRequests: number;
  readonly may: { readonly push: boolean; readonly delete: boolean; readonly merge: boolean; readonly update: boolean };
}

export interface Tree {
  readonly revision: string;
  readonly path: string;
  readonly entries: readonly {
    readonly path: string;
    readonly type: 'file' | 'directory' | 'symlink' | 'submodule';
    readonly size?: number;
  }[];
  readonly lastCommit?: ShownCommit;
}

export interface FileAnswer {
  readonly revision: string;
  readonly path: string;
  readonly size: number;
  readonly binary: boolean;
  readonly truncated: boolean;
  readonly text: string;
  readonly lastCommit?: ShownCommit;
}

export interface DiffAnswer {
  readonly files: readonly DiffAnswerFile[];
  readonly truncated: boolean;
}

export interface PullRequest {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly base: string;
  readonly headSha: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly mergeSha?: string;
  readonly author: { readonly ref: string; readonly name: string };
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly ended?: { readonly at: string; readonly by: { readonly name: string }; readonly overrideReason?: string };
  readonly remarks?: number;
}

export interface Remark {
  readonly id: string;
  readonly verdict?: 'approved' | 'changes_requested';
  readonly body: string;
  readonly path?: string;
  readonly line?: number;
  readonly side?: 'old' | 'new';
  readonly outdated: boolean;
  readonly author: { readonly ref: string; readonly name: string };
  readonly createdAt: string;
}

export interface PullRequestAnswer {
  readonly pullRequest: PullRequest;
  readonly commits: readonly ShownCommit[];
  readonly checks: readonly Check[];
  readonly remarks: readonly Remark[];
  readonly mergeability: {
    readonly mergeable: boolean;
    readonly blockers: readonly { readonly code: string; readonly sentence: string; readonly override: boolean }[];
    readonly ahead: number;
    readonly behind: number;
  };
  readonly may: { readonly review: boolean; readonly merge: boolean; readonly edit: boolean };
}

/** The worst of a commit's checks; undefined when there are none. */
export const checksStatus = (checks: readonly Check[]): StatusName | undefined =>
  checks.map((check) => statusOfRun(check.status)).toSorted(byWorst)[0];

export const REPOSITORY_EVENTS = ['repositories.*'];
export const stateWords = { open: 'Open', merged: 'Merged', closed: 'Closed' } as const;
export const stateStatus = { open: 'waiting', merged: 'healthy', closed: 'cancelled' } as const;
