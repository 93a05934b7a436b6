import { Duration, Glyph, Link, statusOfRun } from '@paved/ui';
import type { Run } from './answers.ts';

/** The person's newest runs. */
export function OwnRuns({ runs }: { runs: readonly Run[] }) {
  return (
    <ul className="p-runs">
      {runs.slice(0, 6).map((run) => (
        <li key={run.id}>
          <Glyph status={statusOfRun(run.status)} />
          <Link className="p-plain p-trunc" href={`/runs/${run.id}`}>
            {run.title}
          </Link>
          <span className="when">
            <Duration from={run.startedAt ?? run.createdAt} to={run.endedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
