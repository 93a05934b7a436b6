import type { PortalModule } from '@paved/ui';
import { api, entityHref, iconOf, isHostedService, titleOf, typeWords } from '@paved/ui';
import { refOf } from '@paved/kernel';
import { IconAffiliate, IconDatabaseImport, IconFolderPlus, IconHistory, IconLayoutGrid } from '@tabler/icons-react';
import type { EntityPage } from './catalog-query.ts';
import { hasComputed, isDeclared } from './kinds/has-facts.ts';
import { otherFields } from './parts/spec-values.ts';

/** Kinds with an overview of their own. */
const OWN_PAGES = ['system', 'domain', 'group', 'user', 'location', 'template', 'entitykind'];

/** The catalog in the portal: the list, the page of every entity, its dependency graph, and finding things by name. */
export const portal: PortalModule = {
  routes: [
    { path: '/catalog', page: () => import('./pages/catalog-list.tsx') },
    { path: '/catalog/changes', page: () => import('./history/changes.tsx') },
    { path: '/catalog/changes/$namespace/$kind/$name', page: () => import('./history/gone.tsx') },
    { path: '/catalog/graph', page: () => import('./graph/explorer.tsx') },
    { path: '/catalog/ingestion', page: () => import('./pages/ingestion.tsx') },
    { path: '/catalog/ingestion/$id', page: () => import('./pages/ingestion-source.tsx') },
    { path: '/catalog/register', page: () => import('./pages/register.tsx') },
    { path: '/catalog/$namespace/$kind/$name', page: () => import('./pages/entity.tsx') },
    { path: '/catalog/$namespace/$kind/$name/$tab', page: () => import('./pages/entity.tsx') },
    { path: '/catalog/$namespace/$kind/$name/$tab/$', page: () => import('./pages/entity.tsx') },
  ],
  navigation: [{ label: 'Catalog', href: '/catalog?kind=Component', icon: IconLayoutGrid, order: 20, key: 'a' }],
  entityTabs: [
    {
      path: 'api',
      label: 'Definition',
      order: 5,
      suits: (entity) => entity.kind.toLowerCase() === 'api',
      load: () => import('./api-definition/tab.tsx'),
    },
    {
      path: 'dependencies',
      label: 'Dependencies',
      order: 50,
      suits: (entity) => !['location', 'user', 'group', 'template', 'entitykind'].includes(entity.kind.toLowerCase()),
      load: () => import('./pages/dependencies.tsx'),
    },
    {
      path: 'changes',
      label: 'Changes',
      order: 60,
      suits: (entity) => ['group', 'system', 'domain'].includes(entity.kind.toLowerCase()),
      load: () => import('./history/changes-tab.tsx'),
    },
    { path: 'history', label: 'History', order: 90, suits: () => true, load: () => import('./history/tab.tsx') },
    { path: 'definition', label: 'YAML', order: 95, suits: () => true, load: () => import('./pages/definition.tsx') },
  ],
  entityParts: [
    {
      slot: 'overview',
      order: 4,
      suits: (entity) => entity.kind.toLowerCase() === 'system',
      load: () => import('./diagram/system-diagram.tsx'),
      height: 320,
    },
    {
      slot: 'overview',
      order: 4,
      suits: (entity) => entity.kind.toLowerCase() === 'domain',
      load: () => import('./diagram/domain-diagram.tsx'),
      height: 240,
    },
    {
      slot: 'overview',
      order: 4,
      suits: (entity) => entity.kind.toLowerCase() === 'template',
      load: () => import('./parts/template.tsx'),
      height: 320,
    },
    {
      slot: 'overview',
      order: 5,
      suits: (entity) => ['group', 'user'].includes(entity.kind.toLowerCase()),
      load: () => import('./parts/members.tsx'),
      height: 240,
    },
    {
      slot: 'rail',
      order: 10,
      suits: isHostedService,
      load: () => import('./parts/neighbours.tsx'),
      height: 300,
    },
    {
      slot: 'overview',
      order: 8,
      // The page of a hosted service is about how it runs; of all others, what they are related with comes first.
      suits: (entity) => !isHostedService(entity) && !OWN_PAGES.includes(entity.kind.toLowerCase()),
      load: () => import('./parts/relations.tsx'),
      height: 240,
    },
    {
      slot: 'rail',
      order: 8,
      suits: (entity) => ['group', 'user'].includes(entity.kind.toLowerCase()),
      load: () => import('./parts/people.tsx'),
      height: 160,
    },
    {
      slot: 'rail',
      order: 12,
      suits: (entity) => (entity.metadata.links ?? []).length > 0,
      load: () => import('./parts/links.tsx'),
      height: 100,
    },
    {
      slot: 'overview',
      order: 7,
      suits: (entity) => !isDeclared(entity) && otherFields(entity).length > 0,
      load: () => import('./parts/spec-facts.tsx'),
      height: 120,
    },
    { slot: 'rail', order: 20, suits: () => true, load: () => import('./parts/about.tsx'), height: 200 },
    { slot: 'rail', order: 30, suits: () => true, load: () => import('./parts/source.tsx'), height: 180 },
    { slot: 'overview', order: 4, suits: isDeclared, load: () => import('./kinds/facts.tsx'), height: 200 },
    { slot: 'rail', order: 15, suits: hasComputed, load: () => import('./kinds/facts.tsx'), height: 160 },
  ],
  actions: [
    {
      id: 'catalog.register',
      label: 'Register a source',
      icon: IconFolderPlus,
      words: 'import location yaml catalog file url git',
      run: (go) => go('/catalog/register'),
    },
    {
      id: 'catalog.sources',
      label: 'Show the catalog’s sources',
      icon: IconDatabaseImport,
      words: 'ingestion health problems orphans conflicts locations',
      run: (go) => go('/catalog/ingestion'),
    },
    {
      id: 'catalog.graph',
      label: 'Explore the graph',
      icon: IconAffiliate,
      words: 'dependencies relations map impact neighbours',
      run: (go) => go('/catalog/graph'),
    },
    {
      id: 'catalog.changes',
      label: 'See what changed in the catalog',
      icon: IconHistory,
      words: 'history week added removed diff',
      run: (go) => go('/catalog/changes'),
    },
  ],
  search: [
    {
      title: 'Things',
      search: async (query, signal) => {
        const found = await api.get<EntityPage>(
          '/api/catalog/entities/by-query',
          {
            fullTextFilterTerm: query,
            fullTextFilterFields: 'metadata.name,metadata.title',
            limit: 8,
            fields: 'kind,metadata.name,metadata.namespace,metadata.title,spec.type',
          },
          signal,
        );
        return found.items.map((entity) => ({
          id: refOf(entity),
          label: titleOf(entity),
          note: typeof entity.spec?.['type'] === 'string' ? typeWords(entity.spec['type']) : entity.kind,
          icon: iconOf(entity.kind, entity.spec?.['type']),
          href: entityHref(refOf(entity)),
        }));
      },
    },
  ],
};
