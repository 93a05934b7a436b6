import { ActorName, DataTable, EntityLink, RelativeTime, Tag, type Column } from '@paved/ui';
import { useMemo } from 'react';

export interface AuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: { readonly ref: string; readonly displayName: string; readonly door: string; readonly token?: string };
  readonly action: string;
  readonly subject: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

const ENTITY = /^[a-z]+:[\w.-]+\/[\w.-]+$/;

/** "environment dev, version 1.4.0" of the facts. */
const factWords = (facts: AuditEntry['facts']): string =>
  Object.entries(facts)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([key, value]) => `${key} ${String(value).slice(0, 40)}`)
    .join(', ');

/** Changes as rows. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const columns = useMemo(
    (): readonly Column<AuditEntry>[] => [
      {
        id: 'action',
        head: 'What',
        cell: (entry) => (
          <span className="p-mono" style={{ color: 'var(--p-text)' }}>
            {entry.action}
          </span>
        ),
      },
      {
        id: 'subject',
        head: 'On',
        fill: true,
        cell: (entry) => (
          <span className="p-trunc" style={{ display: 'block' }}>
            {ENTITY.test(entry.subject) ? <EntityLink entityRef={entry.subject} /> : entry.subject}{' '}
            <span className="p-t3 hide-lg">{factWords(entry.facts)}</span>
          </span>
        ),
      },
      {
        id: 'actor',
        head: 'Who',
        hide: 'sm',
        cell: (entry) => (
          <>
            <ActorName actor={entry.actor} /> {entry.actor.token ? <Tag>{entry.actor.token}</Tag> : null}
          </>
        ),
      },
      { id: 'door', head: 'Through', hide: 'lg', cell: (entry) => entry.actor.door },
      { id: 'seq', head: 'No.', hide: 'lg', align: 'right', cell: (entry) => <span title={entry.hash}>{entry.seq}</span> },
      { id: 'at', head: 'When', align: 'right', cell: (entry) => <RelativeTime at={entry.at} /> },
    ],
    [],
  );
  return <DataTable label="Changes" rows={entries} columns={columns} id={(entry) => String(entry.seq)} density="compact" />;
}
