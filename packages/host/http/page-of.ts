import { z } from 'zod';

/**
 * The answer of a list: the kernel's `Page` as a schema. `totalItems` counts everything that was asked for, not only this page; a cursor is there while there is a page in
 * its direction and is opaque. Name it with `.meta({ id })`; what an answer says beside its page comes with `.extend({ … })`.
 */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    totalItems: z.number().int(),
    pageInfo: z.object({ nextCursor: z.string().optional(), prevCursor: z.string().optional() }),
  });
