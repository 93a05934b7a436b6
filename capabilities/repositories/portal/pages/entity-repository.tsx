import { entityHref, Link, Loaded, repositoryOf, SkeletonRows, State, useData, type EntityTabProps } from '@paved/ui';
import { IconBrandGit } from '@tabler/icons-react';
import { CloneMenu } from '../parts/clone-menu.tsx';
import { FileBrowser } from '../parts/file-browser.tsx';
import { REPOSITORY_EVENTS, type ShownRepository } from '../shapes.ts';

/** The service's repository on its own page. */
export function Tab({ entity, entityRef }: EntityTabProps) {
  const slug = repositoryOf(entity);
  const repository = useData<ShownRepository>(`/api/repositories/${slug ?? ''}`, {
    off: slug === undefined,
    live: REPOSITORY_EVENTS,
    concerns: (event) => event.subject === slug,
  });
  if (slug === undefined) {
    return (
      <State icon={IconBrandGit} title="No repository is known">
        Name it in the annotation paved.dev/repository of the catalog file, as project/name.
      </State>
    );
  }
  return (
    <Loaded query={repository} what="The repository" skeleton={<SkeletonRows label="Files" rows={10} height={36} />}>
      {(data) => (
        <>
          <div className="p-row wrap" style={{ marginBottom: 16, fontSize: 13, gap: 16 }}>
            <Link className="p-name" href={`/repositories/${slug}`}>
              {slug}
            </Link>
            <Link className="p-plain p-t2" href={`/repositories/${slug}/commits`}>
              Commits
            </Link>
            <Link className="p-plain p-t2" href={`/repositories/${slug}/branches`}>
              {data.branches} {data.branches === 1 ? 'branch' : 'branches'}
            </Link>
            <Link className="p-plain p-t2" href={`/repositories/${slug}/pull-requests`}>
              {data.openPullRequests} open pull requests
            </Link>
            <span style={{ marginLeft: 'auto' }}>
              <CloneMenu url={data.cloneUrl} />
            </span>
          </div>
          <FileBrowser repository={data} here={entityHref(entityRef, 'repository')} />
        </>
      )}
    </Loaded>
  );
}
