import { PavedError } from '@paved/kernel';
import type { Plan } from '../index.ts';

/** Refuses to carry a plan out that is not the one somebody looked at. Throws `stale` with the new digest. */
export function assertPlanSeen(expected: string | undefined, plan: Plan): void {
  if (expected === undefined || expected === plan.digest) return;
  throw new PavedError('stale', 'The plan is not the one that was looked at: something changed in between.', {
    fix: 'Look at the new plan and start again.',
    facts: { plan: plan.digest },
  });
}
