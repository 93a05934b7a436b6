import type { PortalModule } from '@paved/ui';
import { IconLayoutKanban } from '@tabler/icons-react';
import type { Entity } from '@paved/kernel';
import { deploySearch } from './parts/deploy-search.ts';

const component = (entity: Entity): boolean =>
  entity.kind.toLowerCase() === 'component' && !['library', 'documentation'].includes(String(entity.spec?.['type'] ?? ''));

/** How things run, in the portal: the board, plans, deployments, logs, and what stands on a service's page. */
export const portal: PortalModule = {
  routes: [
    { path: '/environments', page: () => import('./pages/environments.tsx') },
    { path: '/plan', page: () => import('./pages/plan.tsx') },
    { path: '/deployments/$id', page: () => import('./pages/deployment.tsx') },
  ],
  navigation: [{ label: 'Environments', href: '/environments', icon: IconLayoutKanban, order: 50, key: 'e' }],
  search: [deploySearch],
  entityTabs: [
    { path: 'deployments', label: 'Deployments', order: 10, suits: component, load: () => import('./pages/entity-deployments.tsx') },
    { path: 'logs', label: 'Logs', order: 40, suits: component, load: () => import('./pages/entity-logs.tsx') },
    { path: 'resources', label: 'Resources', order: 45, suits: component, load: () => import('./pages/entity-resources.tsx') },
  ],
  entityParts: [
    { slot: 'strip', order: 10, suits: component, load: () => import('./parts/environment-strip.tsx'), height: 107 },
    { slot: 'actions', order: 10, suits: component, load: () => import('./parts/service-actions.tsx'), height: 200 },
    { slot: 'overview', order: 10, suits: component, load: () => import('./parts/timeline.tsx'), height: 220 },
    { slot: 'overview', order: 20, suits: component, load: () => import('./parts/recent-deployments.tsx'), height: 240 },
  ],
};
