import type { PortalModule } from '@paved/ui';
import type { Entity } from '@paved/kernel';
import { IconUserQuestion, IconUsers } from '@tabler/icons-react';

const kindOf = (entity: Entity): string => entity.kind.toLowerCase();
/** Kinds that name an owner although this one may not. */
const owned = new Set(['component', 'api', 'resource', 'system', 'domain', 'template']);
const hasOwners = (entity: Entity): boolean =>
  !['user', 'group', 'location'].includes(kindOf(entity)) &&
  (owned.has(kindOf(entity)) || (entity.relations ?? []).some(({ type }) => type === 'ownedBy'));

const hasTeamsBelow = (entity: Entity): boolean =>
  kindOf(entity) === 'group' && (entity.relations ?? []).some(({ type }) => type === 'parentOf');

/** Teams, what they own, what they confirm, and what nobody owns. */
export const portal: PortalModule = {
  routes: [
    { path: '/teams', page: () => import('./pages/teams.tsx') },
    { path: '/ownership', page: () => import('./pages/to-confirm.tsx') },
    { path: '/ownership/unowned', page: () => import('./pages/without-owner.tsx') },
  ],
  navigation: [{ label: 'Teams', href: '/teams', icon: IconUsers, order: 25, key: 't' }],
  entityParts: [
    { slot: 'rail', order: 5, suits: hasOwners, load: () => import('./parts/entity-ownership.tsx'), height: 220 },
    {
      slot: 'rail',
      order: 5,
      suits: (entity) => kindOf(entity) === 'group',
      load: () => import('./parts/group-ownership.tsx'),
      height: 220,
    },
    { slot: 'overview', order: 6, suits: hasTeamsBelow, load: () => import('./parts/teams-below.tsx'), height: 240 },
    { slot: 'overview', order: 6, suits: (entity) => kindOf(entity) === 'user', load: () => import('./parts/own-teams.tsx'), height: 160 },
  ],
  actions: [
    {
      id: 'ownership.confirm',
      label: 'Confirm what your teams own',
      icon: IconUsers,
      words: 'ownership attest review mine',
      run: (go) => go('/ownership'),
    },
    {
      id: 'ownership.unowned',
      label: 'Things without an owner',
      icon: IconUserQuestion,
      words: 'orphan unowned nobody',
      run: (go) => go('/ownership/unowned'),
    },
  ],
};
