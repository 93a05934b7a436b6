import { LinkButton, useRouteParams } from '@paved/ui';
import { IconGitPullRequest } from '@tabler/icons-react';
import { FileBrowser } from '../parts/file-browser.tsx';
import { RepositoryFrame } from '../parts/repository-frame.tsx';

/** A repository's files. */
export function Page() {
  const { project = '', name = '' } = useRouteParams();
  const here = `/repositories/${project}/${name}`;
  return (
    <RepositoryFrame
      tab="files"
      actions={
        <LinkButton href={`${here}/pull-requests/new`} icon={IconGitPullRequest}>
          New pull request
        </LinkButton>
      }
    >
      {(repository) => <FileBrowser repository={repository} here={here} />}
    </RepositoryFrame>
  );
}
