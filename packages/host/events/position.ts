/** A place in the order of settled events: transactions first, then ids within and between them. Both are decimal texts of 64-bit numbers. */
export interface Position {
  readonly xid: string;
  readonly id: string;
}
