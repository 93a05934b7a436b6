import type { PortalModule } from '@paved/ui';
import { IconScan } from '@tabler/icons-react';

/** Repositories that the catalog does not know yet: found, described, reviewed. */
export const portal: PortalModule = {
  routes: [{ path: '/onboarding', page: () => import('./pages/onboarding.tsx') }],
  actions: [
    {
      id: 'onboarding.open',
      label: 'Bring repositories into the catalog',
      icon: IconScan,
      words: 'onboard scan discover import describe catalog-info bulk',
      run: (go) => go('/onboarding'),
    },
  ],
};
