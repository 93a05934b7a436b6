import { Glyph, Link, RelativeTime } from '@paved/ui';
import { checksStatus, type ShownCommit } from '../shapes.ts';

/** One commit in one line: verdict, subject, author, hash, time. */
export function CommitLine({ commit, slug }: { commit: ShownCommit; slug: string }) {
  const status = checksStatus(commit.checks);
  return (
    <div className="p-row p-13" style={{ minHeight: 40, padding: '0 12px' }}>
      {status ? <Glyph status={status} /> : null}
      <Link className="p-plain p-trunc" href={`/repositories/${slug}/commit/${commit.sha}`}>
        {commit.subject}
      </Link>
      <span className="p-t3 p-nowrap hide-sm" style={{ marginLeft: 'auto' }}>
        {commit.author.name}
      </span>
      <span className="p-mono p-t3 hide-sm">{commit.sha.slice(0, 7)}</span>
      <span className="p-t3">
        <RelativeTime at={commit.at} />
      </span>
    </div>
  );
}
