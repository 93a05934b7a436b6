import { capital } from '@paved/ui';

/** Something that is affected when the entity asked about does not work. */
export interface Affected {
  readonly ref: string;
  readonly kind: string;
  readonly title: string;
  readonly type?: string;
  readonly owner?: string;
  readonly lifecycle?: string;
  readonly known: boolean;
  readonly stale: boolean;
  readonly distance: number;
  readonly by: string;
  readonly reason: 'dependsOn' | 'consumesApi' | 'providesApi' | 'hasPart' | 'partOf';
  /** How much it matters, in people's words; with `tierRank` where these have an order. */
  readonly tier?: string;
  readonly tierRank?: number;
}

export interface ImpactAnswer {
  readonly items: readonly Affected[];
  readonly truncated: boolean;
}

/** Why it is affected, by another. */
export const reasonWords: Record<Affected['reason'], (other: string) => string> = {
  dependsOn: (other) => `depends on ${other}`,
  consumesApi: (other) => `calls ${other}`,
  providesApi: (other) => `provided by ${other}`,
  hasPart: (other) => `has ${other} as a part`,
  partOf: (other) => `part of ${other}`,
};

/** `1` → "Tier 1", `critical` → "Critical". */
export const tierWords = (tier: string): string => (/^\d+$/.test(tier) ? `Tier ${tier}` : capital(tier));
