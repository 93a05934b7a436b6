import type { Confirmation } from '../answers.ts';

/** Owner → how much of theirs is to be confirmed. */
export function waitingByOwner(items: readonly Confirmation[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const owner of items.flatMap(({ ownerRefs }) => ownerRefs)) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  return counts;
}
