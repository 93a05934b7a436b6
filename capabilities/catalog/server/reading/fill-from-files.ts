import { isPavedError, messageOf, type Json, type Problem } from '@paved/kernel';
import { parseDocuments } from '../../model/documents.ts';
import { fillPlaceholders, unreadable, type Placeholder } from '../../model/placeholders.ts';
import type { Sources } from './sources.ts';

type Beside = Awaited<ReturnType<Sources['readBeside']>>;

/** A document with what its placeholders name put in, or why that cannot be; throws `rate_limited` when a host asked for patience. */
export async function fillFromFiles(
  value: Record<string, unknown>,
  placeholders: readonly Placeholder[],
  /** Reads the file that a placeholder names. */
  read: (target: string) => Promise<Beside>,
): Promise<{ value: Record<string, unknown> } | { problem: Problem }> {
  const values = new Map<string, Json>();
  for (const placeholder of placeholders) {
    try {
      const { text } = await read(placeholder.target);
      values.set(
        placeholder.at,
        placeholder.kind === '$text' ? text : placeholder.kind === '$json' ? (JSON.parse(text) as Json) : oneDocument(text),
      );
    } catch (error) {
      if (isPavedError(error, 'rate_limited')) throw error;
      return { problem: unreadable(placeholder, messageOf(error).replace(/\.$/, '')) };
    }
  }
  return { value: fillPlaceholders(value, values) };
}

function oneDocument(text: string): Json {
  const documents = parseDocuments(text);
  const [first] = documents;
  if (documents.length !== 1 || first === undefined) throw new Error('it must hold exactly one document');
  if ('broken' in first) throw new Error(first.broken.message);
  return first.value as Json;
}
