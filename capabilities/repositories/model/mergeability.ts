import type { Check } from '../index.ts';

/** One reason why a pull request cannot be merged now. Only those with `override` can be passed with a reason. */
export interface Blocker {
  readonly code: 'ended' | 'conflict' | 'nothing' | 'branch_missing' | 'check_failed' | 'check_running' | 'changes_requested';
  readonly sentence: string;
  readonly override: boolean;
}

export interface MergeFacts {
  readonly state: 'open' | 'merged' | 'closed';
  readonly base: string;
  readonly head: string;
  /** Undefined when one of the branches is gone. */
  readonly comparison: { readonly ahead: number; readonly conflicts: readonly string[] } | undefined;
  readonly checks: readonly Check[];
  /** Verdicts in the order they were given. */
  readonly verdicts: readonly { readonly author: string; readonly verdict: 'approved' | 'changes_requested' }[];
}

/** Everything that stands in the way of merging, worst first; empty means mergeable. */
export function blockersOf(facts: MergeFacts): Blocker[] {
  if (facts.state !== 'open') return [{ code: 'ended', sentence: `This pull request is ${facts.state}.`, override: false }];
  const { comparison } = facts;
  if (comparison === undefined)
    return [{ code: 'branch_missing', sentence: `The branch ${facts.head} or ${facts.base} does not exist any more.`, override: false }];
  const blockers: Blocker[] = [];
  if (comparison.ahead === 0)
    blockers.push({ code: 'nothing', sentence: `${facts.head} brings nothing that ${facts.base} lacks.`, override: false });
  if (comparison.conflicts.length > 0) {
    blockers.push({
      code: 'conflict',
      sentence: `${list(comparison.conflicts)} changed on both sides. Merge ${facts.base} into ${facts.head} and settle it there.`,
      override: false,
    });
  }
  const failed = facts.checks.filter((c) => c.status === 'failed' || c.status === 'cancelled').map((c) => c.name);
  const running = facts.checks.filter((c) => c.status === 'queued' || c.status === 'running').map((c) => c.name);
  if (failed.length > 0) blockers.push({ code: 'check_failed', sentence: `${list(failed)} failed.`, override: true });
  if (running.length > 0)
    blockers.push({ code: 'check_running', sentence: `${list(running)} still ${running.length === 1 ? 'runs' : 'run'}.`, override: true });
  const latest = new Map(facts.verdicts.map((v) => [v.author, v.verdict]));
  const against = [...latest].filter(([, verdict]) => verdict === 'changes_requested').map(([author]) => author);
  if (against.length > 0) blockers.push({ code: 'changes_requested', sentence: `${list(against)} asked for changes.`, override: true });
  return blockers;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
