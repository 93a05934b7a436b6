import {
  Diff,
  Glyph,
  Link,
  Loaded,
  plural,
  RelativeTime,
  Segments,
  SkeletonRows,
  statusOfRun,
  useData,
  useRouteParams,
  useUrlState,
} from '@paved/ui';
import { RepositoryFrame } from '../parts/repository-frame.tsx';
import type { DiffAnswer, ShownCommit } from '../shapes.ts';

function Commit({ slug, sha }: { slug: string; sha: string }) {
  const { params, set } = useUrlState();
  const sides = params.get('diff') === 'sides';
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
            <ul className="p-list" style={{ marginBottom: 24 }} aria-label="Checks">
              {data.checks.map((check) => (
                <li key={check.name}>
                  <Glyph status={statusOfRun(check.status)} />
                  <div className="body">
                    {check.href ? (
                      <Link className="p-name" href={check.href}>
                        {check.name}
                      </Link>
                    ) : (
                      <b>{check.name}</b>
                    )}
                    {check.summary ? <small>{check.summary}</small> : null}
                  </div>
                </li>
              ))}
            </ul>
          )}
          <div className="p-row" style={{ marginBottom: 12 }}>
            <span className="p-13 p-t2 p-grow">{plural(diff.files.length, 'file')} changed</span>
            <Segments
              label="Layout"
              value={sides ? 'sides' : 'unified'}
              onChange={(value) => set((next) => (value === 'sides' ? next.set('diff', 'sides') : next.delete('diff')))}
              options={[
                { value: 'unified', label: 'Unified' },
                { value: 'sides', label: 'Side by side' },
              ]}
            />
          </div>
          <Diff source={{ files: diff.files }} sides={sides} />
          {diff.truncated ? <p className="p-13 p-t2">The difference is longer than 1 MiB and is cut here.</p> : null}
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
