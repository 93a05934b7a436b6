import { NO_COMMIT } from './names.ts';
import type { RefCommand } from './pkt-line.ts';

/** Why a push is refused before git sees it: one sentence for people, one phrase beside the ref. */
export interface Refusal {
  readonly sentence: string;
  readonly short: string;
}

/** Checks the wanted ref updates against what nobody may push: other namespaces, and the end of the default branch. */
export function protect(commands: readonly RefCommand[], defaultBranch: string): Refusal | undefined {
  for (const { ref, after } of commands) {
    if (!/^refs\/(heads|tags|notes)\/./.test(ref)) {
      return { sentence: `Only branches and tags can be pushed, not ${ref}.`, short: 'reserved name' };
    }
    if (ref === `refs/heads/${defaultBranch}` && after === NO_COMMIT) {
      return { sentence: `The default branch ${defaultBranch} cannot be deleted.`, short: 'default branch is protected' };
    }
  }
  return undefined;
}

/** Whether git must refuse rewritten history in this push. Other branches may be rewritten as long as the default one is not in the same push. */
export function forbidsRewriting(commands: readonly RefCommand[], defaultBranch: string): boolean {
  return commands.some((c) => c.ref === `refs/heads/${defaultBranch}` && c.before !== NO_COMMIT);
}
