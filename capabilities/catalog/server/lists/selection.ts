import { z } from 'zod';
import { filterToQuery } from '../../model/predicate.ts';
import { many } from '../routes/schemas.ts';
import type { Selection } from './sorted/sorted-lists.ts';

/** Where text is looked for when a request does not say: what people know a thing by. */
const TEXT_FIELDS = ['metadata.name', 'metadata.title', 'metadata.description'];

/** Query parameters that say which entities are meant, as lists have them. */
export const selectionQuery = {
  filter: many('key=value, several joined by commas are an AND, several filters are an OR.'),
  fullTextFilterTerm: z.string().optional().describe('Text that must occur.'),
  fullTextFilterFields: many('Where, parted by commas; default name, title and description.'),
};

export interface AskedSelection {
  readonly filter: readonly string[];
  readonly fullTextFilterTerm?: string | undefined;
  readonly fullTextFilterFields: readonly string[];
}

export function selectionOf(asked: AskedSelection): Selection {
  const term = asked.fullTextFilterTerm?.trim() ?? '';
  const fields = asked.fullTextFilterFields
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return {
    query: filterToQuery(asked.filter),
    ...(term === '' ? {} : { text: { term, fields: fields.length > 0 ? fields : TEXT_FIELDS } }),
  };
}
