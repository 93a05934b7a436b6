import type { IconType } from './icon.tsx';
import type { Placed } from './graph-map-places.ts';

export interface MapNode {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  /** Place in the series of data colours, 1 to 8; none is grey. */
  readonly colour?: number;
  readonly self?: boolean;
  /** Named by someone, but not there: dashed. */
  readonly missing?: boolean;
  readonly icon?: IconType;
  /** The group it stands in; a group that is itself a node heads its frame. */
  readonly group?: string | undefined;
  /** Nodes of different sorts are never one block, also when they have the same neighbours. */
  readonly sort?: string;
}

export interface MapEdge {
  readonly from: string;
  readonly to: string;
}

/** Colours of the theme, read once for each change of it. */
export interface Paint {
  readonly canvas: string;
  readonly surface: string;
  readonly inset: string;
  readonly hairline: string;
  readonly border: string;
  readonly line: string;
  readonly text: string;
  readonly faint: string;
  readonly ink: string;
  readonly accent: string;
  readonly dots: string;
  readonly viz: readonly string[];
  readonly font: string;
  /** Texts that were cut to fit, by font and text: measuring costs more than drawing. */
  readonly cuts: Map<string, string>;
}

export function paintOf(element: Element): Paint {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(`--p-${name}`).trim();
  return {
    canvas: of('canvas'),
    surface: of('surface'),
    inset: of('inset'),
    hairline: of('border'),
    border: of('border-strong'),
    line: of('border-control'),
    text: of('text'),
    faint: of('text-3'),
    ink: of('ink'),
    accent: of('accent'),
    dots: of('border-strong'),
    viz: Array.from({ length: 8 }, (_, i) => of(`viz-${i + 1}`)),
    font: of('font-sans'),
    cuts: new Map(),
  };
}

export interface Scene extends Placed {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly chosen: string | undefined;
  /** What the pointer or the choice is at: its lines are drawn one by one. */
  readonly centre: string | undefined;
  /** These stand out, the others step back; none: all are equal. */
  readonly lit: ReadonlySet<string> | undefined;
  /** Names of groups that are no nodes, and of those that are when the picture is small. */
  readonly groups: ReadonlyMap<string, string>;
  /** Lines of the icons. */
  readonly icons: ReadonlyMap<IconType, readonly Path2D[]>;
}
