import { refOf, type Entity } from '@paved/kernel';
import {
  api,
  Button,
  Combobox,
  count,
  Loaded,
  nameOf,
  PageFoot,
  Segments,
  State,
  titleOf,
  useData,
  useUrlState,
  type ComboOption,
} from '@paved/ui';
import { IconHistory } from '@tabler/icons-react';
import { useId } from 'react';
import { ChangesList } from './changes-list.tsx';
import type { VersionPage } from './versions.ts';

interface Changes extends VersionPage {
  readonly counts: { readonly added: number; readonly updated: number; readonly removed: number };
  readonly kinds: readonly { readonly kind: string; readonly count: number }[];
}

const HOUR = 3_600_000;
const spans = { day: 24, week: 7 * 24, month: 30 * 24 } as const;
type Span = keyof typeof spans;
const spanWords: Readonly<Record<Span, string>> = { day: 'a day', week: 'a week', month: 'a month' };

/** Full hours, so that the same question is asked again only when it has another answer. */
const sinceOf = (span: Span): string => new Date(Math.floor(Date.now() / HOUR) * HOUR - spans[span] * HOUR).toISOString();

const find =
  (kinds: readonly string[]) =>
  async (query: string): Promise<readonly ComboOption[]> => {
    const { items } = await api.get<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
      filter: kinds.map((kind) => `kind=${kind}`),
      limit: 12,
      orderField: 'metadata.name,asc',
      fields: 'kind,metadata.name,metadata.namespace,metadata.title',
      ...(query.trim() === '' ? {} : { fullTextFilterTerm: query, fullTextFilterFields: 'metadata.name,metadata.title' }),
    });
    return items.map((entity) => ({ value: refOf(entity), label: titleOf(entity), note: entity.kind }));
  };
const findTeam = find(['group']);
const findSystem = find(['system', 'domain']);

/** What changed; the address holds the filters. With `about` only for that team or system. */
export function ChangesView({ about }: { about?: { readonly team: string } | { readonly system: string } }) {
  const { params, set } = useUrlState();
  const id = useId();
  const asked = params.get('span');
  const span: Span = asked === 'day' || asked === 'month' ? asked : 'week';
  const [since, until, kind, cursor] = ['since', 'until', 'kind', 'cursor'].map((name) => params.get(name) ?? undefined);
  const team = about !== undefined && 'team' in about ? about.team : (params.get('team') ?? undefined);
  const system = about !== undefined && 'system' in about ? about.system : (params.get('system') ?? undefined);
  const put = (name: string, value: string | undefined): void =>
    set((next) => {
      next.delete('cursor');
      if (value === undefined) next.delete(name);
      else next.set(name, value);
    });
  const scope = { since: since ?? sinceOf(span), until, team, system };
  const changes = useData<Changes>('/api/catalog/changes', {
    query: { ...scope, kind, cursor, limit: 50 },
    // A page of the past stays as it is.
    live: cursor === undefined ? ['catalog.entity.changed', 'catalog.source.synced'] : [],
    keep: true,
  });
  const all = useData<Changes>('/api/catalog/changes', { query: { ...scope, limit: 0 }, off: kind === undefined, keep: true });
  const kinds = (kind === undefined ? changes.data : all.data)?.kinds ?? [];
  const filtered = kind !== undefined || (about === undefined && (team !== undefined || system !== undefined));
  return (
    <>
      <div className="p-changefilters">
        <Segments
          label="How far back"
          value={since === undefined ? span : ('' as Span)}
          options={[
            { value: 'day', label: 'Day' },
            { value: 'week', label: 'Week' },
            { value: 'month', label: 'Month' },
          ]}
          onChange={(value) =>
            set((next) => {
              for (const name of ['since', 'until', 'cursor', 'span']) next.delete(name);
              if (value !== 'week') next.set('span', value);
            })
          }
        />
        <select
          className="p-input sm"
          aria-label="Kind"
          value={kind ?? ''}
          onChange={(event) => put('kind', event.target.value || undefined)}
        >
          <option value="">Every kind</option>
          {[...kinds.map((one) => one.kind), ...(kind !== undefined && !kinds.some((one) => one.kind === kind) ? [kind] : [])].map(
            (one) => (
              <option key={one} value={one}>
                {one} ({kinds.find((known) => known.kind === one)?.count ?? 0})
              </option>
            ),
          )}
        </select>
        {about === undefined ? (
          <>
            <div className="combo">
              <Combobox
                id={`${id}t`}
                label="Team"
                placeholder="Every team"
                value={team}
                shown={team === undefined ? undefined : nameOf(team)}
                search={findTeam}
                onChange={(value) => put('team', value)}
              />
            </div>
            <div className="combo">
              <Combobox
                id={`${id}s`}
                label="System"
                placeholder="Every system"
                value={system}
                shown={system === undefined ? undefined : nameOf(system)}
                search={findSystem}
                onChange={(value) => put('system', value)}
              />
            </div>
          </>
        ) : null}
        {filtered ? (
          <Button
            small
            look="quiet"
            onClick={() => set((next) => ['kind', 'team', 'system', 'cursor'].forEach((name) => next.delete(name)))}
          >
            Clear
          </Button>
        ) : null}
        {changes.data === undefined || changes.data.totalItems === 0 ? null : (
          <span className="sum p-num" role="status">
            {count(changes.data.counts.added)} added, {count(changes.data.counts.updated)} changed, {count(changes.data.counts.removed)}{' '}
            removed
          </span>
        )}
      </div>
      <Loaded query={changes} what="The changes">
        {(page) =>
          page.items.length === 0 ? (
            <State icon={IconHistory} title={filtered ? 'Nothing like that changed' : 'Nothing changed'}>
              {since === undefined
                ? `For ${spanWords[span]} ${about === undefined ? 'the catalog is' : 'this is'} as it was${filtered ? ', where these filters look' : ''}.`
                : 'In that time nothing was added, changed or removed.'}
            </State>
          ) : (
            <>
              <ChangesList versions={page.items} />
              <PageFoot pageInfo={page.pageInfo} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
