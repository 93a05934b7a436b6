import { EntityLink, Link, Loaded, PageHeader, SkeletonPage, TabLinks, useCrumbs, useData, useRouteParams, type Crumb } from '@paved/ui';
import { IconBrandGit, IconGitBranch, IconUsers } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { REPOSITORY_EVENTS, type ShownRepository } from '../shapes.ts';
import { CloneMenu } from './clone-menu.tsx';

/** Header and tabs of a repository's pages. */
export function RepositoryFrame({
  tab,
  crumb,
  actions,
  children,
}: {
  tab: 'files' | 'commits' | 'branches' | 'pull-requests';
  crumb?: Crumb;
  actions?: ReactNode;
  children: (repository: ShownRepository) => ReactNode;
}) {
  const { project = '', name = '' } = useRouteParams();
  const base = `/repositories/${project}/${name}`;
  const repository = useData<ShownRepository>(`/api${base}`, {
    live: REPOSITORY_EVENTS,
    concerns: (event) => event.subject === `${project}/${name}`,
  });
  useCrumbs([{ label: 'Repositories', href: '/repositories' }, { label: `${project}/${name}`, href: base }, ...(crumb ? [crumb] : [])]);
  return (
    <Loaded query={repository} what="The repository" skeleton={<SkeletonPage label={`${project}/${name}`} />}>
      {(data) => (
        <>
          <PageHeader
            tight
            icon={IconBrandGit}
            title={data.slug}
            lede={data.description || undefined}
            facts={[
              {
                icon: IconUsers,
                label: 'Owner',
                text: <EntityLink entityRef={data.ownerRef} />,
              },
              {
                icon: IconGitBranch,
                label: 'Default branch',
                text: (
                  <Link className="p-plain" href={`${base}/branches`}>
                    {data.defaultBranch}
                  </Link>
                ),
              },
            ]}
            actions={
              <>
                {data.empty ? null : actions}
                <CloneMenu url={data.cloneUrl} />
              </>
            }
          />
          <TabLinks
            label="Parts of the repository"
            current={tab === 'files' ? base : `${base}/${tab}`}
            tabs={[
              { label: 'Files', href: base },
              { label: 'Commits', href: `${base}/commits` },
              { label: 'Branches', href: `${base}/branches`, note: data.branches },
              { label: 'Pull requests', href: `${base}/pull-requests`, note: data.openPullRequests },
            ]}
          />
          {children(data)}
        </>
      )}
    </Loaded>
  );
}
