import { type Health } from '@paved/kernel';

interface Cell {
  readonly health?: Health;
  readonly reason?: string;
  readonly version?: string;
  readonly deploymentId?: string;
  readonly deployedAt?: string;
  readonly latest?: { readonly id: string; readonly status: string; readonly version: string; readonly error?: string };
}

/** What runs where, of `/api/orchestrator/environments`. */
export interface BoardAnswer {
  readonly environments: readonly { readonly name: string; readonly title: string }[];
  readonly services: readonly { readonly component: string; readonly cells: Readonly<Record<string, Cell>> }[];
}

/** A run, of `/api/runs`. */
export interface Run {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly kind: string;
  readonly subjects: readonly string[];
  readonly error?: { readonly message: string };
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/** A pull request, of `/api/repositories/pull-requests`. */
export interface PullRequest {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  readonly author: { readonly ref: string };
  readonly updatedAt: string;
}

/** Something whose owners are asked whether it is still theirs, of `/api/ownership/confirmations`. */
export interface Confirmation {
  readonly ownerRefs: readonly string[];
  readonly trust: { readonly state: string; readonly askedAt?: string };
}

/** A golden path, of `/api/templates`. */
export interface TemplateCard {
  readonly ref: string;
  readonly name: string;
  readonly namespace: string;
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly icon?: string;
  readonly typicalMs?: number;
}

/** A version as people read it: a commit by its first seven letters. */
export const versionWords = (version: string | undefined): string =>
  version === undefined ? '–' : /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 7) : version;
