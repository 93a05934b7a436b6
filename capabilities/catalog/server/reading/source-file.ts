/** A file of a source, with everything the catalog says about where it stands. */
export interface SourceFile {
  /** How entities name it: `file:` or `url:`. */
  readonly type: 'file' | 'url';
  /** Absolute path or URL: what relative targets start from. */
  readonly target: string;
  readonly text: string;
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
