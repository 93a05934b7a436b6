import {
  api,
  Button,
  count,
  DataTable,
  DestroyDialog,
  Glyph,
  IconButton,
  Link,
  Loaded,
  plural,
  RelativeTime,
  State,
  toast,
  useChange,
  useData,
  useMay,
  type Column,
  type StatusName,
} from '@paved/ui';
import { IconPlugConnected, IconRefresh } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

/** A provider as `GET /api/catalog/providers` answers it. */
interface Provider {
  readonly name: string;
  readonly type: string;
  readonly target: string;
  readonly schedule: string;
  readonly configured: boolean;
  readonly syncedAt: string | null;
  readonly succeededAt: string | null;
  readonly retryAt: string | null;
  readonly runId: string | null;
  readonly error: string | null;
  readonly held: { readonly removed: number; readonly of: number } | null;
  readonly problems: readonly { readonly at: string; readonly message: string; readonly fix?: string }[];
  readonly entities: number;
  readonly locations: number;
  readonly locationsWithEntities: number;
  readonly fileProblems: number;
}

export interface ProviderPage {
  readonly items: readonly Provider[];
}

export const PROVIDER_EVENTS = ['catalog.provider.synced', 'catalog.source.read'];

const kinds: Readonly<Record<string, string>> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea',
  bitbucket: 'Bitbucket',
  azure: 'Azure DevOps',
  ldap: 'LDAP',
};

function lookOf(provider: Provider): { status: StatusName; word: string } {
  if (provider.held !== null) return { status: 'waiting', word: 'Removal waits' };
  if (provider.retryAt !== null) return { status: 'suspended', word: 'Asked to wait' };
  if (provider.error !== null) return { status: 'failed', word: 'Failing' };
  if (!provider.configured) return { status: 'unknown', word: 'Left the configuration' };
  if (provider.syncedAt === null) return { status: 'queued', word: 'Not asked yet' };
  return provider.problems.length > 0 ? { status: 'degraded', word: 'Has problems' } : { status: 'healthy', word: 'In sync' };
}

/** A cron expression in words, for the usual ones. */
function rhythmOf(cron: string): string {
  const [, minutes, hours, daily] = /^\d+(?:-59\/(\d+) \*|(?: \d+-23\/(\d+))|( \d+)|(?: \*)) \* \* \*$/.exec(cron) ?? [];
  if (minutes !== undefined) return `every ${minutes} min`;
  if (hours !== undefined) return `every ${hours} h`;
  if (daily !== undefined) return 'every day';
  return /^\d+ \* \* \* \*$/.test(cron) ? 'every hour' : cron;
}

const bringsOf = (provider: Provider): string =>
  [
    plural(provider.entities, 'entity', 'entities'),
    ...(provider.locations === 0
      ? []
      : [`${count(provider.locationsWithEntities)} of ${plural(provider.locations, 'repository', 'repositories')}`]),
  ].join(' · ');

