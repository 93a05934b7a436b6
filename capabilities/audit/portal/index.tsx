import type { PortalModule } from '@paved/ui';
import { IconHistory } from '@tabler/icons-react';

/** The audit log among the settings, and the history of an entity. */
export const portal: PortalModule = {
  routes: [{ path: '/settings/audit', page: () => import('./pages/audit-log.tsx') }],
  entityTabs: [
    {
      path: 'history',
      label: 'History',
      order: 90,
      permission: 'audit.entry.read',
      suits: (entity) => !['user', 'location'].includes(entity.kind.toLowerCase()),
      load: () => import('./pages/entity-history.tsx'),
    },
  ],
  actions: [
    { id: 'audit.open', label: 'Open the audit log', icon: IconHistory, words: 'changes history who', run: (go) => go('/settings/audit') },
  ],
};
