import { refOf, type Entity } from '@paved/kernel';
import {
  api,
  BulkBar,
  Button,
  capital,
  count,
  createStored,
  DataTable,
  EmptyFilter,
  EntityLink,
  entityHref,
  Facets,
  FacetsButton,
  Icon,
  iconOf,
  Link,
  LinkButton,
  Loaded,
  nameOf,
  PageHeader,
  QueryField,
  related,
  RelativeTime,
  SkeletonRows,
  State,
  Status,
  TabLinks,
  Tag,
  titleOf,
  typeWords,
  toast,
  useChange,
  useCrumbs,
  useData,
  useSession,
  useUrlState,
  byWorst,
  type Column,
  type FacetGroup,
} from '@paved/ui';
import { IconFolderPlus, IconLayoutGrid, IconPlus, IconX } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import {
  filterKeys,
  filterNames,
  filtersOf,
  filterText,
  tokensOf,
  valueWords,
  type EntityPage,
  type FacetAnswer,
  type FilterKey,
} from '../catalog-query.ts';
import { useWorkloads, type Workload } from '../workloads.ts';
import './catalog-list.css';

const PAGE = 50;
const savedViews = createStored<readonly { readonly name: string; readonly query: string }[]>('catalog-views', []);
const LIVE = ['catalog.entity.changed'];
const FIELDS =
  'kind,apiVersion,metadata.name,metadata.namespace,metadata.title,metadata.description,metadata.tags,spec.type,spec.lifecycle,relations';

