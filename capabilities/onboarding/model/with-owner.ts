import { documentParts, replacePart, valueOfText, withEntity } from '@paved/editing';
import type { JsonObject } from '@paved/kernel';
import { ownerWords } from './owner-words.ts';

/** The text with this owner in every document that names one; comments and form stay. Throws `invalid` for text that cannot be read. */
export function withOwner(text: string, ownerRef: string): string {
  const owner = ownerWords(ownerRef);
  // From the last to the first, so that the places of those before stay.
  return documentParts(text)
    .toReversed()
    .reduce((whole, part) => {
      const value = valueOfText(part.text);
      const spec = value['spec'];
      const isOwned = spec !== null && typeof spec === 'object' && !Array.isArray(spec) && 'owner' in spec;
      return isOwned ? replacePart(whole, part, withEntity(part.text, { ...value, spec: { ...(spec as JsonObject), owner } })) : whole;
    }, text);
}
