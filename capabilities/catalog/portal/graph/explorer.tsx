import {
  capital,
  entityHref,
  Facets,
  FacetsButton,
  FailedState,
  GraphMap,
  iconOf,
  nameOf,
  Notice,
  PageHeader,
  Segments,
  SkeletonRows,
  useCrumbs,
  useEntityTitles,
  useGo,
  usePhone,
  useUrlState,
  type FacetGroup,
} from '@paved/ui';
import { useMemo } from 'react';
import { noteOf, relationWord } from './catalog-graph.ts';
import { depths, explorerState, knownRelations, usualRelations, type ExplorerState } from './explorer-state.ts';
import { GraphTable } from './graph-table.tsx';
import { FindInGraph } from './find-in-graph.tsx';
import { NodePanel } from './node-panel.tsx';
import { asTree, coloursOf, coloursOfKinds, filtered, groupsOf, kept, type ShownGraph, type ShownNode } from './shown-graph.ts';
import { StartFrom } from './start-from.tsx';
import { MOST_NODES, useGraph } from './use-graph.ts';
import './explorer.css';

/** Everything around an entity, however far: walk it, narrow it, open it. */
export function Page() {
  const { params, set } = useUrlState();
  const state = explorerState(params);
  const { graph, error, retry } = useGraph(state);
  const centre = graph?.nodes.find((node) => node.ref === state.ref);
  const title = centre?.title ?? (state.ref === undefined ? 'Graph' : nameOf(state.ref));
  useCrumbs([
    { label: 'Catalog', href: '/catalog?kind=Component' },
    ...(state.ref === undefined ? [] : [{ label: title, href: entityHref(state.ref) }]),
    { label: 'Graph' },
  ]);
  if (state.ref === undefined) return <StartFrom />;
  return (
    <div className="p-full p-explorer-page">
      <PageHeader tight {...(centre === undefined ? {} : { icon: iconOf(centre.kind, centre.type) })} title={`Around ${title}`} />
      {error !== undefined && graph === undefined ? (
        <FailedState what="The graph" error={error} onRetry={retry} />
      ) : graph === undefined ? (
        <SkeletonRows label="Graph" />
      ) : (
        <Explorer graph={graph} state={state} centre={state.ref} set={set} />
      )}
    </div>
  );
}

interface ExplorerProps {
  readonly graph: ShownGraph;
  readonly state: ExplorerState;
  readonly centre: string;
  readonly set: ReturnType<typeof useUrlState>['set'];
}

const fields = { kind: 'kinds', owner: 'owners', lifecycle: 'lifecycles' } as const;

