import { ActorName, DataTable, Duration, Link, RelativeTime, Status, statusOfRun, capital, type Column } from '@paved/ui';
import { useMemo } from 'react';
import { versionWords, type ListedDeployment } from '../shapes.ts';

const statusWords: Record<string, string> = {
  planning: 'Planning',
  applying: 'Applying',
  superseded: 'Superseded',
  queued: 'Queued',
};

/** How a version came here, unless it was simply deployed. */
const modeWords: Record<string, string> = { promote: 'promoted', rollback: 'rolled back to', destroy: 'removed' };

/** Deployments as rows. */
export function DeploymentTable({ items, keys = false }: { items: readonly ListedDeployment[]; keys?: boolean }) {
  // Newest first: the first that succeeded in an environment is what runs there, unless it took the service away.
  const live = useMemo(() => {
    const first = new Map<string, ListedDeployment>();
    for (const deployment of items)
      if (deployment.status === 'succeeded' && !first.has(deployment.environment)) first.set(deployment.environment, deployment);
    return new Set([...first.values()].filter((deployment) => deployment.mode !== 'destroy').map((deployment) => deployment.id));
  }, [items]);
  const columns = useMemo(
    (): readonly Column<ListedDeployment>[] => [
      {
        id: 'version',
        head: 'Version',
        fill: true,
        cell: (deployment) => (
          <span className="p-namecell">
            <Link className="p-name p-num" href={`/deployments/${deployment.id}`}>
              {versionWords(deployment.version)}
            </Link>
            <small className="p-trunc">{deployment.error ?? modeWords[deployment.mode] ?? ''}</small>
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
          <Status status={statusOfRun(deployment.status)}>
            {deployment.status !== 'succeeded'
              ? (statusWords[deployment.status] ?? capital(deployment.status))
              : live.has(deployment.id)
                ? 'Live'
                : deployment.mode === 'destroy'
                  ? 'Removed'
                  : 'Replaced'}
          </Status>
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
    [live],
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
