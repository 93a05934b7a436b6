import type { Database } from '@paved/host';
import { parseRef, refOf, type Entity, type Problem } from '@paved/kernel';
import { nearestReference, referencesOf, writtenLike, type WrittenReference } from '../../model/references.ts';
import type { KindRegistry } from '../../model/kind-registry.ts';
import { knownRefs, refsLike, refsNamed } from './views.ts';

/** A reference to an entity that is not in the catalog. Nothing forbids it: the other end may come later. */
export interface UnknownReference extends Problem {
  /** As it is written, and what it means in full. */
  readonly text: string;
  readonly ref: string;
  /** What to write instead, when something near is there. */
  readonly use?: string;
}

/** For more of them nothing is looked for that may be meant. */
const MOST_LOOKUPS = 50;
/** Names that are compared for one reference. */
const MOST_NAMES = 5_000;

/** References of these documents to what is neither in the catalog nor among them; an answer for each document. */
export async function unknownReferences(
  deps: { readonly db: Database; readonly registry: KindRegistry },
  documents: readonly (Entity | undefined)[],
): Promise<UnknownReference[][]> {
  const here = new Set(documents.flatMap((entity) => (entity === undefined ? [] : [refOf(entity)])));
  const written = documents.map((entity): WrittenReference[] => {
    const rule = entity === undefined ? undefined : deps.registry.find(entity.apiVersion, entity.kind);
    if (entity === undefined || rule === undefined || 'message' in rule) return [];
    return referencesOf(entity, rule.relations).filter(({ ref }) => !here.has(ref));
  });
  const known = await knownRefs(deps.db, [...new Set(written.flat().map(({ ref }) => ref))]);
  const meant = new Map<string, string | undefined>();
  const unknown = new Set(written.flat().flatMap(({ ref }) => (known.has(ref) ? [] : [ref])));
  for (const ref of [...unknown].slice(0, MOST_LOOKUPS))
    meant.set(ref, nearestReference(ref, [...(await candidates(deps.db, ref)), ...here]));
  return written.map((references) =>
    references
      .filter(({ ref }) => unknown.has(ref))
      .map((reference) => {
        const { at, text, ref } = reference;
        const near = meant.get(ref);
        const message = `${ref} is not in the catalog.`;
        return near === undefined
          ? { at, text, ref, message }
          : { at, text, ref, message, fix: `Did you mean ${near}?`, use: writtenLike(reference, near) };
      }),
  );
}

/** What has the name; else names of the kind that begin alike, else any of about its length. */
async function candidates(db: Database, ref: string): Promise<string[]> {
  const { kind, name } = parseRef(ref);
  const named = await refsNamed(db, name);
  if (named.length > 0) return named;
  const reach = Math.max(2, Math.floor(name.length / 3));
  const about = { kind, shortest: name.length - reach, longest: name.length + reach };
  const alike = await refsLike(db, { ...about, start: name.slice(0, 2) }, MOST_NAMES);
  return nearestReference(ref, alike) === undefined ? refsLike(db, { ...about, start: '' }, MOST_NAMES) : alike;
}
