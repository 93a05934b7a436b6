import type { Entity } from '@paved/kernel';

/** The repository a component lives in, from its annotations: the slug, or a built-in address. */
export function repositoryOf(entity: Entity): string | undefined {
  const annotations = entity.metadata.annotations ?? {};
  const location = annotations['backstage.io/source-location'] ?? annotations['backstage.io/managed-by-location'];
  return annotations['paved.dev/repository'] ?? /\/git\/([\w.-]+\/[\w.-]+?)\.git/.exec(location ?? '')?.[1];
}
