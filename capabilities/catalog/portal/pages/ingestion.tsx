import {
  count,
  EmptyFilter,
  LinkButton,
  Loaded,
  PageFoot,
  PageHeader,
  Segments,
  State,
  useCrumbs,
  useData,
  useMay,
  useUrlState,
} from '@paved/ui';
import { IconDatabaseImport, IconFolderPlus } from '@tabler/icons-react';
import { OrphanList } from '../ingestion/orphan-list.tsx';
import { ProblemList } from '../ingestion/problem-list.tsx';
import { PROVIDER_EVENTS, ProviderList, type ProviderPage } from '../ingestion/provider-list.tsx';
import { SOURCE_EVENTS, type SourcePage, type SourceProblem } from '../ingestion/source.ts';
import { SourceTable } from '../ingestion/source-table.tsx';

const views = ['sources', 'providers', 'problems', 'orphans'] as const;
type View = (typeof views)[number];

/** Where the catalog reads from, how that goes, and what is wrong there. */
export function Page() {
  useCrumbs([{ label: 'Catalog', href: '/catalog?kind=Component' }, { label: 'Sources' }]);
  const { params, set } = useUrlState();
  const view: View = views.find((name) => name === params.get('view')) ?? 'sources';
  const mayRegister = useMay('catalog.location.create');
  const problems = useData<{ totalItems: number; items: readonly SourceProblem[] }>('/api/catalog/problems', {
    query: { limit: 500 },
    live: SOURCE_EVENTS,
  });
  const orphans = useData<{ totalItems: number }>('/api/catalog/orphans', { query: { limit: 1 }, live: SOURCE_EVENTS });
  const providers = useData<ProviderPage>('/api/catalog/providers', { live: PROVIDER_EVENTS });
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
              query.delete('cursor');
              if (next === 'sources') query.delete('view');
              else query.set('view', next);
            })
          }
          options={[
            { value: 'sources', label: 'Sources' },
            { value: 'providers', label: 'Providers', count: some(providers.data?.items.length) },
            { value: 'problems', label: 'Problems', count: problems.data?.totalItems },
            { value: 'orphans', label: 'Orphans', count: some(orphans.data?.totalItems) },
          ]}
        />
        {view === 'sources' ? (
          <input
            className="p-input sm"
            type="search"
            aria-label="Find a source"
            placeholder="Find a source"
            defaultValue={params.get('search') ?? ''}
            style={{ flex: '1 1 200px', maxWidth: 280 }}
            onChange={(event) => {
              const text = event.target.value;
              set((query) => {
                query.delete('cursor');
                if (text === '') query.delete('search');
                else query.set('search', text);
              });
            }}
          />
        ) : null}
      </div>
      {view === 'providers' ? <ProviderList /> : null}
      {view === 'sources' ? <Sources /> : view === 'orphans' ? <OrphanList /> : null}
      {view === 'problems' ? (
        <Loaded query={problems} what="Problems">
          {({ items, totalItems }) =>
            items.length === 0 ? (
              <State status="healthy" title="Every document is good">
                Broken documents, names that two sources claim, and files that are missing would stand here with line and reason.
              </State>
            ) : (
              <>
                <ProblemList problems={items} withSource />
                {items.length < totalItems ? (
                  <div className="p-tablefoot">
                    <span>
                      {count(items.length)} of {count(totalItems)}; open a source to see all of its problems
                    </span>
                  </div>
                ) : null}
              </>
            )
          }
        </Loaded>
      ) : null}
    </>
  );
}

/** No number where there is nothing: four views fit a phone. */
const some = (n: number | undefined): number | undefined => (n === 0 ? undefined : n);

function Sources() {
  const { params, set } = useUrlState();
  const search = params.get('search') ?? undefined;
  const state = params.get('state') ?? undefined;
  const cursor = params.get('cursor') ?? undefined;
  const mayRefresh = useMay('catalog.entity.refresh');
  const sources = useData<SourcePage>('/api/catalog/sources', {
    query: { limit: 50, search, state, cursor },
    live: SOURCE_EVENTS,
    keep: true,
  });
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
        if (page.items.length === 0)
          return (
            <EmptyFilter
              noun="source"
              filters={(search === undefined ? 0 : 1) + (state === undefined ? 0 : 1)}
              onClear={() => set((query) => ['search', 'state', 'cursor'].forEach((key) => query.delete(key)))}
            />
          );
        return (
          <>
            <SourceTable sources={page.items} mayRefresh={mayRefresh} />
            <PageFoot pageInfo={page.pageInfo} first="First" next="Next">
              {count(page.items.length)} of {count(page.totalItems)}
              {page.totalItems < all ? `, ${count(all)} in all` : ''}
            </PageFoot>
          </>
        );
      }}
    </Loaded>
  );
}
