/** How much a single sync may remove without being asked for a confirmation: at least so many and more than the share waits. */
export interface RemovalLimits {
  /** Share of what the source holds, 0–1. */
  readonly share: number;
  readonly entities: number;
}

export const defaultRemovalLimits: RemovalLimits = { share: 0.2, entities: 10 };

/** Why a sync waits for a confirmation; undefined when it may go on. */
export function removalHeld(
  counts: { readonly removed: number; readonly of: number },
  limits: RemovalLimits = defaultRemovalLimits,
): { readonly message: string; readonly fix: string; readonly counts: { readonly removed: number; readonly of: number } } | undefined {
  if (counts.removed < limits.entities || counts.removed <= counts.of * limits.share) return undefined;
  return {
    message: `This sync would remove ${counts.removed} of ${counts.of} entities, so nothing was changed.`,
    fix: 'If that is right, confirm it; else mend the source.',
    counts: { removed: counts.removed, of: counts.of },
  };
}
