import { serviceRef, type Actor, type Entity, type Page } from '@paved/kernel';
import type { Database } from '@paved/host';

/** Backstage's filter: OR of sets, a set is an AND of keys, a key an OR of values; no values means "exists". */
export type EntityFilter = readonly Readonly<Record<string, readonly string[] | true>>[];

export interface EntityQuery {
  readonly filter?: EntityFilter;
  readonly fullText?: { readonly term: string; readonly fields?: readonly string[] };
  readonly orderBy?: readonly { readonly field: string; readonly order: 'asc' | 'desc' }[];
  readonly limit?: number;
  readonly offset?: number;
  readonly cursor?: string;
}

/** A kind that a capability brings: documents of it are validated, ingested and shown like Backstage's own. */
export interface KindDefinition {
  readonly apiVersion: string;
  readonly kind: string;
  /** JSON Schema (2020-12) of the whole document's `spec`. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Fields of `spec` (dotted) that hold references: the edges they make in both directions. */
  readonly relations?: readonly {
    readonly field: string;
    readonly type: string;
    readonly reverse: string;
    readonly defaultKind?: string;
  }[];
  /** Deeper checks after the schema; each string is one problem's sentence. */
  readonly check?: (entity: Entity) => readonly string[];
}

export interface Location {
  readonly id: string;
  readonly type: 'file' | 'directory' | 'git' | 'url';
  readonly target: string;
}

/** Knows what exists. */
export interface Catalog {
  /** Registers a kind; call while your capability is created. */
  defineKind(kind: KindDefinition): void;
  /** By reference, any case, kind mandatory. */
  get(ref: string): Promise<Entity | undefined>;
  byRefs(refs: readonly string[]): Promise<(Entity | undefined)[]>;
  query(query: EntityQuery): Promise<Page<Entity>>;
  /** All entities of a kind; for small kinds such as Environment. */
  ofKind(kind: string): Promise<Entity[]>;
  /** Canonical refs of the owners (`ownedBy`) of an entity. */
  ownersOf(ref: string): Promise<string[]>;
  /** Canonical refs of every group a user belongs to, ancestors included. */
  groupsOf(userRef: string): Promise<string[]>;
  /**
   * Adds a source of entities and reads it before answering, so that what it holds is visible when this resolves.
   * Idempotent by (type, target). Throws `invalid` with the reasons when nothing in it could be read.
   */
  addLocation(location: { type: Location['type']; target: string }, actor: Actor): Promise<{ location: Location; entityRefs: string[] }>;
  removeLocation(id: string, actor: Actor): Promise<void>;
  /** The source an entity was read from, with the refs of everything that was read from it; undefined for entities without one. */
  locationOf(ref: string): Promise<{ location: Location; entityRefs: string[] } | undefined>;
  /** Reads a source again now (a push, a webhook, a person). Unknown targets are ignored. */
  refresh(target: { type: Location['type']; target: string } | { ref: string }): Promise<void>;
  /** Entities kept in the store without a source (made in the portal or by a capability); replaces those of the same ref and owner key. */
  put(entities: readonly Entity[], origin: string, actor: Actor, tx?: Database): Promise<void>;
  remove(refs: readonly string[], origin: string, actor: Actor, tx?: Database): Promise<void>;
}

export const catalog = serviceRef<Catalog>('catalog');

/** Outbox events: subject is the entity ref, `data` is `{ ref, kind, change: 'added' | 'updated' | 'removed' }` (kind in lower case). */
export const ENTITY_CHANGED = 'catalog.entity.changed';

/** Outbox event: a saved view of the list came, changed or went; subject is its id, `data` is `{ audience }`. */
export const VIEWS_CHANGED = 'catalog.view.changed';

/**
 * Outbox event instead of many single ones, when a sync changes more than 200 entities: subject is `<type>:<target>` of the
 * location, `data` is `{ locationId, added, updated, removed, kinds }` (kinds in lower case). Who keeps something derived from
 * entities listens to both.
 */
export const SOURCE_SYNCED = 'catalog.source.synced';

/**
 * Reads files of Git repositories for the catalog (locations of type `git` and `url`). Implemented by `repositories`,
 * handed over late so that the catalog does not depend on it.
 */
export interface SourceReader {
  /**
   * Whether this reader serves the target, for example the built-in repositories' URLs. Targets are what people register, and
   * what documents point to: any `url` that `read` answered, with a relative path resolved against it (`./docs/openapi.yaml`).
   */
  serves(target: string): boolean;
  /** Files matching the glob (default `catalog-info.yaml`), with the revision they were read at. */
  read(target: string): Promise<{ revision: string; files: { path: string; url: string; text: string }[] }>;
}

export const sourceReaders = serviceRef<{ add(reader: SourceReader): void }>('catalog');
