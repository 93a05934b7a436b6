import type { Entity, JsonObject } from '@paved/kernel';

/** Annotations that a catalog writes about where an entity was read; they are not part of what people wrote. */
const written = [
  'backstage.io/managed-by-location',
  'backstage.io/managed-by-origin-location',
  'backstage.io/view-url',
  'backstage.io/edit-url',
  'backstage.io/source-location',
  'backstage.io/orphan',
];

/** What an entity of a catalog's API says apart from what the catalog itself wrote: enough to store it elsewhere or to compare it. */
export function portableEntity(entity: Entity): Entity {
  const {
    uid: _uid,
    etag: _etag,
    generation: _generation,
    annotations,
    namespace,
    ...metadata
  } = entity.metadata as Entity['metadata'] & JsonObject;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !written.includes(key));
  return {
    apiVersion: entity.apiVersion,
    kind: entity.kind,
    metadata: {
      ...metadata,
      ...(namespace === undefined || namespace === 'default' ? {} : { namespace }),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    } as Entity['metadata'],
    ...(entity.spec === undefined ? {} : { spec: entity.spec }),
  };
}

/** Where a catalog read an entity first: `url:https://…`, `file:/…`; undefined when nothing says so. */
export const originOf = (entity: Entity): string | undefined => entity.metadata.annotations?.['backstage.io/managed-by-origin-location'];

/** The Location entities that catalogs make for what was registered. */
export const isGenerated = (entity: Entity): boolean => entity.kind === 'Location' && /^generated-[0-9a-f]{40}$/.test(entity.metadata.name);
