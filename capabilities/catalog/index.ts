import { serviceRef, type Actor, type Entity, type Page, type Problem, type JsonObject } from '@paved/kernel';
import type { Database } from '@paved/host';
import type { OwnerFigures } from './model/owner-reads.ts';

export { differences, type Difference } from './model/history/diff.ts';
export { sourceDocument, yamlOf } from './model/history/document.ts';

/** Backstage's filter: OR of sets, a set is an AND of keys, a key an OR of values; no values means "exists". */
export type EntityFilter = readonly Readonly<Record<string, readonly string[] | true>>[];

export interface EntityQuery {
  readonly filter?: EntityFilter;
  /** Backstage's predicate (`$all`, `$any`, `$not`, `$in`, …), beside the filter. */
  readonly predicate?: JsonObject;
  readonly fullText?: { readonly term: string; readonly fields?: readonly string[] };
  readonly orderBy?: readonly { readonly field: string; readonly order: 'asc' | 'desc' }[];
  readonly limit?: number;
  /** `false`: `totalItems` is not wanted and answered as 0, because counting may cost more than the page. */
  readonly total?: boolean;
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
  /** How people see it; what is left out follows from the name. `icon` is the name of a Tabler icon. */
  readonly display?: {
    readonly title?: string;
    readonly plural?: string;
    readonly icon?: string;
    readonly description?: string;
    readonly columns?: readonly { readonly field: string; readonly title: string }[];
  };
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
  /** Values of a field (dotted, or `relations.<type>`) with how many entities have each. */
  facet(field: string, predicate?: JsonObject): Promise<readonly { readonly value: string; readonly count: number }[]>;
  /** Kinds, in lower case, whose entities say who owns them. */
  ownedKinds(): readonly string[];
  /** All entities of a kind; for small kinds such as Environment. */
  ofKind(kind: string): Promise<Entity[]>;
  /** Canonical refs of the owners (`ownedBy`) of an entity. */
  ownersOf(ref: string): Promise<string[]>;
  /** Canonical refs of every group a user belongs to, ancestors included. */
  groupsOf(userRef: string): Promise<string[]>;
  /**
   * Adds a source of entities and reads it before answering, so that what it holds is visible when this resolves.
   * Idempotent by (type, target). Throws `invalid` with the reasons when nothing in it could be read. `conflicts`: one sentence for
   * each name that another source holds; they come over when that one lets go of them.
   */
  addLocation(
    location: { type: Location['type']; target: string },
    actor: Actor,
  ): Promise<{ location: Location; entityRefs: string[]; conflicts?: readonly string[] }>;
  removeLocation(id: string, actor: Actor): Promise<void>;
  /** Lets go what a source no longer names after that waited for a person; answers how many entities are gone. */
  confirmRemoval(locationId: string, actor: Actor): Promise<{ removed: number }>;
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

/** Outbox event: a kind was declared, changed or is gone, in itself or by what is added to it; subject is the kind in lower case, `data` is `{ gone }`. */
export const KIND_CHANGED = 'catalog.kind.changed';

/** Outbox event: a saved view of the list came, changed or went; subject is its id, `data` is `{ audience }`. */
export const VIEWS_CHANGED = 'catalog.view.changed';

/**
 * Outbox events about a removal that is too large to happen by itself: subject is `<type>:<target>` of the location, `data` is
 * `{ locationId, removes, of }`, when confirmed with `by` (ref of who did).
 */
export const REMOVAL_HELD = 'catalog.removal.held';
export const REMOVAL_CONFIRMED = 'catalog.removal.confirmed';

/**
 * Outbox event instead of many single ones, when a sync changes more than 200 entities: subject is `<type>:<target>` of the
 * location, `data` is `{ locationId, added, updated, removed, kinds }` (kinds in lower case). Who keeps something derived from
 * entities listens to both.
 */
export const SOURCE_SYNCED = 'catalog.source.synced';

/** Outbox event: a run has read a source; subject as above, `data` is `{ locationId, failed }`. Its state may have changed. */
export const SOURCE_READ = 'catalog.source.read';

/** What was found at a target. */
export interface SourceRead {
  /** Changes whenever the files may have changed: a commit, an ETag, a hash of the content. */
  readonly revision: string;
  /** `known` still stands: the files were not fetched, and `files` is empty. */
  readonly unchanged?: true;
  readonly files: readonly (SourcePlace & SourceContent)[];
}

/** Where a file of a source stands. */
export interface SourcePlace {
  /** Inside the repository, for people. */
  readonly path: string;
  /** What relative targets of the file start from, and what its entities say they were read at. Unique and stable. */
  readonly url: string;
  /** Where people see and change the file; absent: `url` when it is http(s), and none. */
  readonly viewUrl?: string;
  readonly editUrl?: string;
  /** Where its folder is seen, with a slash at the end; absent: `url` up to its last slash. */
  readonly folderUrl?: string;
}

/** What is in a file: its text; its bytes, of which the catalog tells whether they are text; or why nobody can read it. */
export type SourceContent =
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | {
      /** The file is there and cannot be used: this becomes a problem of this file alone, and what it brought is kept as stale. */
      readonly unreadable: Omit<Problem, 'at'>;
      /** It may go by itself, without a new revision: the file is asked for again. */
      readonly passing?: true;
    };

/**
 * Reads targets of type `git` and `url` that a capability knows better than the catalog itself, which reads any http(s) file and
 * any Git repository over https, ssh and file. Asked before those, in the order of `add`. Handed over late so that the catalog does
 * not depend on its readers.
 */
export interface SourceReader {
  /**
   * Whether this reader serves the target: the built-in repositories' URLs, a forge's `…/blob/main/catalog-info.yaml`, `…/tree/…`,
   * `…/src/branch/…` and patterns in them. Targets are what people register, and what documents point to: any `url` that `read`
   * answered, with a relative path resolved against it (`./docs/openapi.yaml`).
   */
  serves(target: string): boolean;
  /**
   * Files matching the glob (default `catalog-info.yaml`), with the revision they were read at. `known` is the revision of the last
   * read of the same target, whose files the catalog still has: answering `unchanged` then (a 304, the same commit) makes polling cheap.
   * Throw `not_found` when there is nothing; with `facts: { goneAt: <commit> }` only when that commit was read and certainly lacks the
   * file: what it brought is then gone too, instead of kept as stale. Throw `rate_limited` with `facts: { retryAfterMs }` when the other
   * side asked for patience (every source of that host then waits), `forbidden` when it must not be read. What is wrong with one of
   * several files is said with that file. Files of more than `maxBytes` are not used: their content need not be fetched.
   */
  read(target: string, options?: { readonly known?: string; readonly maxBytes?: number }): Promise<SourceRead>;
  /** What a relative or root-relative target means beside `from`, a `url` that `read` answered; absent: by the rules of URLs. */
  resolve?(from: string, target: string): string;
  /** What names the repository of an address, equal for all its files; absent: host and the first two parts of the path. */
  repositoryOf?(url: string): string;
}

/** Outbox event: a provider was asked; subject is `provider:<name>`, `data` is `{ provider, failed }`. */
export const PROVIDER_SYNCED = 'catalog.provider.synced';

/** An entity that a provider brings, with where people find it: `url:https://github.com/orgs/acme/teams/platform`, `ldap://…`. */
export interface ProvidedEntity {
  readonly entity: Entity;
  readonly location: string;
}

/** A place of type `url` whose files a provider wants read. It may hold no file: then it brings nothing, and that is no problem. */
export interface ProvidedLocation {
  readonly target: string;
  /** Changes whenever the files may have changed (a commit, a time of the last push); undefined: look at every sync. */
  readonly stamp?: string;
}

/** What a provider says: everything it knows (`full`, what it does not name goes), or what changed (`delta`). */
export type ProviderMutation =
  | { readonly type: 'full'; readonly entities: readonly ProvidedEntity[]; readonly locations: readonly ProvidedLocation[] }
  | {
      readonly type: 'delta';
      readonly entities?: readonly ProvidedEntity[];
      /** Canonical refs. */
      readonly removed?: readonly string[];
      readonly locations?: readonly ProvidedLocation[];
      /** Targets. */
      readonly removedLocations?: readonly string[];
    };

/** Something outside that knows what exists: a forge's repositories, a directory's people and groups. */
export interface EntityProvider {
  /** Unique and stable, for example `github:default`: what it brings belongs to `provider:<name>`. */
  readonly name: string;
  /** For people: `github`, `ldap`. */
  readonly type: string;
  /** What it reads, for people: `https://github.com/acme`. */
  readonly target: string;
  /** Cron expression (UTC). */
  readonly schedule: string;
  /** Everything it knows now. A throw keeps the last state and is shown as the reason. */
  read(context: { readonly signal: AbortSignal; log(text: string): void }): Promise<ProviderMutation>;
  /** When the outside asked to be left alone until a time; reading stops and goes on then. */
  pausedUntil?(): Date | undefined;
}

/** What a mutation changed. */
export interface ProviderOutcome {
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly locationsAdded: number;
  readonly locationsRemoved: number;
  readonly problems: number;
}

/** Providers of entities. Implemented by the catalog; capabilities that know the outside add theirs while they are created. */
export interface EntityProviders {
  addProvider(provider: EntityProvider): void;
  /** Applies what changed in one transaction, then reads new and changed locations. */
  applyProvided(name: string, mutation: ProviderMutation, actor: Actor, cause: string): Promise<ProviderOutcome>;
  /** Starts a sync (a Run) and answers its id. */
  syncProvider(name: string, actor: Actor, cause: { type: 'user' | 'push' | 'schedule' | 'system'; ref?: string }): Promise<string>;
  /** Locations, and the addresses read through them, that start with one of these prefixes. */
  readFrom(prefixes: readonly string[]): Promise<{ location: Location; url: string }[]>;
  /** Canonical refs of what a provider brought itself (not through locations). */
  refsOfProvider(name: string): Promise<string[]>;
}

export const entityProviders = serviceRef<EntityProviders>('catalog');

export { type OwnerFigures, type OwnerReads, type OwnerSet } from './model/owner-reads.ts';

export const ownerFigures = serviceRef<OwnerFigures>('catalog');

export const sourceReaders = serviceRef<{ add(reader: SourceReader): void }>('catalog');

/** A reference that leads nowhere. */
export interface ReferenceWarning extends Problem {
  readonly line: number;
  /** As it is written, and what it means in full. */
  readonly text: string;
  readonly ref: string;
  /** What to write instead, when something near is there. */
  readonly use?: string;
}

/** One document of a text, judged by the catalog's rules. Without problems it says which entity it describes. */
export interface CheckedDocument {
  readonly index: number;
  /** From 1, in the whole text. */
  readonly line: number;
  readonly problems: readonly (Problem & { readonly line: number })[];
  /** References to what the catalog has not. The document is taken all the same: the other end may come later. */
  readonly warnings: readonly ReferenceWarning[];
  /** As it is written: placeholders are not filled. */
  readonly entity?: Entity;
  readonly ref?: string;
  /** Canonical refs of the owners it names. */
  readonly ownerRefs?: readonly string[];
  /** Whether a source that a developer registered may hold its kind. */
  readonly forEverybody?: boolean;
}

/** Who keeps an entity: what reads its source, who put it into the store, or which provider brings it. */
export interface EntityKeeper {
  /** `url:…`, `file:…`, `paved:<origin>`, or how its provider names the place. */
  readonly source: string;
  readonly line: number;
  /** Its document is broken now; the last good version is kept. */
  readonly stale: boolean;
  readonly by:
    | { readonly type: 'location'; readonly locationId: string }
    | { readonly type: 'origin' | 'provider'; readonly name: string }
    | { readonly type: 'orphan' };
}

/** Judges documents and says who keeps entities, for those who change documents where they stand. Implemented by the catalog. */
export interface DocumentChecks {
  /** Every document of a YAML or JSON text; nothing is stored. */
  checkDocuments(text: string): Promise<readonly CheckedDocument[]>;
  keeperOf(ref: string): Promise<EntityKeeper | undefined>;
}

export const documentChecks = serviceRef<DocumentChecks>('catalog');

/** Origin of entities that people store without a source, by `POST /api/catalog/apply` and in the portal. */
export const STORED_BY_PEOPLE = 'api';