/** Forges and directories that say what exists: what they bring, when they were asked, what is wrong. */
export function ProviderList() {
  const mayAsk = useMay('catalog.provider.sync');
  const providers = useData<ProviderPage>('/api/catalog/providers', { live: PROVIDER_EVENTS });
  const [held, setHeld] = useState<Provider>();
  const ask = useChange(
    ({ provider, confirm }: { provider: Provider; confirm: boolean }) =>
      api.post<{ runId: string }>(`/api/catalog/providers/${encodeURIComponent(provider.name)}/sync`, { confirm }),
    {
      refresh: ['/api/catalog/providers'],
      done: (_run, { provider }) => {
        setHeld(undefined);
        toast(`Asking ${provider.target}`, { status: 'progressing' });
      },
    },
  );
  const columns = useMemo(
    (): readonly Column<Provider>[] => [
      {
        id: 'provider',
        head: 'Provider',
        fill: true,
        sort: (provider) => provider.name,
        cell: (provider) => {
          const look = lookOf(provider);
          const reason = provider.error ?? provider.problems[0]?.message;
          return (
            <span className="p-namecell">
              <Glyph status={look.status} label={look.word} />
              <span style={{ minWidth: 0 }} className="p-trunc">
                {provider.runId === null ? (
                  <span className="p-name">{provider.name}</span>
                ) : (
                  <Link href={`/runs/${provider.runId}`} className="p-name">
                    {provider.name}
                  </Link>
                )}
                <small title={reason}> {reason ?? provider.target}</small>
                <span className="under">{bringsOf(provider)}</span>
              </span>
            </span>
          );
        },
      },
      {
        id: 'state',
        head: 'State',
        hide: 'sm',
        sort: (provider) => lookOf(provider).word,
        cell: (provider) =>
          provider.held !== null && mayAsk ? (
            <Button small onClick={() => setHeld(provider)}>
              Confirm {plural(provider.held.removed, 'removal')}
            </Button>
          ) : (
            <span className={`p-status ${lookOf(provider).status}`}>{lookOf(provider).word}</span>
          ),
      },
      {
        id: 'kind',
        head: 'Kind',
        hide: 'lg',
        sort: (provider) => provider.type,
        cell: (provider) => kinds[provider.type] ?? provider.type,
      },
      { id: 'brings', head: 'Brings', hide: 'sm', sort: (provider) => provider.entities, cell: bringsOf },
      {
        id: 'problems',
        head: 'Problems',
        align: 'right',
        hide: 'sm',
        sort: (provider) => provider.fileProblems + provider.problems.length,
        cell: (provider) => {
          const all = provider.fileProblems + provider.problems.length;
          return all === 0 ? '' : count(all);
        },
      },
      {
        id: 'synced',
        head: 'Last good sync',
        align: 'right',
        sort: (provider) => provider.succeededAt ?? '',
        cell: (provider) => (provider.succeededAt === null ? 'never' : <RelativeTime at={provider.succeededAt} />),
      },
      {
        id: 'schedule',
        head: 'Asked',
        align: 'right',
        hide: 'lg',
        cell: (provider) => <span title={`${provider.schedule} (UTC)`}>{rhythmOf(provider.schedule)}</span>,
      },
      ...(mayAsk
        ? [
            {
              id: 'ask',
              head: <span className="p-vh">Ask now</span>,
              align: 'right' as const,
              hide: 'sm' as const,
              cell: (provider: Provider) =>
                provider.configured ? (
                  <IconButton
                    small
                    icon={IconRefresh}
                    label={`Ask ${provider.name} now`}
                    onClick={() => ask.mutate({ provider, confirm: false })}
                  />
                ) : null,
            },
          ]
        : []),
    ],
    [mayAsk, ask],
  );
  return (
    <Loaded query={providers} what="Providers">
      {({ items }) =>
        items.length === 0 ? (
          <State icon={IconPlugConnected} title="No providers yet">
            A provider finds repositories on a forge, or reads people and teams from a forge or an LDAP directory. It is configured below
            catalog.providers in paved.yaml.
          </State>
        ) : (
          <>
            <DataTable label="Providers" rows={items} columns={columns} id={(provider) => provider.name} />
            {held?.held === undefined || held.held === null ? null : (
              <DestroyDialog
                opened
                onClose={() => setHeld(undefined)}
                title={`Remove ${plural(held.held.removed, 'entity', 'entities')}`}
                keep="Keep them"
                destroy="Remove them"
                working={ask.isPending}
                error={ask.error}
                onDestroy={() => ask.mutate({ provider: held, confirm: true })}
              >
                <p>
                  {held.target} no longer names {count(held.held.removed)} of {plural(held.held.of, 'entity', 'entities')}. It is asked once
                  more, and what it does not name then leaves the catalog.
                </p>
              </DestroyDialog>
            )}
          </>
        )
      }
    </Loaded>
  );
}
