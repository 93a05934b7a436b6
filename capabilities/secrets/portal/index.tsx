import type { PortalModule } from '@paved/ui';

/** Variables and secrets of a service, per environment. */
export const portal: PortalModule = {
  entityTabs: [
    {
      path: 'variables',
      label: 'Variables',
      order: 80,
      suits: (entity) => entity.kind.toLowerCase() === 'component',
      load: () => import('./pages/variables.tsx'),
    },
  ],
};
