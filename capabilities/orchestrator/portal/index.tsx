import { isHostedService, isService, type PortalModule } from '@paved/ui';
import { IconLayoutKanban } from '@tabler/icons-react';
import type { Entity } from '@paved/kernel';
import { deploySearch } from './parts/deploy-search.ts';

/** Components that run elsewhere show how they run once something was deployed of them. */
const elsewhere = (entity: Entity): boolean => isService(entity) && !isHostedService(entity);

const strip = () => import('./parts/environment-strip.tsx');
const timeline = () => import('./parts/timeline.tsx');
const recent = () => import('./parts/recent-deployments.tsx');

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
    { path: 'deployments', label: 'Deployments', order: 10, suits: isService, load: () => import('./pages/entity-deployments.tsx') },
    { path: 'logs', label: 'Logs', order: 40, suits: isService, load: () => import('./pages/entity-logs.tsx') },
    { path: 'resources', label: 'Resources', order: 45, suits: isService, load: () => import('./pages/entity-resources.tsx') },
  ],
  entityParts: [
    { slot: 'actions', order: 10, suits: isService, load: () => import('./parts/service-actions.tsx'), height: 200 },
    { slot: 'strip', order: 10, suits: isHostedService, load: strip, height: 107 },
    { slot: 'overview', order: 10, suits: isHostedService, load: timeline, height: 220 },
    { slot: 'overview', order: 20, suits: isHostedService, load: recent, height: 240 },
    { slot: 'strip', order: 10, suits: elsewhere, load: strip, height: 0 },
    { slot: 'overview', order: 10, suits: elsewhere, load: timeline, height: 0 },
    { slot: 'overview', order: 20, suits: elsewhere, load: recent, height: 0 },
  ],
};
