import { distance } from 'fastest-levenshtein';
import { formatRef, parseRef, type Entity, type EntityRef } from '@paved/kernel';
import type { KindRelation } from './kind-registry.ts';
import { textsAt } from './relations.ts';

/** A reference as a document writes it, and the entity that it means. */
export interface WrittenReference {
  /** JSON pointer into the document: `/spec/dependsOn/0`. */
  readonly at: string;
  readonly text: string;
  /** Canonical. */
  readonly ref: string;
  /** Kind, in lower case, that is meant where none is written. */
  readonly defaultKind?: string;
  /** Namespace that is meant where none is written: that of the document. */
  readonly namespace: string;
}

/** The references of a document's spec, in the order of the kind's relations. Those that cannot be read are left out: the rules name them. */
export function referencesOf(entity: Entity, relations: readonly KindRelation[]): WrittenReference[] {
  const namespace = (entity.metadata.namespace ?? 'default').toLowerCase();
  return relations.flatMap(({ field, defaultKind: usual }) => {
    const defaultKind = usual?.toLowerCase();
    return textsAt(entity.spec, field).flatMap(({ at, text }) => {
      try {
        const ref = formatRef(parseRef(text, { namespace, ...(defaultKind === undefined ? {} : { kind: defaultKind }) }));
        return [{ at, text, ref, namespace, ...(defaultKind === undefined ? {} : { defaultKind }) }];
      } catch {
        return [];
      }
    });
  });
}

/**
 * Which of these entities a reference that leads nowhere most likely means: one of the same name in another namespace or kind, else
 * the nearest name of its kind, at most a third of its letters away.
 */
export function nearestReference(ref: string, candidates: readonly string[]): string | undefined {
  const wanted = parseRef(ref);
  const most = wanted.name.length < 4 ? 1 : Math.max(2, Math.floor(wanted.name.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, cost: costOf(wanted, parseRef(candidate), most) }))
    .filter(({ cost }) => cost !== undefined)
    .toSorted((a, b) => (a.cost ?? 0) - (b.cost ?? 0) || (a.candidate < b.candidate ? -1 : 1));
  return ranked[0]?.candidate;
}

/** Less is nearer; undefined is too far. Another namespace costs less than one letter, another kind needs the very name. */
function costOf(wanted: EntityRef, found: EntityRef, most: number): number | undefined {
  const apart = distance(wanted.name, found.name);
  const elsewhere = wanted.namespace === found.namespace ? 0 : 0.25;
  if (wanted.kind !== found.kind) return apart === 0 ? 0.5 + elsewhere : undefined;
  return apart <= most ? apart + elsewhere : undefined;
}

/** An entity's reference as short as it may be written in the place of another one, whose own form is kept when it was written in full. */
export function writtenLike({ text, defaultKind, namespace }: WrittenReference, ref: string): string {
  const { kind, namespace: its, name } = parseRef(ref);
  const withNamespace = its !== namespace || text.includes('/');
  const withKind = kind !== defaultKind || text.includes(':');
  return `${withKind ? `${kind}:` : ''}${withNamespace ? `${its}/` : ''}${name}`;
}
