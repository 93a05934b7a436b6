import type { PortalModule } from '@paved/ui';
import { IconPencil, IconPlus, IconRestore } from '@tabler/icons-react';

/** Entities are edited, made and brought back in the portal. */
export const portal: PortalModule = {
  routes: [
    { path: '/editing/new', page: () => import('./pages/new.tsx') },
    { path: '/editing/$namespace/$kind/$name', page: () => import('./pages/edit.tsx') },
  ],
  entityMenu: [
    {
      label: () => 'Edit',
      icon: IconPencil,
      edits: true,
      suits: (entity) => !(entity.kind === 'Location' && entity.metadata.name.startsWith('generated-')),
      permission: 'editing.change.create',
      load: async () => ({ Dialog: (await import('./dialogs.tsx')).Edit }),
    },
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
