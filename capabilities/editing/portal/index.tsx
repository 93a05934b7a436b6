import type { PortalModule } from '@paved/ui';
import type { Entity } from '@paved/kernel';
import { IconPencil, IconPlus, IconRestore } from '@tabler/icons-react';

const edit = {
  label: () => 'Edit',
  icon: IconPencil,
  edits: true,
  load: async () => ({ Dialog: (await import('./dialogs.tsx')).Edit }),
} as const;

const isGenerated = (entity: Entity): boolean => entity.kind === 'Location' && entity.metadata.name.startsWith('generated-');
/** Read from an address: changes of it can be proposed by whoever may not make them. */
const isRead = (entity: Entity): boolean => entity.metadata.annotations?.['backstage.io/managed-by-location']?.startsWith('url:') === true;

/** Entities are edited, made and brought back in the portal. */
export const portal: PortalModule = {
  routes: [
    { path: '/editing/new', page: () => import('./pages/new.tsx') },
    { path: '/editing/$namespace/$kind/$name', page: () => import('./pages/edit.tsx') },
  ],
  entityMenu: [
    { ...edit, suits: (entity) => isRead(entity) && !isGenerated(entity), permission: 'editing.change.propose' },
    { ...edit, suits: (entity) => !isRead(entity) && !isGenerated(entity), permission: 'editing.change.create' },
  ],
  entityVersionActions: [
    {
      label: 'Restore',
      icon: IconRestore,
      permission: 'editing.change.create',
      load: async () => ({ Dialog: (await import('./dialogs.tsx')).Restore }),
    },
  ],
  actions: [
    {
      id: 'editing.new',
      label: 'Create an entity',
      icon: IconPlus,
      words: 'new component api resource system group document yaml',
      run: (go) => go('/editing/new'),
    },
  ],
};
