import { api, paletteScore, useData, type PortalModule } from '@paved/ui';
import { IconBrandGit, IconGitPullRequest } from '@tabler/icons-react';

function useOpenPullRequests(): { value: number } | undefined {
  const open = useData<{ totalItems: number }>('/api/repositories/pull-requests', {
    query: { state: 'open', limit: 1 },
    live: ['repositories.pull_request.changed'],
  });
  return open.data ? { value: open.data.totalItems } : undefined;
}

/** Repositories in the portal: files, commits, branches, pull requests, importing. */
export const portal: PortalModule = {
  routes: [
    { path: '/pull-requests', page: () => import('./pages/pull-request-list.tsx') },
    { path: '/repositories', page: () => import('./pages/repository-list.tsx') },
    { path: '/repositories/$project/$name', page: () => import('./pages/repository.tsx') },
    { path: '/repositories/$project/$name/commits', page: () => import('./pages/commits.tsx') },
    { path: '/repositories/$project/$name/commit/$sha', page: () => import('./pages/commit.tsx') },
    { path: '/repositories/$project/$name/branches', page: () => import('./pages/branches.tsx') },
    { path: '/repositories/$project/$name/pull-requests', page: () => import('./pages/repository-pull-requests.tsx') },
    { path: '/repositories/$project/$name/pull-requests/new', page: () => import('./pages/new-pull-request.tsx') },
    { path: '/repositories/$project/$name/pull-requests/$number', page: () => import('./pages/pull-request.tsx') },
  ],
  navigation: [
    { label: 'Pull requests', href: '/pull-requests', icon: IconGitPullRequest, order: 45, key: 'p', count: useOpenPullRequests },
  ],
  entityTabs: [
    {
      path: 'repository',
      label: 'Repository',
      order: 60,
      suits: (entity) => entity.kind.toLowerCase() === 'component',
      load: () => import('./pages/entity-repository.tsx'),
    },
  ],
  actions: [
    { id: 'repositories.list', label: 'All repositories', icon: IconBrandGit, words: 'git code', run: (go) => go('/repositories') },
  ],
  search: [
    {
      title: 'Repositories',
      search: async (text, signal) => {
        const found = await api.get<{ items: readonly { slug: string; description: string }[] }>(
          '/api/repositories',
          { text, limit: 4 },
          signal,
        );
        return found.items.map((repository) => ({
          id: `repository:${repository.slug}`,
          label: repository.slug,
          note: 'repository',
          icon: IconBrandGit,
          href: `/repositories/${repository.slug}`,
        }));
      },
    },
    {
      title: 'Pull requests',
      search: async (text, signal) => {
        if (text.trim().length < 3) return [];
        const open = await api.get<{ items: readonly { slug: string; number: number; title: string; head: string }[] }>(
          '/api/repositories/pull-requests',
          { state: 'open', limit: 100 },
          signal,
        );
        return open.items
          .filter((pull) => paletteScore(`${pull.title} ${pull.head} #${pull.number}`, text) !== undefined)
          .slice(0, 5)
          .map((pull) => ({
            id: `pull-request:${pull.slug}#${pull.number}`,
            label: pull.title,
            note: `${pull.slug} #${pull.number}`,
            icon: IconGitPullRequest,
            href: `/repositories/${pull.slug}/pull-requests/${pull.number}`,
          }));
      },
    },
  ],
};
