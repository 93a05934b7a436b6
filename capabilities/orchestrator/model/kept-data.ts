/** A resource whose data was kept when its service went. */
export interface KeptData {
  readonly key: string;
  /** Owners of the service that it was kept for; empty when nobody was known. */
  readonly keptFor: readonly string[];
}

/**
 * Kept data that a service may not take over: it belonged to somebody else's service of the same name. Data kept for
 * nobody known is nobody's to take either.
 */
export function foreignData(kept: readonly KeptData[], ownerRefs: readonly string[]): KeptData[] {
  return kept.filter(({ keptFor }) => !keptFor.some((owner) => ownerRefs.includes(owner)));
}
