import { serviceRef, type Actor } from '@paved/kernel';

export { withEntity, valueOfText } from './model/with-entity.ts';
export { documentParts, partOf, appendPart, removePart, replacePart, type DocumentPart } from './model/document-parts.ts';

/** A file in a repository that the platform can commit to. */
export interface SourcePlace {
  readonly type: 'repository' | 'forge';
  /** Of the file, as the catalog writes it: `paved://repositories/…` or the forge's web address. */
  readonly address: string;
  /** Names the repository, equal for all its files. */
  readonly repository: string;
  /** For people: `playback/player-api`, `acme/api`. */
  readonly label: string;
  /** Absent: the default branch. */
  readonly branch?: string;
  /** Path in the repository; `''` for its root. */
  readonly path: string;
  /** Refs of the repository's owners, when the platform keeps them. */
  readonly ownerRefs: readonly string[];
}

/** What was read, the commit it stands at, and the branch it was read from. */
export interface SourceText {
  readonly text: string;
  readonly revision: string;
  readonly branch?: string;
}

/** Files to put into a repository. */
export interface SourceChange {
  readonly place: SourcePlace;
  /** Path in the repository → new text; undefined deletes. */
  readonly files: Readonly<Record<string, string | undefined>>;
  /** First line: the title of the pull request. */
  readonly message: string;
  readonly body: string;
  readonly mode: 'commit' | 'pull-request';
  /** Of the pull request; made up when left out. */
  readonly branch?: string;
  /** The commit the change was made on: `stale` when the branch has moved. */
  readonly revision?: string;
  /** None of the files may be there yet: `stale` when one is by now. */
  readonly onlyNew?: boolean;
  /** The same key again gives what was made before. */
  readonly key: string;
}

/** What became of a change: where people see it. `href` is a path of the portal or a web address. */
export type SavedChange =
  | { readonly type: 'commit'; readonly sha: string; readonly href: string }
  | { readonly type: 'pull-request'; readonly number: number; readonly branch: string; readonly href: string; readonly created: boolean };

/** Repositories of the platform and of connected forges, as one. Permissions are asked by whoever calls. */
export interface SourceFiles {
  /** What an address means; undefined when no repository that can be changed serves it. */
  at(address: string): Promise<SourcePlace | undefined>;
  /** Another file of the same repository and branch. */
  beside(place: SourcePlace, path: string): Promise<SourcePlace>;
  read(place: SourcePlace): Promise<SourceText | undefined>;
  /** Paths of all files, with the commit. */
  tree(place: SourcePlace): Promise<{ readonly revision: string; readonly paths: readonly string[] }>;
  save(change: SourceChange, actor: Actor): Promise<SavedChange>;
  /**
   * Makes the catalog read a file: at once when it is there, or as soon as a push brings it (a pull request that is merged).
   * Nothing happens when a source of the catalog reads it already. Answers whether it is read now.
   */
  readInto(place: SourcePlace, actor: Actor): Promise<boolean>;
}

export const sourceFiles = serviceRef<SourceFiles>('editing');

/** Outbox event: a change was saved; subject is the entity's ref, `data` is `{ ref, mode, href? }`. */
export const CHANGE_SAVED = 'editing.change.saved';
