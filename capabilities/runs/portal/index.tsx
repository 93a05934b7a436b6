import { listRuns } from '@paved/client';
import { call, paletteScore, type PortalModule, statusOfRun, statusWord, useCall } from '@paved/ui';
import { IconPlayerPlay } from '@tabler/icons-react';

function useActiveRuns(): { value: number } | undefined {
  const runs = useCall(listRuns, { query: { status: 'queued,running', limit: 1 } }, { live: ['runs.run.changed'] });
  return runs.data ? { value: runs.data.totalItems } : undefined;
}

/** Runs in the portal: the list, the page of a run, and a tab on everything a run was about. */
export const portal: PortalModule = {
  routes: [
    { path: '/runs', page: () => import('./pages/run-list.tsx') },
    { path: '/runs/$id', page: () => import('./pages/run.tsx') },
  ],
  navigation: [{ label: 'Runs', href: '/runs', icon: IconPlayerPlay, order: 40, key: 'r', count: useActiveRuns }],
  search: [
    {
      title: 'Runs',
      search: async (text, signal) => {
        if (text.trim().length < 3) return [];
        const { items } = await call(listRuns, { query: { limit: 50 }, signal });
        return items
          .filter((run) => run.kind !== 'catalog.location.sync' && paletteScore(run.title, text) !== undefined)
          .slice(0, 4)
          .map((run) => ({
            id: run.id,
            label: run.title,
            note: statusWord(statusOfRun(run.status)).replace('Healthy', 'Done'),
            icon: IconPlayerPlay,
            href: `/runs/${run.id}`,
          }));
      },
    },
  ],
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
