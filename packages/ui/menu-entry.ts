import type { IconType } from './icon.tsx';

/** A verb of a "…" menu: it runs, or it leads somewhere. */
export interface MenuEntry {
  readonly label: string;
  readonly icon?: IconType;
  readonly run?: () => void;
  readonly href?: string;
  /** Last, below a line. */
  readonly danger?: boolean;
}

/** Calm entries first, what destroys last. */
export const inMenuOrder = (entries: readonly MenuEntry[]): MenuEntry[] => [
  ...entries.filter((entry) => !entry.danger),
  ...entries.filter((entry) => entry.danger),
];

/**
 * The entries of a menu that is open, after something changed: none moves under a pointer that is about to press it. Those it was
 * opened with keep their places, also when they are offered no more, and do what they now do; others come below.
 */
export function keptInPlace(shown: readonly MenuEntry[], offered: readonly MenuEntry[]): MenuEntry[] {
  const now = new Map(offered.map((entry) => [entry.label, entry]));
  const known = new Set(shown.map((entry) => entry.label));
  return [...shown.map((entry) => now.get(entry.label) ?? entry), ...inMenuOrder(offered).filter((entry) => !known.has(entry.label))];
}
