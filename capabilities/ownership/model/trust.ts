/**
 * How much an owner can be believed. `confirmed`: the owners said so lately. `due`: it is time to ask again. `overdue`: they were asked and
 * did not answer in time. `disowned`: they say that it is not theirs. `off`: nobody is asked here.
 */
export const trustStates = ['confirmed', 'due', 'overdue', 'disowned', 'off'] as const;
export type TrustState = (typeof trustStates)[number];

/** Times are milliseconds since 1970. */
export interface Trust {
  readonly state: TrustState;
  readonly by?: string;
  readonly at?: number;
  /** When a confirmation runs out. */
  readonly until?: number;
  readonly askedAt?: number;
  readonly note?: string;
}

export interface TrustFacts {
  /** The owners' last word. */
  readonly last?: {
    readonly verdict: 'confirmed' | 'disowned';
    readonly ownerRef: string;
    readonly by: string;
    readonly at: number;
    readonly note?: string;
  };
  readonly askedAt?: number;
  /** Owners named now. */
  readonly ownerRefs: readonly string[];
  readonly everyMs: number;
  readonly patienceMs: number;
  readonly now: number;
}

/** What is known about an owner's word. A confirmation holds for the owner who gave it: when the owner changes, it is asked again. */
export function trustOf(facts: TrustFacts): Trust {
  const { last, askedAt, now } = facts;
  const said = last !== undefined && facts.ownerRefs.includes(last.ownerRef) ? last : undefined;
  const word = said === undefined ? {} : { by: said.by, at: said.at, ...(said.note === undefined ? {} : { note: said.note }) };
  if (said?.verdict === 'disowned') return { state: 'disowned', ...word };
  if (facts.everyMs === 0) return { state: 'off' };
  const until = said === undefined ? undefined : said.at + facts.everyMs;
  if (until !== undefined && until > now) return { state: 'confirmed', ...word, until };
  const asked = askedAt !== undefined && (said === undefined || askedAt > said.at) ? askedAt : undefined;
  const state = asked !== undefined && now - asked > facts.patienceMs ? 'overdue' : 'due';
  return { state, ...word, ...(until === undefined ? {} : { until }), ...(asked === undefined ? {} : { askedAt: asked }) };
}
