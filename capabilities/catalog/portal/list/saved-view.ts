import { stateOf, writeState, type ListState } from './list-state.ts';

/** A saved view, as `/api/catalog/views` answers it. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  readonly ownerRef: string;
  readonly audience: 'me' | 'team' | 'everybody';
  readonly teamRef?: string;
  readonly defaultFor?: string;
  readonly mine: boolean;
}

/** What a view keeps: everything but which view it is and which groups are closed. */
export const viewQuery = (state: ListState): string => writeState({ ...state, view: undefined, closed: [] });

/** The list a view opens. */
export const viewState = (view: SavedView): ListState => ({ ...stateOf(view.query), view: view.id });

/** Whether the list differs from the view it was opened with. */
export const isEdited = (state: ListState, view: SavedView): boolean => viewQuery(state) !== viewQuery(stateOf(view.query));

/**
 * The view a bare list of a kind opens with: one's own, else the team's, else everybody's. Only an address that says nothing but
 * the kind is replaced: what somebody sent stays what it is.
 */
export function defaultView(state: ListState, views: readonly SavedView[]): SavedView | undefined {
  const kind = state.filters['kind']?.[0];
  if (kind === undefined || writeState(state) !== writeState(stateOf(`kind=${kind}`))) return undefined;
  return views.find((view) => view.defaultFor === kind.toLowerCase());
}
