import { repositoryOf, type PortalModule } from '@paved/ui';
import { IconLayoutKanban } from '@tabler/icons-react';
import type { Entity } from '@paved/kernel';
import { deploySearch } from './parts/deploy-search.ts';

const component = (entity: Entity): boolean =>
  entity.kind.toLowerCase() === 'component' && !['library', 'documentation'].includes(String(entity.spec?.['type'] ?? ''));

/** Its repository is here, so its pushes can be deployed; other components show how they run once something was deployed. */
const hosted = (entity: Entity): boolean => component(entity) && repositoryOf(entity) !== undefined;
const elsewhere = (entity: Entity): boolean => component(entity) && !hosted(entity);

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
    { path: 'deployments', label: 'Deployments', order: 10, suits: component, load: () => import('./pages/entity-deployments.tsx') },
    { path: 'logs', label: 'Logs', order: 40, suits: component, load: () => import('./pages/entity-logs.tsx') },
    { path: 'resources', label: 'Resources', order: 45, suits: component, load: () => import('./pages/entity-resources.tsx') },
  ],
  entityParts: [
    { slot: 'actions', order: 10, suits: component, load: () => import('./parts/service-actions.tsx'), height: 200 },
    { slot: 'strip', order: 10, suits: hosted, load: strip, height: 107 },
    { slot: 'overview', order: 10, suits: hosted, load: timeline, height: 220 },
    { slot: 'overview', order: 20, suits: hosted, load: recent, height: 240 },
    { slot: 'strip', order: 10, suits: elsewhere, load: strip, height: 0 },
    { slot: 'overview', order: 10, suits: elsewhere, load: timeline, height: 0 },
    { slot: 'overview', order: 20, suits: elsewhere, load: recent, height: 0 },
  ],
};
