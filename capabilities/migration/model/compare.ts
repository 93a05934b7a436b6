import { differences } from '@paved/catalog';
import type { Entity, Json } from '@paved/kernel';
import { portableEntity } from './portable-entity.ts';

const MOST = 10;

/** Fields (`spec.owner`) at which two versions of an entity differ, apart from what catalogs write themselves; at most ten. */
export function differingFields(theirs: Entity, ours: Entity): string[] {
  const [before, after] = [theirs, ours].map((entity) => portableEntity(entity) as unknown as Json);
  return differences(before, after)
    .slice(0, MOST)
    .map(({ path }) =>
      path === '' ? 'the whole document' : path.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~'),
    );
}

/** Refs of owners that entities name by their relations. */
export const ownersOf = (entity: Entity): string[] =>
  (entity.relations ?? []).filter((relation) => relation.type === 'ownedBy').map((relation) => relation.targetRef.toLowerCase());
