import type { PortalModule } from '@paved/ui';
import { IconKey, IconSettings, IconUsers } from '@tabler/icons-react';

/** Signing in, approving devices, and the settings of people, tokens and roles. */
export const portal: PortalModule = {
  routes: [
    { path: '/sign-in', page: () => import('./pages/sign-in.tsx'), bare: true },
    { path: '/device', page: () => import('./pages/device.tsx') },
    { path: '/settings', page: () => import('./pages/profile.tsx') },
    { path: '/settings/tokens', page: () => import('./pages/tokens.tsx') },
    { path: '/settings/people', page: () => import('./pages/people.tsx') },
    { path: '/settings/about', page: () => import('./pages/about.tsx') },
  ],
  settings: [
    { label: 'Profile', href: '/settings', order: 10 },
    { label: 'Tokens and sessions', href: '/settings/tokens', order: 20 },
    { label: 'People and roles', href: '/settings/people', order: 30, permission: 'access.user.read' },
    { label: 'About', href: '/settings/about', order: 90 },
  ],
  navigation: [{ label: 'Settings', href: '/settings', icon: IconSettings, order: 920, key: 's' }],
  actions: [
    { id: 'access.token', label: 'Make an API token', icon: IconKey, words: 'personal token cli', run: (go) => go('/settings/tokens') },
    {
      id: 'access.invite',
      label: 'Invite a person',
      icon: IconUsers,
      words: 'people roles members link',
      run: (go) => go('/settings/people'),
    },
  ],
};
