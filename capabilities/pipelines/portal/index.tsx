import type { PortalModule } from '@paved/ui';

/** Pipelines show themselves on runs, commits and services; their results have a page. */
export const portal: PortalModule = {
  entityTabs: [
    {
      path: 'builds',
      label: 'Builds',
      order: 35,
      suits: (entity) => entity.kind.toLowerCase() === 'component',
      load: () => import('./pages/builds.tsx'),
    },
  ],
};
