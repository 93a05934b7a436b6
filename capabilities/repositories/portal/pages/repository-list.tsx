import {
  DataTable,
  EntityLink,
  LinkButton,
  Link,
  Loaded,
  PageHeader,
  QueryField,
  RelativeTime,
  State,
  useCrumbs,
  useData,
  useUrlState,
  type Column,
} from '@paved/ui';
import type { Repository } from '@paved/repositories';
import { IconBrandGit, IconFolderPlus } from '@tabler/icons-react';
import { useCallback } from 'react';

const columns: readonly Column<Repository>[] = [
  {
    id: 'slug',
    head: 'Repository',
    fill: true,
    cell: (repository) => (
      <span className="p-namecell">
        <Link className="p-name" href={`/repositories/${repository.slug}`}>
          {repository.slug}
        </Link>
        <small className="p-trunc">{repository.description}</small>
      </span>
    ),
  },
  {
    id: 'owner',
    head: 'Owner',
    hide: 'sm',
    cell: (repository) => <EntityLink entityRef={repository.ownerRef} />,
  },
  { id: 'branch', head: 'Default branch', hide: 'sm', cell: (repository) => repository.defaultBranch },
  { id: 'made', head: 'Made', align: 'right', cell: (repository) => <RelativeTime at={repository.createdAt} /> },
];

/** Repositories this server hosts. */
export function Page() {
  useCrumbs([{ label: 'Repositories' }]);
  const { params, set } = useUrlState();
  const text = params.get('q') ?? '';
  const repositories = useData<{ items: readonly Repository[]; totalItems: number }>('/api/repositories', {
    query: { limit: 200, text: text || undefined },
    keep: true,
    live: ['repositories.*'],
  });
  const setText = useCallback((value: string) => set((next) => (value === '' ? next.delete('q') : next.set('q', value))), [set]);
  return (
    <>
      <PageHeader
        title="Repositories"
        actions={
          <LinkButton href="/import" icon={IconFolderPlus}>
            Import a repository
          </LinkButton>
        }
      />
      <div className="p-row" style={{ marginBottom: 8 }}>
        <QueryField tokens={[]} text={text} placeholder="Search name or description" onText={setText} onRemove={() => undefined} />
      </div>
      <Loaded query={repositories} what="Repositories">
        {(page) =>
          page.items.length === 0 ? (
            <State icon={IconBrandGit} title={text === '' ? 'No repositories yet' : `No repository matches “${text}”`}>
              Creating a service makes one; an existing one can be imported from a path or an address.
            </State>
          ) : (
            <DataTable
              label="Repositories"
              rows={page.items}
              columns={columns}
              id={(repository) => repository.slug}
              href={(repository) => `/repositories/${repository.slug}`}
              keys
            />
          )
        }
      </Loaded>
    </>
  );
}
