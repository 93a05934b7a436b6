import type { Entity } from '@paved/kernel';
import type { Edge } from '../../model/relations.ts';
import type { Place } from '../entity-record.ts';
import type { ProblemRecord } from '../store.ts';
import type { Resolved } from './sources.ts';

/** An entity as its source has it now. */
export interface ReadEntity {
  readonly entity: Entity;
  readonly edges: readonly Edge[];
  readonly place: Place;
}

/** Everything a location holds now. */
export interface Reading {
  readonly revision: string;
  /** The commit its target stands at, where it is a repository's. */
  readonly commit?: string;
  readonly entities: readonly ReadEntity[];
  readonly problems: readonly ProblemRecord[];
  /** Refs of broken documents that say who they are. */
  readonly brokenRefs: ReadonlyMap<string, string>;
  /** The same by where they stand: a document that is broken may say a wrong name or kind. */
  readonly brokenClaims: readonly { readonly ref: string; readonly source: string; readonly message: string }[];
  /** Sources with a broken document that does not, or that could not be read, with the reason. */
  readonly brokenSources: ReadonlyMap<string, string>;
  /** Folders that could not be looked into, with a slash at the end: what stands below is not known to be gone. */
  readonly brokenFolders: ReadonlyMap<string, string>;
  /** Location documents of which a target could not be reached: what they brought before is not known to be gone. */
  readonly brokenParents: ReadonlyMap<string, string>;
  /** The addresses and repositories that were read, to ask cheaply whether one of them changed; undefined when there are too many. */
  readonly parts?: readonly (Resolved & { readonly revision: string })[];
  /** Set when the location's own target could not be read at all. */
  readonly unreadable?: string;
  /** Set with `unreadable` when a commit of its repository was read that has no such file: then nothing is kept for its sake. */
  readonly targetGone?: true;
}
