import { Glyph, Link, nameOf, RelativeTime } from '@paved/ui';
import { checksStatus, type ShownCommit } from '../shapes.ts';

/** Commits, newest first. */
export function CommitList({ commits, slug }: { commits: readonly ShownCommit[]; slug: string }) {
  return (
    <ul className="p-list">
      {commits.map((commit) => {
        const status = checksStatus(commit.checks);
        return (
          <li key={commit.sha}>
            <div className="body">
              <Link className="p-name" href={`/repositories/${slug}/commit/${commit.sha}`}>
                {commit.subject}
              </Link>
              <small>
                {commit.author.name} · <RelativeTime at={commit.at} />
              </small>
            </div>
            {status ? (
              commit.checks[0]?.href ? (
                <Link
                  href={commit.checks[0].href}
                  title={commit.checks.map((check) => `${check.name}: ${check.summary ?? check.status}`).join('\n')}
                >
                  <Glyph status={status} label={`Checks: ${nameOf(status)}`} />
                </Link>
              ) : (
                <Glyph status={status} />
              )
            ) : null}
            <span className="p-mono p-t3">{commit.sha.slice(0, 7)}</span>
          </li>
        );
      })}
    </ul>
  );
}
