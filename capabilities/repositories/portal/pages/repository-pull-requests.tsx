import { LinkButton, useRouteParams } from '@paved/ui';
import { IconPlus } from '@tabler/icons-react';
import { PullRequests } from '../parts/pull-requests.tsx';
import { RepositoryFrame } from '../parts/repository-frame.tsx';

/** Pull requests of one repository. */
export function Page() {
  const { project = '', name = '' } = useRouteParams();
  const base = `/repositories/${project}/${name}`;
  return (
    <RepositoryFrame tab="pull-requests" crumb={{ label: 'Pull requests', href: `${base}/pull-requests` }}>
      {(repository) => (
        <PullRequests
          slug={repository.slug}
          action={
            <LinkButton href={`${base}/pull-requests/new`} icon={IconPlus}>
              New pull request
            </LinkButton>
          }
        />
      )}
    </RepositoryFrame>
  );
}
