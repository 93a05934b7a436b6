import type { Permission } from '@paved/kernel';

export const IMPORT = 'services.service.import';
export const DELETE = 'services.service.delete';
export const READ_KEPT = 'services.kept.read';

export const permissions: readonly Permission[] = [
  {
    name: IMPORT,
    description: 'Import a repository from a path on the server or a URL as a service.',
    role: 'platform-engineer',
    owner: 'developer',
  },
  {
    name: DELETE,
    description: 'Delete a service, and destroy the data that was kept of it.',
    role: 'platform-engineer',
    owner: 'developer',
  },
  { name: READ_KEPT, description: 'See the data that was kept of deleted services.', role: 'viewer' },
];
