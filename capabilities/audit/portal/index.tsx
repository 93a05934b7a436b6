import type { PortalModule } from '@paved/ui';
import { IconHistory } from '@tabler/icons-react';

/** The audit log among the settings, and what was done to an entity. */
export const portal: PortalModule = {
  routes: [{ path: '/settings/audit', page: () => import('./pages/audit-log.tsx') }],
  settings: [{ label: 'Audit log', href: '/settings/audit', order: 40, permission: 'audit.entry.read' }],
  entityTabs: [
    {
      path: 'audit',
      label: 'Audit',
      order: 92,
      permission: 'audit.entry.read',
      suits: (entity) => !['user', 'location'].includes(entity.kind.toLowerCase()),
      load: () => import('./pages/entity-audit.tsx'),
    },
  ],
  actions: [
    { id: 'audit.open', label: 'Open the audit log', icon: IconHistory, words: 'changes history who', run: (go) => go('/settings/audit') },
  ],
};
