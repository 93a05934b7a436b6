import { listTemplates } from '@paved/client';
import { call, type PortalModule } from '@paved/ui';
import { IconPlus, IconTemplate } from '@tabler/icons-react';

/** Golden paths in the portal: the gallery and the wizard. */
export const portal: PortalModule = {
  routes: [
    { path: '/create', page: () => import('./pages/gallery.tsx') },
    { path: '/create/$namespace/$name', page: () => import('./pages/wizard.tsx') },
  ],
  navigation: [{ label: 'Create', href: '/create', icon: IconPlus, order: 30, key: 'c' }],
  search: [
    {
      title: 'Create',
      search: async (query, signal) => {
        const { items } = await call(listTemplates, { signal });
        const words = query.toLowerCase().replace(/^(create|new)\s+/, '');
        return items
          .filter((card) => `${card.title} ${card.tags.join(' ')} ${card.type}`.toLowerCase().includes(words))
          .slice(0, 4)
          .map((card) => ({
            id: `create:${card.ref}`,
            label: `Create: ${card.title}`,
            note: card.type,
            icon: IconTemplate,
            href: `/create/${card.namespace}/${card.name}`,
          }));
      },
    },
  ],
};
