import type { PortalModule } from '@paved/ui';

/** Documentation of every entity that has some. */
export const portal: PortalModule = {
  entityTabs: [
    {
      path: 'docs',
      label: 'Docs',
      order: 55,
      suits: (entity) =>
        entity.metadata.annotations?.['backstage.io/techdocs-ref'] !== undefined ||
        entity.metadata.annotations?.['backstage.io/techdocs-entity'] !== undefined,
      load: () => import('./pages/docs.tsx'),
    },
  ],
};
