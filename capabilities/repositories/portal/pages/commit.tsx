import { Link, Loaded, RelativeTime, SkeletonRows, useData, useRouteParams } from '@paved/ui';
import { ChangedFiles } from '../parts/changed-files.tsx';
import { CheckList } from '../parts/check-list.tsx';
import { RepositoryFrame } from '../parts/repository-frame.tsx';
import type { DiffAnswer, ShownCommit } from '../shapes.ts';

function Commit({ slug, sha }: { slug: string; sha: string }) {
  const commit = useData<{ commit: ShownCommit; diff: DiffAnswer }>(`/api/repositories/${slug}/commits/${sha}`, {
    live: ['repositories.*'],
    concerns: (event) => event.subject === slug,
  });
  return (
    <Loaded query={commit} what="The commit" skeleton={<SkeletonRows label="The commit" />}>
      {({ commit: data, diff }) => (
        <>
          <h2 style={{ fontSize: 16, lineHeight: '24px' }}>{data.subject}</h2>
          {data.body.trim() === '' ? null : (
            <p className="p-13 p-t2" style={{ whiteSpace: 'pre-wrap', marginTop: 4 }}>
              {data.body}
            </p>
          )}
          <p className="p-13 p-t3" style={{ margin: '6px 0 16px' }}>
            {data.author.name}, <RelativeTime at={data.at} /> · <span className="p-mono">{data.sha.slice(0, 12)}</span>
            {data.parents[0] ? (
              <>
                {' '}
                · parent{' '}
                <Link className="p-link p-mono" href={`/repositories/${slug}/commit/${data.parents[0]}`}>
                  {data.parents[0].slice(0, 7)}
                </Link>
              </>
            ) : null}{' '}
            ·{' '}
            <Link className="p-link" href={`/repositories/${slug}?ref=${data.sha}`}>
              files at this commit
            </Link>
          </p>
          {data.checks.length === 0 ? null : (
            <div style={{ marginBottom: 24 }}>
              <CheckList checks={data.checks} label="Checks" />
            </div>
          )}
          <ChangedFiles diff={diff} />
        </>
      )}
    </Loaded>
  );
}

/** One commit: message, checks, what it changed. */
export function Page() {
  const { sha = '' } = useRouteParams();
  return (
    <RepositoryFrame tab="commits" crumb={{ label: sha.slice(0, 7) }}>
      {(repository) => <Commit slug={repository.slug} sha={sha} />}
    </RepositoryFrame>
  );
}
