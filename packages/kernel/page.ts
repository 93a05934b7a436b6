/** The one page shape for lists. Cursors are opaque. */
export interface Page<T> {
  items: T[];
  totalItems: number;
  pageInfo: { nextCursor?: string; prevCursor?: string };
}

/** A page with everything in it. */
export const wholePage = <T>(items: T[]): Page<T> => ({ items, totalItems: items.length, pageInfo: {} });
