import type { Run } from '@paved/runs';
import { ActorName, DataTable, Duration, Glyph, Link, RelativeTime, statusOfRun, statusWord, type Column } from '@paved/ui';
import { useMemo } from 'react';
import { causeWords, kindWords } from '../run-shape.ts';

/** Runs as rows: what, who, why, how long, when. */
export function RunTable({ runs, keys = false }: { runs: readonly Run[]; keys?: boolean }) {
  const columns = useMemo(
    (): readonly Column<Run>[] => [
      {
        id: 'title',
        head: 'Run',
        fill: true,
        cell: (run) => {
          const status = statusOfRun(run.status);
          return (
            <span className="p-namecell">
              <Glyph status={status} label={run.status === 'succeeded' ? 'Done' : statusWord(status)} />
              <span style={{ minWidth: 0, flex: '1 1 0' }} className="p-trunc">
                <Link href={`/runs/${run.id}`} className="p-name">
                  {run.title}
                </Link>
                {run.error ? <small> {run.error.message}</small> : null}
                <span className="under">
                  <ActorName actor={run.actor} /> · <RelativeTime at={run.createdAt} />
                </span>
              </span>
            </span>
          );
        },
      },
      { id: 'kind', head: 'Kind', hide: 'lg', cell: (run) => kindWords(run.kind) },
      { id: 'actor', head: 'Started by', hide: 'sm', cell: (run) => <ActorName actor={run.actor} /> },
      { id: 'cause', head: 'Because of', hide: 'lg', cell: (run) => causeWords(run) },
      { id: 'took', head: 'Took', align: 'right', cell: (run) => <Duration from={run.startedAt} to={run.endedAt} /> },
      { id: 'when', head: 'When', align: 'right', hide: 'sm', cell: (run) => <RelativeTime at={run.createdAt} /> },
    ],
    [],
  );
  return <DataTable label="Runs" rows={runs} columns={columns} id={(run) => run.id} href={(run) => `/runs/${run.id}`} keys={keys} />;
}
