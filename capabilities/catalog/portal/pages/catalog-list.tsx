import {
  capital,
  downloadFrom,
  Facets,
  FacetsButton,
  LinkButton,
  nameOf,
  PageHeader,
  QueryField,
  SkeletonRows,
  TabLinks,
  useCrumbs,
  useGo,
  useSession,
  useUrlState,
} from '@paved/ui';
import { IconDownload, IconFolderPlus, IconHistory, IconPlus, IconScan } from '@tabler/icons-react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { exportHref } from '../list/bulk-actions.tsx';
import { usualColumns } from '../list/columns.tsx';
import { EntityRows } from '../list/entity-rows.tsx';
import { ListDisplay } from '../list/list-display.tsx';
import { fieldOf, idOf, valueWords } from '../list/list-fields.ts';
import { conditions, hrefOf, onlyKind, readState, stateOf, toggled, writeState, type ListState } from '../list/list-state.ts';
import { useFacets } from '../list/use-facets.ts';
import { pluralOf, useKinds } from '../list/use-kinds.ts';
import { defaultView, viewState } from '../list/saved-view.ts';
import { useViews } from '../list/use-views.ts';
import { ViewBar } from '../list/view-bar.tsx';
import './catalog-list.css';

/** Everything that exists, narrowed by facets, words and views; the address holds all of it. */
export function Page() {
  useCrumbs([{ label: 'Catalog' }]);
  const go = useGo();
  const session = useSession();
  const { params, set } = useUrlState();
  const address = params.toString();
  const state = useMemo(() => readState(new URLSearchParams(address)), [address]);
  const views = useViews();
  const kinds = useKinds();
  const view = views?.find((entry) => entry.id === state.view);

  // A bare list of a kind opens with its default view, in place: going back does not come by here again.
  const opening = views === undefined ? undefined : defaultView(state, views);
  useEffect(() => {
    if (opening) go(hrefOf(viewState(opening)), { replace: true });
  }, [opening?.id]); // oxlint-disable-line react-hooks/exhaustive-deps -- once per default

  const kind = onlyKind(state);
  const info = kind === undefined ? undefined : kinds.get(kind.toLowerCase());
  /** Fields that the kind names, beside those every list knows, with their words. */
  const titles = useMemo(
    () => new Map((info?.columns ?? []).filter(({ field }) => idOf(field) === field).map((column) => [column.field, column.title])),
    [info],
  );
  const usual = usualColumns(
    kind,
    (info?.columns ?? []).map(({ field }) => idOf(field)),
  );
  const columns = state.columns ?? usual;

  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  });
  /** Choices are steps one can go back; typing is not, letter by letter. */
  const change = useCallback(
    (next: ListState, step = true) => {
      const query = writeState(next);
      set(
        (now) => {
          for (const key of [...now.keys()]) now.delete(key);
          for (const [key, value] of new URLSearchParams(query)) now.append(key, value);
        },
        { push: step },
      );
    },
    [set],
  );
  const setText = useCallback((text: string) => change({ ...latest.current, text, closed: [] }, false), [change]);

  const { groups, failed, busy } = useFacets(state, titles);
  const facets = {
    groups: groups ?? [],
    chosen: (id: string) => state.filters[id] ?? [],
    onToggle: (id: string, value: string) => change(toggled(state, id, value)),
    onClear: (id: string) => {
      const { [id]: _gone, ...filters } = state.filters;
      change({ ...state, filters, closed: [] });
    },
    onBusy: busy,
  };
  const tokens = Object.entries(state.filters).flatMap(([id, values]) =>
    values.map((value) => ({ key: id, value, label: `${fieldOf(id, titles.get(id)).word} ${valueWords(id, value)}` })),
  );

  const mine = session?.actor.groups ?? [];
  const team = writeState({ ...stateOf(''), filters: { owner: mine } });
  const here = writeState({ ...state, view: undefined, closed: [] });
  const builtIn = [
    { label: 'Components', query: 'kind=Component' },
    ...(mine.length > 0 ? [{ label: mine.length === 1 ? capital(nameOf(mine[0] ?? '')) : 'My teams', query: team }] : []),
    { label: 'Everything', query: '' },
  ];
  const tabs = [
    ...builtIn.map((tab) => ({
      label: tab.label,
      href: hrefOf({ ...stateOf(tab.query), view: tab.query === '' ? undefined : 'all' }),
      query: tab.query,
    })),
    ...(views ?? []).map((entry) => ({ label: entry.name, href: hrefOf(viewState(entry)), query: undefined })),
  ];
  const current = view === undefined ? tabs.find((tab) => tab.query === here)?.href : hrefOf(viewState(view));

  // The table's heads stick below the bar, however many lines the conditions take.
  const list = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = () => {
      const sticks = bar.current !== null && getComputedStyle(bar.current).position === 'sticky';
      list.current?.style.setProperty('--p-table-top', `calc(var(--p-top-h) + ${sticks ? bar.current?.offsetHeight : 0}px)`);
    };
    place();
    const watching = new ResizeObserver(place);
    if (bar.current) watching.observe(bar.current);
    return () => watching.disconnect();
  }, []);

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
          more={[
            { label: 'Create an entity', icon: IconPlus, href: '/editing/new' },
            { label: 'Onboard repositories', icon: IconScan, href: '/onboarding' },
            { label: 'See what changed', icon: IconHistory, href: '/catalog/changes' },
            { label: 'Export as CSV', icon: IconDownload, run: () => downloadFrom(exportHref(state, columns, 'csv')) },
            { label: 'Export as JSON', icon: IconDownload, run: () => downloadFrom(exportHref(state, columns, 'json')) },
          ]}
        />
        <TabLinks label="Views" tabs={tabs} current={current ?? ''} />
      </div>
      <div className="p-catalog">
        <div className="facets">
          {groups !== undefined ? (
            <Facets {...facets} />
          ) : failed === undefined ? (
            <SkeletonRows label="Filters" rows={10} height={28} />
          ) : (
            <p className="p-13 p-t2" role="alert">
              Filters did not load.{' '}
              <button type="button" className="p-link" onClick={failed}>
                Try again
              </button>
            </p>
          )}
        </div>
        <div className="list" ref={list}>
          <div className="bar" ref={bar}>
            <QueryField
              tokens={tokens}
              text={state.text}
              placeholder="Search name, title, description"
              onText={setText}
              onRemove={(token) => change(toggled(state, token.key, token.value))}
            />
            <FacetsButton {...facets} active={conditions(state)} />
            <ListDisplay state={state} columns={columns} titles={titles} onChange={change} />
            <ViewBar state={state} view={view} plural={kind === undefined ? undefined : pluralOf(kind, info)} />
          </div>
          <EntityRows
            state={state}
            columns={columns}
            titles={titles}
            waiting={views === undefined || opening !== undefined}
            onChange={change}
          />
        </div>
      </div>
    </div>
  );
}
