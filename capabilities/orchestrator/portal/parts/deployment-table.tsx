import { ActorName, DataTable, Duration, Glyph, Link, RelativeTime, Status, statusOfRun, capital, type Column } from '@paved/ui';
import { useMemo } from 'react';
import { versionWords, type ListedDeployment } from '../shapes.ts';

const statusWords: Record<string, string> = {
  succeeded: 'Live',
  planning: 'Planning',
  applying: 'Applying',
  superseded: 'Superseded',
  queued: 'Queued',
};

/** Deployments as rows. */
export function DeploymentTable({ items, keys = false }: { items: readonly ListedDeployment[]; keys?: boolean }) {
  const columns = useMemo(
    (): readonly Column<ListedDeployment>[] => [
      {
        id: 'version',
        head: 'Version',
        fill: true,
        cell: (deployment) => (
          <span className="p-namecell">
            <Glyph status={statusOfRun(deployment.status)} label={null} />
            <Link className="p-name p-num" href={`/deployments/${deployment.id}`}>
              {versionWords(deployment.version)}
            </Link>
            <small className="p-trunc">{deployment.error ?? (deployment.mode === 'deploy' ? '' : capital(deployment.mode))}</small>
            <span className="under">
              {deployment.environment} · <ActorName actor={deployment.actor} />
            </span>
          </span>
        ),
      },
      { id: 'environment', head: 'Environment', hide: 'sm', cell: (deployment) => capital(deployment.environment) },
      {
        id: 'status',
        head: 'Result',
        cell: (deployment) => (
          <Status status={statusOfRun(deployment.status)}>{statusWords[deployment.status] ?? capital(deployment.status)}</Status>
        ),
      },
      {
        id: 'commit',
        head: 'Commit',
        hide: 'lg',
        cell: (deployment) => <span className="p-mono">{deployment.commit?.slice(0, 7) ?? '–'}</span>,
      },
      { id: 'actor', head: 'By', hide: 'sm', cell: (deployment) => <ActorName actor={deployment.actor} /> },
      {
        id: 'took',
        head: 'Took',
        hide: 'sm',
        align: 'right',
        cell: (deployment) => <Duration from={deployment.startedAt} to={deployment.endedAt} />,
      },
      { id: 'when', head: 'When', align: 'right', cell: (deployment) => <RelativeTime at={deployment.startedAt} /> },
    ],
    [],
  );
  return (
    <DataTable
      label="Deployments"
      rows={items}
      columns={columns}
      id={(deployment) => deployment.id}
      href={(deployment) => `/deployments/${deployment.id}`}
      keys={keys}
    />
  );
}
