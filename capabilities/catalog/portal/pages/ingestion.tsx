import {
  count,
  EmptyFilter,
  LinkButton,
  Loaded,
  PageFoot,
  PageHeader,
  plural,
  QueryField,
  Segments,
  State,
  TextLink,
  useCrumbs,
  useData,
  useMay,
  useUrlState,
} from '@paved/ui';
import { IconDatabaseImport, IconFolderPlus } from '@tabler/icons-react';
import { useCallback } from 'react';
import { OrphanList } from '../ingestion/orphan-list.tsx';
import { NarrowBy } from '../ingestion/narrow-by.tsx';
import { allOf, ProblemView } from '../ingestion/problem-view.tsx';
import { PROVIDER_EVENTS, ProviderList, type ProviderPage } from '../ingestion/provider-list.tsx';
import { SOURCE_EVENTS, sourceStates, type ProblemPage, type SourcePage } from '../ingestion/source.ts';
import { SourceTable } from '../ingestion/source-table.tsx';

const views = ['sources', 'providers', 'problems', 'orphans'] as const;
type View = (typeof views)[number];

/** Where the catalog reads from, how that goes, and what is wrong there. */
export function Page() {
  useCrumbs([{ label: 'Catalog', href: '/catalog?kind=Component' }, { label: 'Sources' }]);
  const { params, set } = useUrlState();
  const view: View = views.find((name) => name === params.get('view')) ?? 'sources';
  const mayRegister = useMay('catalog.location.create');
  const problems = useData<ProblemPage>('/api/catalog/problems', { query: { limit: 0 }, live: SOURCE_EVENTS }).data;
  const orphans = useData<{ totalItems: number }>('/api/catalog/orphans', { query: { limit: 1 }, live: SOURCE_EVENTS });
  const stale = useData<{ totalItems: number }>('/api/catalog/entities/by-query', {
    query: { limit: 0, filter: 'ingestion=stale' },
    live: SOURCE_EVENTS,
  }).data;
  const providers = useData<ProviderPage>('/api/catalog/providers', { live: PROVIDER_EVENTS });
  const find = useCallback(
    (text: string) =>
      set((query) => {
        query.delete('cursor');
        if (text === '') query.delete('search');
        else query.set('search', text);
      }),
    [set],
  );
  return (
    <>
      <PageHeader
        title="Sources"
        lede="Where the catalog reads from, how that goes, and what is wrong there."
        actions={
          mayRegister ? (
            <LinkButton look="primary" icon={IconFolderPlus} href="/catalog/register">
              Register a source
            </LinkButton>
          ) : undefined
        }
      />
      <div className="p-row wrap" style={{ marginBottom: 12 }}>
        <Segments
          label="What is shown"
          value={view}
          onChange={(next) =>
            set((query) => {
              for (const key of ['cursor', 'search', 'state', 'kind']) query.delete(key);
              if (next === 'sources') query.delete('view');
              else query.set('view', next);
            })
          }
          options={[
            { value: 'sources', label: 'Sources' },
            { value: 'providers', label: 'Providers', count: some(providers.data?.items.length) },
            { value: 'problems', label: 'Problems', count: problems && allOf(problems.kinds) },
            { value: 'orphans', label: 'Orphans', count: some(orphans.data?.totalItems) },
          ]}
        />
        {view === 'sources' || view === 'problems' ? (
          <div className="p-ingestion-find">
            <QueryField
              key={view}
              tokens={[]}
              text={params.get('search') ?? ''}
              placeholder={view === 'sources' ? 'Find a source' : 'Find a problem'}
              onText={find}
              onRemove={() => undefined}
            />
          </div>
        ) : null}
        {stale !== undefined && stale.totalItems > 0 ? (
          <TextLink href="/catalog?ingestion=stale">{plural(stale.totalItems, 'old version')} kept</TextLink>
        ) : null}
      </div>
      {view === 'providers' ? <ProviderList /> : null}
      {view === 'sources' ? <Sources /> : view === 'orphans' ? <OrphanList /> : null}
      {view === 'problems' ? <ProblemView /> : null}
    </>
  );
}

/** No number where there is nothing: four views fit a phone. */
const some = (n: number | undefined): number | undefined => (n === 0 ? undefined : n);

/** So many are one page: heads sort all of them. */
const PAGE = 500;

function Sources() {
  const { params, set } = useUrlState();
  const search = params.get('search') ?? undefined;
  const state = params.get('state') ?? undefined;
  const cursor = params.get('cursor') ?? undefined;
  const mayRefresh = useMay('catalog.entity.refresh');
  const sources = useData<SourcePage>('/api/catalog/sources', {
    query: { limit: PAGE, search, state, cursor },
    live: SOURCE_EVENTS,
    keep: true,
  });
  const narrow = (next: string | undefined) =>
    set(
      (query) => {
        query.delete('cursor');
        if (next === undefined) query.delete('state');
        else query.set('state', next);
      },
      { push: true },
    );
  return (
    <Loaded query={sources} what="Sources">
      {(page) => {
        const all = Object.values(page.states).reduce((sum, n) => sum + n, 0);
        if (all === 0)
          return (
            <State
              icon={IconDatabaseImport}
              title="No sources yet"
              actions={<LinkButton href="/catalog/register">Register a source</LinkButton>}
            >
              A source is a file, a folder, an address or a Git repository with catalog-info.yaml files. Paved reads it now and whenever it
              changes.
            </State>
          );
        return (
          <>
            <NarrowBy
              label="States of sources"
              sorts={[
                { value: undefined, label: 'All', count: all },
                ...sourceStates.map(({ state: value, word }) => ({ value, label: word, count: page.states[value] })),
              ]}
              value={state}
              onChange={narrow}
            />
            {page.items.length === 0 ? (
              <EmptyFilter
                noun="source"
                filters={(search === undefined ? 0 : 1) + (state === undefined ? 0 : 1)}
                onClear={() => set((query) => ['search', 'state', 'cursor'].forEach((key) => query.delete(key)))}
              />
            ) : (
              <>
                <SourceTable sources={page.items} mayRefresh={mayRefresh} />
                <PageFoot pageInfo={page.pageInfo} first="First" next="Next">
                  {count(page.items.length)} of {count(page.totalItems)}
                  {page.totalItems < all ? `, ${count(all)} in all` : ''}
                </PageFoot>
              </>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
