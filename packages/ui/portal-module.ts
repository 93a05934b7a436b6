import type { Entity } from '@paved/kernel';
import type { ComponentType } from 'react';
import type { IconType } from './icon.tsx';
import type { MenuEntry } from './menu-entry.ts';

/** Code that is fetched when it is first needed: a module whose `Page` is the component. */
export type LazyPage = () => Promise<{ Page: ComponentType }>;

export interface PortalRoute {
  /** TanStack Router's grammar: `/runs/$id`, `/repositories/$project/$name/$`. */
  readonly path: string;
  readonly page: LazyPage;
  /** Shown without navigation and top bar (sign-in, device approval). */
  readonly bare?: boolean;
}

export interface NavigationItem {
  readonly label: string;
  readonly href: string;
  readonly icon: IconType;
  /** Place in the list, ascending: Home 10, Catalog 20, Create 30, Runs 40, Environments 50. From 100 on: "Measure and guard". From 900 on: foot. */
  readonly order: number;
  /** Second key after `g`. */
  readonly key?: string;
  /** A live number beside the word. */
  readonly count?: () => { readonly value: number; readonly todo?: boolean } | undefined;
}

/** A tab of the settings. */
export interface SettingsTab {
  readonly label: string;
  readonly href: string;
  /** Place in the row, ascending: Profile 10, About 90. */
  readonly order: number;
  /** Shown only to those who hold this permission. */
  readonly permission?: string;
}

/** A tab of every entity it suits, at `/catalog/<namespace>/<kind>/<name>/<path>`. */
export interface EntityTab {
  readonly path: string;
  readonly label: string;
  readonly order: number;
  readonly suits: (entity: Entity) => boolean;
  /** Shown only to those who hold this permission on the entity's owners. */
  readonly permission?: string;
  readonly load: () => Promise<{ Tab: ComponentType<EntityTabProps> }>;
  /** Small words after the label; a hook. */
  readonly note?: (entity: Entity) => string | undefined;
}

export interface EntityTabProps {
  readonly entity: Entity;
  readonly entityRef: string;
}

/**
 * A piece of every entity page it suits. `strip` stands below the header, `actions` at its right (one part at most),
 * `overview` in the main column of the first tab, `rail` beside it.
 */
export interface EntityPart {
  readonly slot: 'strip' | 'actions' | 'overview' | 'rail';
  readonly order: number;
  readonly suits: (entity: Entity) => boolean;
  readonly load: () => Promise<{ Part: ComponentType<EntityPartProps> }>;
  /** Room kept while it loads, in px; 0 for a part that may show nothing. */
  readonly height: number;
}

export interface EntityPartProps extends EntityTabProps {
  /** Entries of the catalog for the "…" menu; an `actions` part shows them with its own. */
  readonly more: readonly MenuEntry[];
}

/** An entry of the "…" menu of every entity it suits; it opens a dialog. */
export interface EntityMenuEntry {
  readonly label: (entity: Entity) => string;
  readonly icon: IconType;
  /** Destroys: last, below a line. */
  readonly danger?: boolean;
  /** Changes the entity's document: offered beside its YAML too. */
  readonly edits?: boolean;
  readonly suits: (entity: Entity) => boolean;
  /** Permission that has to be held on the entity's owners. */
  readonly permission: string;
  readonly load: () => Promise<{ Dialog: ComponentType<EntityTabProps & { readonly onClose: () => void }> }>;
}

/** What can be done with an old version of an entity, for example bringing it back; it opens a dialog. */
export interface EntityVersionAction {
  readonly label: string;
  readonly icon: IconType;
  /** Permission that has to be held on the entity's owners. */
  readonly permission: string;
  readonly load: () => Promise<{ Dialog: ComponentType<EntityVersionProps> }>;
}

export interface EntityVersionProps {
  readonly entityRef: string;
  readonly version: number;
  /** The version as YAML, without what the catalog adds. */
  readonly document: string;
  /** The entity as it is now; absent when it is gone. */
  readonly entity?: Entity;
  readonly onClose: () => void;
}

export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  readonly icon: IconType;
  /** Words that also find it. */
  readonly words?: string;
  readonly run: (go: (href: string) => void) => void;
}

/** What the palette finds for a query, besides fixed actions. */
export interface PaletteSource {
  readonly title: string;
  readonly search: (
    query: string,
    signal: AbortSignal,
  ) => Promise<readonly { id: string; label: string; note?: string; icon: IconType; href: string }[]>;
}

/** Everything a capability adds to the portal. */
export interface PortalModule {
  readonly routes?: readonly PortalRoute[];
  readonly navigation?: readonly NavigationItem[];
  readonly settings?: readonly SettingsTab[];
  readonly entityTabs?: readonly EntityTab[];
  readonly entityParts?: readonly EntityPart[];
  readonly entityMenu?: readonly EntityMenuEntry[];
  readonly entityVersionActions?: readonly EntityVersionAction[];
  readonly actions?: readonly PaletteAction[];
  readonly search?: readonly PaletteSource[];
}
