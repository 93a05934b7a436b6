import { listRuns } from '@paved/client';
import { type PortalModule, useCall } from '@paved/ui';
import { IconPlayerPlay } from '@tabler/icons-react';

function useActiveRuns(): { value: number } | undefined {
  const runs = useCall(listRuns, { query: { status: 'running,queued,waiting', limit: 1 } }, { live: ['runs.run.changed'] });
  return runs.data ? { value: runs.data.totalItems } : undefined;
}

/** Runs in the portal: the list, the page of a run, and a tab on everything a run was about. */
export const portal: PortalModule = {
  routes: [
    { path: '/runs', page: () => import('./pages/run-list.tsx') },
    { path: '/runs/$id', page: () => import('./pages/run.tsx') },
  ],
  navigation: [{ label: 'Runs', href: '/runs', icon: IconPlayerPlay, order: 40, key: 'r', count: useActiveRuns }],
  entityTabs: [
    {
      path: 'runs',
      label: 'Runs',
      order: 30,
      suits: (entity) => ['component', 'resource', 'template', 'environment'].includes(entity.kind.toLowerCase()),
      load: () => import('./pages/entity-runs.tsx'),
    },
  ],
};
