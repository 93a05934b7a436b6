import type { Permission } from '@paved/kernel';

export const permissions: readonly Permission[] = [
  { name: 'repositories.repository.read', description: 'See, browse and clone repositories.', role: 'viewer' },
  { name: 'repositories.repository.create', description: 'Create repositories.', role: 'platform-engineer', owner: 'developer' },
  {
    name: 'repositories.repository.import',
    description: 'Import a repository from a path on the server or a URL.',
    role: 'platform-engineer',
    owner: 'developer',
  },
  {
    name: 'repositories.repository.update',
    description: 'Change description, owner and default branch.',
    role: 'platform-engineer',
    owner: 'developer',
  },
  { name: 'repositories.repository.push', description: 'Push branches and tags.', role: 'platform-engineer', owner: 'developer' },
  { name: 'repositories.repository.delete', description: 'Delete repositories.', role: 'platform-engineer', owner: 'developer' },
  { name: 'repositories.pull_request.create', description: 'Open pull requests and change their text.', role: 'developer' },
  { name: 'repositories.pull_request.review', description: 'Comment on pull requests and give a verdict.', role: 'developer' },
  {
    name: 'repositories.pull_request.merge',
    description: 'Merge and close pull requests, and override failed checks with a reason.',
    role: 'platform-engineer',
    owner: 'developer',
  },
];
