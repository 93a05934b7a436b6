import { isPavedError, messageOf, type Problem } from '@paved/kernel';

/** A file of a source, with everything the catalog says about where it stands. */
export interface SourceFile {
  /** How entities name it: `file:` or `url:`. */
  readonly type: 'file' | 'url';
  /** Absolute path or URL: what relative targets start from. */
  readonly target: string;
  /** Empty when it is unreadable. */
  readonly text: string;
  /** Why nobody can read it: a problem of this file alone. `below`: it is a folder, with a slash at the end, that hides what is in it. */
  readonly unreadable?: Omit<Problem, 'at'> & { readonly below?: true };
  /** Set for files that git read: relative targets are read with git too. */
  readonly git?: true;
  readonly viewUrl?: string;
  readonly editUrl?: string;
  /** Folder as `url:<address>/`, for documentation and templates. */
  readonly sourceLocation?: string;
  /** The commit it was read at. */
  readonly revision?: string;
}

/** What was found at a target. */
export interface Found {
  readonly files: readonly SourceFile[];
  /** Changes whenever the content may have changed. */
  readonly revision?: string;
}

/** The folder of an address as Backstage writes it, with what follows a question mark kept behind. */
export function folderOf(address: string): string {
  const [path = '', query] = address.split('?', 2);
  return `${path.slice(0, path.lastIndexOf('/') + 1)}${query === undefined ? '' : `?${query}`}`;
}

/** What an error says of one file, whose neighbours are read all the same. Throws it again when it is no word about the file. */
export function unreadableFor(error: unknown): Omit<Problem, 'at'> {
  if (isPavedError(error, 'rate_limited')) throw error;
  const fix = isPavedError(error) ? error.fix : undefined;
  return { message: messageOf(error), ...(fix === undefined ? {} : { fix }) };
}

/** A file that is longer than what is read. */
export const tooLarge = (name: string, bytes: number, most: number): Omit<Problem, 'at'> => ({
  message: `${name} has ${bytes} bytes; at most ${most} are read.`,
  fix: 'Split it, or keep large definitions in files of their own.',
});
