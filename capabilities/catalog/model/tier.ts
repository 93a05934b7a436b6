/** How much it matters when something does not work, as its computed property, spec, label or annotation says. */
export interface Tier {
  /** As people wrote it: `1`, `tier-1`, `critical`. */
  readonly tier: string;
  /** 1 for what matters most; absent for a word that says nothing to us. */
  readonly tierRank?: number;
}

/** Keys that decide, the first counts most; after them any label and annotation whose last part is one of `ENDS`. */
export const TIER_KEYS: readonly string[] = ['computed.tier', 'spec.tier', 'computed.criticality', 'spec.criticality'];
const ENDS = '(tier|criticality)';
/** Such labels and annotations, as a regular expression of PostgreSQL and JavaScript on a search key. */
export const TIER_MARKS = `^metadata[.](labels|annotations)[.](.*[./-])?${ENDS}$`;

const ranks: Readonly<Record<string, number>> = {
  ...{ 'mission-critical': 1, critical: 1, highest: 1, platinum: 1 },
  ...{ 'business-critical': 2, high: 2, gold: 2, important: 2 },
  ...{ medium: 3, moderate: 3, normal: 3, silver: 3 },
  ...{ low: 4, minor: 4, bronze: 4 },
  ...{ lowest: 5, none: 5 },
};

/** `1`, `T1`, `tier-1`, `Tier 1` and `P1` are 1; words by their usual order. */
export function rankOf(text: string): number | undefined {
  const word = text.trim().toLowerCase();
  const number = /^(?:tier|t|p)?[\s_-]*(\d{1,2})$/.exec(word)?.[1];
  if (number !== undefined) return Number(number);
  const known = word.replaceAll(/[\s_]+/g, '-');
  return Object.hasOwn(ranks, known) ? ranks[known] : undefined;
}

/** The tier that these facts of one entity say, if any. */
export function tierOf(facts: readonly { readonly key: string; readonly value: string }[]): Tier | undefined {
  const place = (key: string): number => {
    const at = TIER_KEYS.indexOf(key);
    return at < 0 ? TIER_KEYS.length : at;
  };
  const [first] = facts.toSorted((a, b) => place(a.key) - place(b.key) || (a.key < b.key ? -1 : 1));
  if (first === undefined) return undefined;
  const rank = rankOf(first.value);
  return { tier: first.value, ...(rank === undefined ? {} : { tierRank: rank }) };
}

/** The worst first: by rank, then what has a tier nobody can rank, then what has none. */
export function byTier(a: Tier | undefined, b: Tier | undefined): number {
  const weight = (tier: Tier | undefined): number => (tier === undefined ? 1001 : (tier.tierRank ?? 1000));
  return weight(a) - weight(b);
}
