/** A file of a source, with everything the catalog says about where it stands. */
export interface SourceFile {
  /** `file` or `url`. */
  readonly type: 'file' | 'url';
  /** Absolute path or URL: what relative targets start from. */
  readonly target: string;
  readonly text: string;
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