/** Everything that exists, narrowed by facets, words and views; the address holds all of it. */
export function Page() {
  useCrumbs([{ label: 'Catalog' }]);
  const session = useSession();
  const { params, set } = useUrlState();
  const filters = filtersOf(params);
  const text = params.get('q') ?? '';
  const offset = Number(params.get('offset') ?? 0);
  const filter = filterText(filters);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const saved = savedViews.use();
  const workloads = useWorkloads();

  const entities = useData<EntityPage>('/api/catalog/entities/by-query', {
    query: {
      limit: PAGE,
      offset,
      filter,
      fields: FIELDS,
      orderField: 'metadata.name,asc',
      ...(text === ''
        ? {}
        : { fullTextFilterTerm: text, fullTextFilterFields: 'metadata.name,metadata.title,metadata.description,metadata.tags,spec.owner' }),
    },
    live: LIVE,
    keep: true,
  });
  const narrowed = filterNames.filter((key) => filters[key].length > 0);
  const shared = useData<FacetAnswer>('/api/catalog/entity-facets', {
    query: { facet: filterNames.map((key) => filterKeys[key].field), filter },
    live: LIVE,
    keep: true,
  });
  const kinds = useData<FacetAnswer>('/api/catalog/entity-facets', {
    query: { facet: [filterKeys.kind.field], filter: filterText(filters, 'kind') },
    live: LIVE,
    keep: true,
    off: !narrowed.includes('kind'),
  });
  const owners = useData<FacetAnswer>('/api/catalog/entity-facets', {
    query: { facet: [filterKeys.owner.field], filter: filterText(filters, 'owner') },
    live: LIVE,
    keep: true,
    off: !narrowed.includes('owner'),
  });
  const types = useData<FacetAnswer>('/api/catalog/entity-facets', {
    query: { facet: [filterKeys.type.field], filter: filterText(filters, 'type') },
    live: LIVE,
    keep: true,
    off: !narrowed.includes('type'),
  });
  const own: Partial<Record<FilterKey, FacetAnswer | undefined>> = { kind: kinds.data, owner: owners.data, type: types.data };

  const groups: readonly FacetGroup[] = filterNames
    .map((key) => {
      const { field, title } = filterKeys[key];
      const answer = (narrowed.includes(key) ? (own[key] ?? shared.data) : shared.data)?.facets[field] ?? [];
      const missing = filters[key].filter((value) => !answer.some((entry) => entry.value === value)).map((value) => ({ value, count: 0 }));
      return {
        key,
        title,
        options: [...answer, ...missing]
          .toSorted((a, b) => b.count - a.count || a.value.localeCompare(b.value))
          .map((entry) => ({ value: entry.value, label: valueWords(key, entry.value), count: entry.count })),
      };
    })
    .filter((group) => group.options.length > 0);

  const change = useCallback(
    (edit: (next: URLSearchParams) => void) => {
      setSelected(new Set());
      set((next) => {
        next.delete('offset');
        edit(next);
      });
    },
    [set],
  );
  const toggle = (key: string, value: string) =>
    change((next) => {
      const values = next.getAll(key);
      next.delete(key);
      for (const one of values.includes(value) ? values.filter((other) => other !== value) : [...values, value]) next.append(key, one);
    });
  const setText = useCallback((value: string) => change((next) => (value === '' ? next.delete('q') : next.set('q', value))), [change]);
  const clear = () => change((next) => ['q', ...filterNames].forEach((key) => next.delete(key)));
  const tokens = tokensOf(filters);
  const active = tokens.length + (text === '' ? 0 : 1);

  const refresh = useChange<ReadonlySet<string>>(
    async (refs) => {
      await Promise.all([...refs].map((entityRef) => api.post('/api/catalog/refresh', { entityRef })));
    },
    {
      refresh: ['/api/catalog'],
      done: (_, refs) => {
        setSelected(new Set());
        toast(`${count(refs.size)} read again from their source`);
      },
      failed: (error) => toast(error.message, { status: 'failed', ...(error.fix ? { note: error.fix } : {}) }),
    },
  );

  const queryOf = (entries: readonly (readonly [string, string])[]) =>
    `/catalog${entries.length === 0 ? '' : `?${new URLSearchParams(entries.map(([key, value]) => [key, value]))}`}`;
  const mine = session?.actor.groups ?? [];
  const here = (() => {
    const query = new URLSearchParams(params);
    query.delete('offset');
    const rest = query.toString();
    return `/catalog${rest === '' ? '' : `?${rest}`}`;
  })();
  const tabs = [
    { label: 'Components', href: queryOf([['kind', 'Component']]) },
    ...(mine.length > 0 ? [{ label: 'My teams', href: queryOf(mine.map((ref) => ['owner', ref] as const)) }] : []),
    { label: 'Everything', href: '/catalog' },
    ...saved.map((view) => ({ label: view.name, href: `/catalog?${view.query}` })),
  ];
  const known = tabs.some((tab) => tab.href === here);
  const savedHere = saved.find((view) => `/catalog?${view.query}` === here);

  const columns = useMemo((): readonly Column<Entity>[] => {
    const runs = (entity: Entity): { health: Workload['health']; workloads: readonly Workload[] } | undefined =>
      workloads?.get(refOf(entity));
    const complete = (entities.data?.totalItems ?? 0) <= PAGE;
    return [
      {
        id: 'name',
        head: 'Name',
        fill: true,
        ...(complete ? { sort: (entity: Entity) => titleOf(entity) } : {}),
        cell: (entity) => {
          const lifecycle = entity.spec?.['lifecycle'];
          const owner = related(entity, 'ownedBy')[0];
          return (
            <span className="p-namecell">
              <Icon of={iconOf(entity.kind, entity.spec?.['type'])} />
              <Link href={entityHref(refOf(entity))} className="p-name p-trunc">
                {titleOf(entity)}
              </Link>
              {lifecycle === 'experimental' || lifecycle === 'deprecated' ? <Tag>{capital(lifecycle)}</Tag> : null}
              <small className="p-trunc">{entity.metadata.description}</small>
              <span className="under">
                {entity.kind}
                {owner ? ` · ${capital(nameOf(owner))}` : ''}
              </span>
            </span>
          );
        },
      },
      {
        id: 'type',
        head: 'Type',
        hide: 'sm',
        ...(complete ? { sort: (entity: Entity) => String(entity.spec?.['type'] ?? entity.kind) } : {}),
        cell: (entity) =>
          entity.kind === 'Component' || typeof entity.spec?.['type'] === 'string'
            ? typeWords(String(entity.spec?.['type'] ?? entity.kind))
            : entity.kind,
      },
      {
        id: 'owner',
        head: 'Owner',
        hide: 'sm',
        ...(complete ? { sort: (entity: Entity) => nameOf(related(entity, 'ownedBy')[0] ?? '~') } : {}),
        cell: (entity) => {
          const owner = related(entity, 'ownedBy')[0];
          return owner ? (
            <EntityLink entityRef={owner}>{capital(nameOf(owner))}</EntityLink>
          ) : (
            <span className="p-t3">{entity.kind === 'Component' ? 'No owner' : '–'}</span>
          );
        },
      },
      {
        id: 'system',
        head: 'Part of',
        hide: 'lg',
        cell: (entity) => {
          const parent = related(entity, 'partOf')[0];
          return parent ? <EntityLink entityRef={parent}>{capital(nameOf(parent))}</EntityLink> : <span className="p-t3">–</span>;
        },
      },
      {
        id: 'health',
        head: 'Health',
        ...(complete
          ? {
              sort: (entity: Entity) =>
                ['failed', 'degraded', 'waiting', 'unknown', 'progressing', 'healthy', 'suspended'].indexOf(
                  runs(entity)?.health ?? 'none',
                ) + 1 || 9,
            }
          : {}),
        cell: (entity) => {
          const state = runs(entity);
          return state ? <Status status={state.health} /> : entity.kind === 'Component' ? <span className="p-t3">Not deployed</span> : null;
        },
      },
      {
        id: 'where',
        head: 'Runs in',
        hide: 'xl',
        cell: (entity) =>
          (runs(entity)?.workloads ?? [])
            .toSorted((a, b) => byWorst(a.health, b.health))
            .map((workload) => (
              <span key={workload.environment} style={{ marginRight: 12 }}>
                {workload.environment} <span className="p-t3 p-num">{workload.version?.slice(0, 16)}</span>
              </span>
            )),
      },
      {
        id: 'deployed',
        head: 'Deployed',
        align: 'right',
        hide: 'sm',
        cell: (entity) => {
          const last = (runs(entity)?.workloads ?? [])
            .flatMap((workload) => (workload.deployedAt ? [workload.deployedAt] : []))
            .toSorted()
            .at(-1);
          return last ? <RelativeTime at={last} /> : null;
        },
      },
    ];
  }, [workloads, entities.data]);

  return (
    <div className="p-full">
      <div className="p-catalog-head">
        <PageHeader
          title="Catalog"
          actions={
            <>
              <LinkButton href="/import" icon={IconFolderPlus}>
                Import from Git
              </LinkButton>
              <LinkButton href="/create" look="primary" icon={IconPlus}>
                Create
              </LinkButton>
            </>
          }
        />
        <TabLinks
          label="Views"
          tabs={tabs.map((tab) => ({ ...tab, ...(tab.href === here && entities.data ? { note: count(entities.data.totalItems) } : {}) }))}
          current={here}
        />
      </div>
      <div className="p-catalog">
        <div className="facets">
          <Facets
            groups={groups}
            chosen={(key) => filters[key as FilterKey]}
            onToggle={toggle}
            onClear={(key) => change((next) => next.delete(key))}
          />
        </div>
        <div className="list">
          <div className="bar">
            <QueryField
              tokens={tokens}
              text={text}
              placeholder="Search name, tag, owner"
              onText={setText}
              onRemove={(token) => toggle(token.key, token.value)}
            />
            <FacetsButton
              groups={groups}
              active={active}
              chosen={(key) => filters[key as FilterKey]}
              onToggle={toggle}
              onClear={(key) => change((next) => next.delete(key))}
            />
            {active > 0 && !known ? (
              <Button
                icon={IconPlus}
                onClick={() => {
                  const query = here.split('?')[1] ?? '';
                  const name = tokens.map((token) => capital(valueWords(token.key, token.value))).join(', ') || `“${text}”`;
                  savedViews.set([...saved, { name, query }]);
                }}
              >
                Save view
              </Button>
            ) : null}
            {savedHere ? (
              <Button icon={IconX} onClick={() => savedViews.set(saved.filter((view) => view !== savedHere))}>
                Forget view
              </Button>
            ) : null}
          </div>
          <Loaded query={entities} what="Entities" skeleton={<SkeletonRows label="Entities" rows={14} height={40} />}>
            {(page) =>
              // Columns are as wide as what is in them: a table that is filled twice moves.
              workloads === undefined ? (
                <SkeletonRows label="Entities" rows={14} height={40} />
              ) : page.totalItems === 0 && active === 0 ? (
                <State
                  icon={IconLayoutGrid}
                  title="The catalog is empty"
                  actions={
                    <LinkButton href="/create" look="primary">
                      Create a service
                    </LinkButton>
                  }
                >
                  The catalog lists everything that exists: services, teams, systems, environments. Create a service, import one from Git,
                  or register a catalog file.
                </State>
              ) : page.items.length === 0 ? (
                <EmptyFilter
                  noun={filters.kind.length === 1 ? String(filters.kind[0]).toLowerCase() : 'entity'}
                  filters={active}
                  onClear={clear}
                  {...(tokens.length > 0
                    ? {
                        onDrop: () => {
                          const last = tokens.at(-1);
                          if (last) toggle(last.key, last.value);
                        },
                      }
                    : {})}
                />
              ) : (
                <DataTable
                  label="Entities"
                  rows={page.items}
                  columns={columns}
                  id={refOf}
                  href={(entity) => entityHref(refOf(entity))}
                  density="compact"
                  selected={selected}
                  onSelect={setSelected}
                  keys
                />
              )
            }
          </Loaded>
          {entities.data && entities.data.items.length > 0 ? (
            <div className="foot">
              <div className="p-tablefoot">
                <span className="p-num">
                  {count(offset + 1)}–{count(offset + entities.data.items.length)} of {count(entities.data.totalItems)}
                </span>
                <span className="hide-sm">{entities.data.totalItems > PAGE ? 'Sorted by name' : ''}</span>
                <span className="pages">
                  {offset > 0 ? (
                    <Button
                      small
                      onClick={() =>
                        set((next) => (offset <= PAGE ? next.delete('offset') : next.set('offset', String(offset - PAGE))), { push: true })
                      }
                    >
                      Previous
                    </Button>
                  ) : null}
                  {offset + PAGE < entities.data.totalItems ? (
                    <Button small onClick={() => set((next) => next.set('offset', String(offset + PAGE)), { push: true })}>
                      Next
                    </Button>
                  ) : null}
                </span>
              </div>
            </div>
          ) : null}
          <BulkBar
            selected={selected.size}
            onClear={() => setSelected(new Set())}
            actions={[{ label: refresh.isPending ? 'Reading…' : 'Read again', run: () => refresh.mutate(selected) }]}
          />
          <span className="p-vh" aria-live="polite">
            {entities.data ? `${entities.data.totalItems} found` : ''}
          </span>
        </div>
      </div>
    </div>
  );
}
