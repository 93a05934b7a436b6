/** The one page shape for lists. Cursors are opaque. */
export interface Page<T> {
  items: T[];
  totalItems: number;
  pageInfo: { nextCursor?: string; prevCursor?: string };
}
