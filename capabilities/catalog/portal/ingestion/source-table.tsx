import { count, DataTable, Glyph, IconButton, Link, plural, RelativeTime, toast, useChange, api, type Column } from '@paved/ui';
import { formatDuration } from '@paved/kernel';
import { IconRefresh } from '@tabler/icons-react';
import { useMemo } from 'react';
import { lookOf, reasonOf, shortTarget, typeWord, type Source } from './source.ts';

/** Sources as rows: what, how it stands, what it brings, when it was and will be read. */
export function SourceTable({ sources, mayRefresh }: { sources: readonly Source[]; mayRefresh: boolean }) {
  const refresh = useChange((source: Source) => api.post<{ runId: string }>(`/api/catalog/sources/${source.id}/refresh`), {
    refresh: ['/api/catalog/sources'],
    done: (_run, source) => toast(`Reading ${shortTarget(source.target).name}`, { status: 'progressing' }),
  });
  const columns = useMemo(
    (): readonly Column<Source>[] => [
      {
        id: 'source',
        head: 'Source',
        fill: true,
        sort: (source) => source.target,
        cell: (source) => {
          const { name, before } = shortTarget(source.target);
          const look = lookOf(source.state);
          return (
            <span className="p-namecell">
              <Glyph status={look.status} label={look.word} />
              <span style={{ minWidth: 0 }} className="p-trunc">
                <Link href={`/catalog/ingestion/${source.id}`} className="p-name">
                  {name}
                </Link>
                <small title={source.failure?.message ?? source.target}> {reasonOf(source) ?? before}</small>
                <span className="under">
                  {source.state === 'ok' || source.state === 'problems' ? '' : `${look.word} · `}
                  {plural(source.entities, 'entity', 'entities')}
                  {source.problems > 0 ? ` · ${plural(source.problems, 'problem')}` : ''}
                </span>
              </span>
            </span>
          );
        },
      },
      {
        id: 'state',
        head: 'State',
        hide: 'sm',
        sort: (source) => source.state,
        cell: (source) => <span className={`p-status ${lookOf(source.state).status}`}>{lookOf(source.state).word}</span>,
      },
      { id: 'type', head: 'Type', hide: 'lg', sort: (source) => source.type, cell: (source) => typeWord(source.type) },
      {
        id: 'entities',
        head: 'Entities',
        align: 'right',
        hide: 'sm',
        sort: (source) => source.entities,
        cell: (source) => count(source.entities),
      },
      {
        id: 'problems',
        head: 'Problems',
        align: 'right',
        hide: 'sm',
        sort: (source) => source.problems,
        cell: (source) => (source.problems === 0 ? '' : count(source.problems)),
      },
      {
        id: 'read',
        head: 'Read',
        align: 'right',
        sort: (source) => source.readAt ?? source.syncedAt ?? '',
        cell: (source) => {
          const at = source.readAt ?? source.syncedAt;
          return at === undefined ? '' : <RelativeTime at={at} />;
        },
      },
      {
        id: 'took',
        head: 'Took',
        align: 'right',
        hide: 'lg',
        sort: (source) => source.durationMs ?? 0,
        cell: (source) => (source.durationMs === undefined ? '' : formatDuration(source.durationMs)),
      },
      {
        id: 'next',
        head: 'Asked again',
        align: 'right',
        hide: 'lg',
        sort: (source) => source.nextReadAt ?? '',
        cell: (source) => (source.watched ? 'on change' : source.nextReadAt === undefined ? '' : <RelativeTime at={source.nextReadAt} />),
      },
      ...(mayRefresh
        ? [
            {
              id: 'refresh',
              head: <span className="p-vh">Read now</span>,
              align: 'right' as const,
              hide: 'sm' as const,
              cell: (source: Source) => (
                <IconButton
                  small
                  icon={IconRefresh}
                  label={`Read ${shortTarget(source.target).name} now`}
                  onClick={() => refresh.mutate(source)}
                />
              ),
            },
          ]
        : []),
    ],
    [mayRefresh, refresh],
  );
  return (
    <DataTable
      label="Sources"
      rows={sources}
      columns={columns}
      id={(source) => source.id}
      href={(source) => `/catalog/ingestion/${source.id}`}
      keys
    />
  );
}
