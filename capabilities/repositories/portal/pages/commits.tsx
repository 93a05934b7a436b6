import { Loaded, PageFoot, useData, useRouteParams, useUrlState } from '@paved/ui';
import { CommitList } from '../parts/commit-list.tsx';
import { BranchPicker } from '../parts/branch-picker.tsx';
import { RepositoryFrame } from '../parts/repository-frame.tsx';
import type { ShownCommit, ShownRepository } from '../shapes.ts';

function Commits({ repository }: { repository: ShownRepository }) {
  const { params } = useUrlState();
  const cursor = params.get('cursor') ?? undefined;
  const commits = useData<{ items: readonly ShownCommit[]; pageInfo: { nextCursor?: string } }>(
    `/api/repositories/${repository.slug}/commits`,
    {
      query: { ref: params.get('ref') ?? undefined, limit: 50, cursor },
      live: ['repositories.*'],
      keep: true,
      concerns: (event) => event.subject === repository.slug,
      off: repository.empty,
    },
  );
  if (repository.empty) return <p className="p-13 p-t2">Nothing was pushed yet.</p>;
  return (
    <>
      <div className="p-path">
        <BranchPicker repository={repository} />
      </div>
      <Loaded query={commits} what="Commits">
        {(page) => (
          <>
            <CommitList commits={page.items} slug={repository.slug} />
            <PageFoot pageInfo={page.pageInfo} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** The history of a branch. */
export function Page() {
  const { project = '', name = '' } = useRouteParams();
  return (
    <RepositoryFrame tab="commits" crumb={{ label: 'Commits', href: `/repositories/${project}/${name}/commits` }}>
      {(repository) => <Commits repository={repository} />}
    </RepositoryFrame>
  );
}
