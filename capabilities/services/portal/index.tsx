import type { PortalModule } from '@paved/ui';
import { titleOf } from '@paved/ui';
import { IconDatabaseOff, IconFolderPlus, IconTrash } from '@tabler/icons-react';

/** The beginning and the end of a service: importing, deleting, and what was kept. */
export const portal: PortalModule = {
  routes: [
    { path: '/import', page: () => import('./pages/import.tsx') },
    { path: '/kept', page: () => import('./pages/kept.tsx') },
  ],
  entityMenu: [
    {
      label: (entity) => `Delete ${titleOf(entity)}`,
      icon: IconTrash,
      danger: true,
      suits: (entity) => entity.kind.toLowerCase() === 'component',
      permission: 'services.service.delete',
      load: () => import('./parts/delete-service.tsx'),
    },
  ],
  actions: [
    {
      id: 'services.import',
      label: 'Import a repository',
      icon: IconFolderPlus,
      words: 'existing git clone service',
      run: (go) => go('/import'),
    },
    {
      id: 'services.kept',
      label: 'Data kept of deleted services',
      icon: IconDatabaseOff,
      words: 'database orphan destroy',
      run: (go) => go('/kept'),
    },
  ],
};
