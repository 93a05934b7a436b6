import { DataTable, Glyph, Link, nameOf, RelativeTime, type Column } from '@paved/ui';
import { useMemo } from 'react';
import { stateStatus, stateWords, type PullRequest } from '../shapes.ts';

/** Pull requests as rows. */
export function PullRequestTable({ items, withRepository = false }: { items: readonly PullRequest[]; withRepository?: boolean }) {
  const columns = useMemo(
    (): readonly Column<PullRequest>[] => [
      {
        id: 'title',
        head: 'Pull request',
        fill: true,
        cell: (pull) => (
          <span className="p-namecell">
            <Glyph status={stateStatus[pull.state]} label={stateWords[pull.state]} />
            <Link className="p-name p-trunc" href={`/repositories/${pull.slug}/pull-requests/${pull.number}`}>
              {pull.title}
            </Link>
            <small>
              {pull.head} → {pull.base}
            </small>
            <span className="under">
              {withRepository ? `${pull.slug} ` : ''}#{pull.number} · {nameOf(pull.author.ref)}
            </span>
          </span>
        ),
      },
      ...(withRepository
        ? [
            {
              id: 'repository',
              head: 'Repository',
              hide: 'sm',
              cell: (pull: PullRequest) => (
                <Link className="p-plain" href={`/repositories/${pull.slug}`}>
                  {pull.slug}
                </Link>
              ),
            } as const,
          ]
        : []),
      { id: 'number', head: 'No.', hide: 'sm', align: 'right', cell: (pull) => `#${pull.number}` },
      { id: 'author', head: 'By', hide: 'sm', cell: (pull) => nameOf(pull.author.ref) },
      { id: 'remarks', head: 'Remarks', hide: 'lg', align: 'right', cell: (pull) => pull.remarks || '–' },
      { id: 'at', head: 'Changed', align: 'right', cell: (pull) => <RelativeTime at={pull.updatedAt} /> },
    ],
    [withRepository],
  );
  return (
    <DataTable
      label="Pull requests"
      rows={items}
      columns={columns}
      id={(pull) => `${pull.slug}/${pull.number}`}
      href={(pull) => `/repositories/${pull.slug}/pull-requests/${pull.number}`}
      keys
    />
  );
}
