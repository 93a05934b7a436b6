import { formatRef, parseRef, PavedError, refOf, type Entity } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';

/** An entity in a list of ownership. */
export interface Item {
  readonly ref: string;
  readonly title: string;
  readonly kind: string;
  readonly ownerRefs: readonly string[];
}

export const canonical = (ref: string): string => formatRef(parseRef(ref));

/** The entity; `not_found` for what the catalog does not know. */
export async function mustGet(catalog: Catalog, ref: string): Promise<Entity> {
  const entity = await catalog.get(ref);
  if (entity === undefined)
    throw new PavedError('not_found', `The catalog has no ${canonical(ref)}.`, { fix: 'Check its kind, namespace and name.' });
  return entity;
}

/** Whom an entity names as owners, in the catalog's order. */
export const ownersIn = (entity: Entity): string[] =>
  (entity.relations ?? []).filter(({ type }) => type === 'ownedBy').map(({ targetRef }) => targetRef.toLowerCase());

export const itemOf = (entity: Entity): Item => ({
  ref: refOf(entity),
  title: entity.metadata.title ?? entity.metadata.name,
  kind: entity.kind,
  ownerRefs: ownersIn(entity),
});
