import type { Permission } from '@paved/kernel';

/** Backstage's names where it has them. */
export const permissions: readonly Permission[] = [
  { name: 'catalog.entity.read', description: 'See entities, their relations and their problems.', role: 'viewer' },
  { name: 'catalog.entity.create', description: 'Store entities that have no source.', role: 'platform-engineer', owner: 'developer' },
  { name: 'catalog.entity.delete', description: 'Delete entities.', role: 'platform-engineer', owner: 'developer' },
  { name: 'catalog.entity.refresh', description: 'Read an entity’s source again.', role: 'viewer' },
  { name: 'catalog.entity.validate', description: 'Check a document without storing it.', role: 'viewer' },
  { name: 'catalog.view.create', description: 'Keep views of the catalog, for yourself or your teams.', role: 'viewer' },
  { name: 'catalog.view.share', description: 'Share views of the catalog with everybody.', role: 'platform-engineer' },
  { name: 'catalog.location.read', description: 'See the sources of entities.', role: 'viewer' },
  { name: 'catalog.location.create', description: 'Add a source of entities.', role: 'developer' },
  { name: 'catalog.location.analyze', description: 'See what a source would bring.', role: 'developer' },
  { name: 'catalog.provider.sync', description: 'Ask a provider such as a forge or a directory now.', role: 'platform-engineer' },
  { name: 'catalog.location.delete', description: 'Remove a source with everything it brought.', role: 'platform-engineer' },
];
