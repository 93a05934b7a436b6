/** What the explorer shows, as its address says it. */
export interface ExplorerState {
  readonly ref: string | undefined;
  readonly depth: number;
  readonly direction: 'outgoing' | 'incoming' | 'both';
  /** Relations that are walked. */
  readonly relations: readonly string[];
  /** Empty: all. */
  readonly kinds: readonly string[];
  readonly owners: readonly string[];
  readonly lifecycles: readonly string[];
  readonly colour: 'kind' | 'team';
  /** What stands in one box; `auto` decides by how many there are. */
  readonly group: 'auto' | 'system' | 'team' | 'none';
  readonly list: boolean | undefined;
  readonly node: string | undefined;
  readonly find: string;
  /** Nodes whose neighbours were asked for too. */
  readonly expanded: readonly string[];
}

const things = ['dependsOn', 'consumesApi', 'providesApi', 'partOf'];
const people = ['memberOf', 'childOf', 'ownedBy'];
/** Relations that may be walked without any being declared. */
export const knownRelations = [...things, ...people];

/** What is walked unless the address says more: owners would draw in everything else they own. */
export const usualRelations = (ref: string): readonly string[] => (/^(group|user):/.test(ref) ? people : things);

export const depths = [1, 2, 3, 5, 20] as const;

export function explorerState(params: URLSearchParams): ExplorerState {
  const ref = params.get('ref')?.toLowerCase() || undefined;
  const depth = Number(params.get('depth') ?? 2);
  const direction = params.get('direction');
  const relations = params.getAll('relation');
  const view = params.get('view');
  const group = params.get('group');
  return {
    ref,
    depth: Number.isInteger(depth) && depth >= 1 && depth <= 20 ? depth : 2,
    direction: direction === 'outgoing' || direction === 'incoming' ? direction : 'both',
    relations: relations.length > 0 ? relations : usualRelations(ref ?? ''),
    kinds: params.getAll('kind'),
    owners: params.getAll('owner'),
    lifecycles: params.getAll('lifecycle'),
    colour: params.get('colour') === 'team' ? 'team' : 'kind',
    group: group === 'system' || group === 'team' || group === 'none' ? group : 'auto',
    list: view === 'list' ? true : view === 'graph' ? false : undefined,
    node: params.get('node') ?? undefined,
    find: params.get('q') ?? '',
    expanded: params.getAll('expand'),
  };
}
