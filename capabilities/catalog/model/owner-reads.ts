import type { Entity } from '@paved/kernel';

/** How many entities of a kind name exactly these owners. */
export interface OwnerSet {
  /** Lower case. */
  readonly kind: string;
  /** Canonical refs; empty: they name none. */
  readonly owners: readonly string[];
  readonly count: number;
}

/** What counting owners takes from the catalog, now or as it was. */
export interface OwnerReads {
  /** Absent: now. */
  readonly time?: Date;
  /** Kinds, in lower case, whose entities say who owns them. */
  ownedKinds(): readonly string[];
  /** Every entity of any kind is in one set, but what the platform itself brought without an owner: it has no people behind it and needs none. */
  ownerSets(): Promise<readonly OwnerSet[]>;
  ofKind(kind: string): Promise<Entity[]>;
  byRefs(refs: readonly string[]): Promise<(Entity | undefined)[]>;
}

/** Who says what has no living owner; the catalog shows it among its figures. Handed over late, because that one needs the catalog. */
export interface OwnerFigures {
  readonly now: OwnerReads;
  countUnownedBy(count: (reads: OwnerReads) => Promise<number>): void;
}