function Explorer({ graph, state, centre, set }: ExplorerProps) {
  const go = useGo();
  const phone = usePhone();
  const list = state.list ?? phone;
  const key = JSON.stringify([state.kinds, state.owners, state.lifecycles, state.ref]);
  const shown = useMemo(() => filtered(graph, state), [graph, key]); // oxlint-disable-line react-hooks/exhaustive-deps -- `key` is what of the state filters
  const colours = useMemo(
    () =>
      state.colour === 'team'
        ? coloursOf(shown.nodes.flatMap((node) => node.owner ?? []))
        : coloursOfKinds(shown.nodes.map((node) => node.kind)),
    [shown, state.colour],
  );
  const owners = useMemo(() => [...new Set(graph.nodes.flatMap((node) => node.owner ?? []))], [graph]);
  const ownerWords = useEntityTitles(owners);
  const groups = useMemo(() => groupsOf(shown, state.group), [shown, state.group]);
  const titles = useMemo(() => new Map(shown.nodes.map((node) => [node.ref, node.title])), [shown]);
  const names = useMemo(
    () => new Map([...new Set(groups.values())].map((group) => [group, titles.get(group) ?? capital(nameOf(group))])),
    [groups, titles],
  );
  const find = state.find.trim().toLowerCase();
  const hits = useMemo(
    () => (find === '' ? [] : shown.nodes.filter((node) => node.title.toLowerCase().includes(find) || node.ref.includes(find))),
    [shown, find],
  );
  const chosen = shown.nodes.find((node) => node.ref === state.node);
  const put = (name: string, value: string | undefined, push = false) =>
    set((next) => (value === undefined ? next.delete(name) : next.set(name, value)), { push });
  const focus = (ref: string) =>
    set(
      (next) => {
        next.set('ref', ref);
        for (const gone of ['expand', 'node', 'relation', 'q']) next.delete(gone);
      },
      { push: true },
    );
  const expand = (ref: string) =>
    set((next) => {
      if (!next.getAll('expand').includes(ref)) next.append('expand', ref);
      next.set('node', ref);
    });
  const facets = {
    groups: facetGroups(graph, state, ownerWords),
    chosen: (id: string) => (id === 'relation' ? state.relations : state[fields[id as keyof typeof fields]]),
    onToggle: (id: string, value: string) =>
      set((next) => {
        const before = id === 'relation' ? state.relations : next.getAll(id);
        const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
        next.delete(id);
        for (const one of after) next.append(id, one);
      }),
    onClear: (id: string) => put(id, undefined),
  };
  const active = state.kinds.length + state.owners.length + state.lifecycles.length;
  return (
    <div className="p-explorer">
      <div className="facets">
        <Facets {...facets} />
      </div>
      <div className="main">
        <div className="p-explorer-tools">
          <FindInGraph
            value={state.find}
            hits={hits.map((node) => node.ref)}
            chosen={state.node}
            onFind={(text) => put('q', text === '' ? undefined : text)}
            onChoose={(ref) => put('node', ref)}
          />
          <select className="p-input sm" aria-label="Hops" value={state.depth} onChange={(event) => put('depth', event.target.value, true)}>
            {[...new Set([...depths, state.depth])]
              .toSorted((a, b) => a - b)
              .map((depth) => (
                <option key={depth} value={depth}>
                  {depth === 20 ? 'All hops' : depth === 1 ? '1 hop' : `${depth} hops`}
                </option>
              ))}
          </select>
          <select
            className="p-input sm"
            aria-label="Direction"
            value={state.direction}
            onChange={(event) => put('direction', event.target.value === 'both' ? undefined : event.target.value, true)}
          >
            <option value="both">Both ways</option>
            <option value="outgoing">What it needs</option>
            <option value="incoming">What needs it</option>
          </select>
          <select
            className="p-input sm"
            aria-label="Colours"
            value={state.colour}
            onChange={(event) => put('colour', event.target.value === 'team' ? 'team' : undefined)}
          >
            <option value="kind">Colour by kind</option>
            <option value="team">Colour by team</option>
          </select>
          <select
            className="p-input sm"
            aria-label="Boxes"
            value={state.group}
            onChange={(event) => put('group', event.target.value === 'auto' ? undefined : event.target.value)}
          >
            <option value="auto">Boxes as fits</option>
            <option value="system">Box by system</option>
            <option value="team">Box by team</option>
            <option value="none">No boxes</option>
          </select>
          <FacetsButton {...facets} active={active} />
          <span className="p-grow" />
          <Segments
            label="View"
            value={list ? 'list' : 'graph'}
            onChange={(value) => put('view', value)}
            options={[
              { value: 'graph', label: 'Graph' },
              { value: 'list', label: 'List' },
            ]}
          />
        </div>
        {graph.truncated ? (
          <Notice tone="degraded">
            <b>More than {MOST_NODES.toLocaleString('en')} are around it.</b> Those further away are left out: take fewer hops or relations.
          </Notice>
        ) : null}
        {list ? (
          <GraphTable rows={asTree(shown, centre)} hits={find === '' ? undefined : new Set(hits.map((node) => node.ref))} onFocus={focus} />
        ) : (
          <div className="p-explorer-canvas">
            <GraphMap
              label={`Around ${nameOf(centre)}`}
              nodes={shown.nodes.map((node) => ({
                id: node.ref,
                label: node.title,
                note: noteOf(node),
                self: node.ref === centre,
                missing: !node.known,
                icon: iconOf(node.kind, node.type),
                group: groups.get(node.ref),
                sort: node.kind,
                ...colourOf(node, state, colours),
              }))}
              edges={shown.edges}
              groups={names}
              chosen={chosen?.ref}
              found={find === '' ? undefined : new Set(hits.map((node) => node.ref))}
              onChoose={(ref) => put('node', ref)}
              onOpen={(ref) => go(entityHref(ref))}
              onFocus={focus}
              onExpand={expand}
            />
            <Legend colours={colours} words={(value) => (state.colour === 'team' ? ownerWords(value) : value)} />
            {chosen === undefined ? null : (
              <NodePanel
                node={chosen}
                graph={shown}
                expanded={state.expanded.includes(chosen.ref)}
                centre={chosen.ref === centre}
                onChoose={(ref) => put('node', ref)}
                onExpand={expand}
                onFocus={focus}
                onClose={() => put('node', undefined)}
              />
            )}
          </div>
        )}
      </div>
    </div>
  );
}

function colourOf(node: ShownNode, state: ExplorerState, colours: ReadonlyMap<string, number>): { colour?: number } {
  const colour = colours.get(state.colour === 'team' ? (node.owner ?? '') : node.kind);
  return colour === undefined ? {} : { colour };
}

function Legend({ colours, words }: { colours: ReadonlyMap<string, number>; words: (value: string) => string }) {
  return (
    <ul className="p-explorer-legend" aria-label="Colours">
      {[...colours].map(([value, colour]) => (
        <li key={value}>
          <span style={{ background: `var(--p-viz-${colour})` }} />
          {words(value)}
        </li>
      ))}
    </ul>
  );
}

/** Each group counts what the others leave. */
function facetGroups(graph: ShownGraph, state: ExplorerState, ownerWords: (ref: string) => string): readonly FacetGroup[] {
  const of = (
    name: keyof typeof fields,
    title: string,
    value: (node: ShownNode) => string | undefined,
    words: (value: string) => string,
  ): FacetGroup => {
    const counts = new Map<string, number>();
    for (const node of graph.nodes) {
      const found = value(node);
      if (found === undefined) continue;
      counts.set(found, (counts.get(found) ?? 0) + (kept(node, state, fields[name]) ? 1 : 0));
    }
    for (const one of state[fields[name]]) if (!counts.has(one)) counts.set(one, 0);
    return {
      key: name,
      title,
      options: [...counts]
        .toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
        .map(([one, count]) => ({ value: one, label: words(one), count })),
    };
  };
  const walked = Map.groupBy(graph.edges, (edge) => edge.type);
  const relations = [...new Set([...usualRelations(state.ref ?? ''), ...knownRelations, ...state.relations])];
  return [
    {
      key: 'relation',
      title: 'Relations',
      options: relations.map((type) => ({ value: type, label: capital(relationWord(type)), count: walked.get(type)?.length ?? 0 })),
    },
    of(
      'kind',
      'Kind',
      (node) => node.kind,
      (kind) => kind,
    ),
    of('owner', 'Owner', (node) => node.owner, ownerWords),
    of('lifecycle', 'Lifecycle', (node) => node.lifecycle, capital),
  ].filter((group) => group.options.length > 0);
}
