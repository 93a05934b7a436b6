/** How a source stands, worst first: what a person should look at stands at the front. */
export const sourceConditions = ['held', 'failing', 'waiting', 'problems', 'left', 'new', 'ok'] as const;
export type SourceCondition = (typeof sourceConditions)[number];

/** A removal waits for a person, then what keeps it from being read, then what is wrong inside. */
export function conditionOf(source: {
  readonly removalWaits: boolean;
  readonly failure: boolean;
  readonly waitsForHost: boolean;
  readonly problems: number;
  readonly leftConfig: boolean;
  readonly read: boolean;
}): SourceCondition {
  if (source.waitsForHost) return 'waiting';
  if (source.failure) return 'failing';
  if (source.removalWaits) return 'held';
  if (source.problems > 0) return 'problems';
  if (source.leftConfig) return 'left';
  return source.read ? 'ok' : 'new';
}
