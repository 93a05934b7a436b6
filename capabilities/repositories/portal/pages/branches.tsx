import { DataTable, Link, LinkButton, Loaded, RelativeTime, Tag, useData, useRouteParams, type Column } from '@paved/ui';
import { useMemo } from 'react';
import { RepositoryFrame } from '../parts/repository-frame.tsx';
import type { PullRequest, ShownRepository } from '../shapes.ts';

interface Branch {
  readonly name: string;
  readonly sha: string;
  readonly at: string;
  readonly subject: string;
  readonly author: string;
  readonly isDefault: boolean;
  readonly ahead?: number;
  readonly behind?: number;
}

function Branches({ repository }: { repository: ShownRepository }) {
  const base = `/repositories/${repository.slug}`;
  const branches = useData<{ items: readonly Branch[] }>(`/api${base}/branches`, {
    live: ['repositories.branch.pushed'],
    concerns: (event) => event.subject === repository.slug,
  });
  const pulls = useData<{ items: readonly PullRequest[] }>(`/api${base}/pull-requests`, {
    query: { state: 'open', limit: 200 },
    live: ['repositories.pull_request.changed'],
  });
  const pullOf = useMemo(() => new Map(pulls.data?.items.map((pull) => [pull.head, pull.number])), [pulls.data]);
  const columns = useMemo(
    (): readonly Column<Branch>[] => [
      {
        id: 'name',
        head: 'Branch',
        fill: true,
        cell: (branch) => (
          <span className="p-namecell">
            <Link className="p-name" href={branch.isDefault ? base : `${base}?ref=${encodeURIComponent(branch.name)}`}>
              {branch.name}
            </Link>
            {branch.isDefault ? <Tag>Default</Tag> : null}
            <small className="p-trunc">{branch.subject}</small>
          </span>
        ),
      },
      { id: 'author', head: 'Last by', hide: 'sm', cell: (branch) => branch.author },
      { id: 'ahead', head: 'Ahead', hide: 'sm', align: 'right', cell: (branch) => branch.ahead ?? '–' },
      { id: 'behind', head: 'Behind', hide: 'sm', align: 'right', cell: (branch) => branch.behind ?? '–' },
      { id: 'at', head: 'Changed', align: 'right', cell: (branch) => <RelativeTime at={branch.at} /> },
      {
        id: 'pr',
        head: <span className="p-vh">Actions</span>,
        align: 'right',
        cell: (branch) =>
          pullOf.has(branch.name) ? (
            <Link className="p-link" href={`${base}/pull-requests/${pullOf.get(branch.name)}`}>
              #{pullOf.get(branch.name)}
              <span className="p-vh"> pull request of {branch.name}</span>
            </Link>
          ) : branch.isDefault || branch.ahead === 0 || pulls.isPending ? null : (
            <LinkButton small href={`${base}/pull-requests/new?head=${encodeURIComponent(branch.name)}`}>
              Pull request
            </LinkButton>
          ),
      },
    ],
    [base, pullOf, pulls.isPending],
  );
  return (
    <Loaded query={branches} what="Branches">
      {(page) =>
        page.items.length === 0 ? (
          <p className="p-13 p-t2">Nothing was pushed yet.</p>
        ) : (
          <DataTable label="Branches" rows={page.items} columns={columns} id={(branch) => branch.name} />
        )
      }
    </Loaded>
  );
}

/** Branches, newest first. */
export function Page() {
  const { project = '', name = '' } = useRouteParams();
  return (
    <RepositoryFrame tab="branches" crumb={{ label: 'Branches', href: `/repositories/${project}/${name}/branches` }}>
      {(repository) => <Branches repository={repository} />}
    </RepositoryFrame>
  );
}
