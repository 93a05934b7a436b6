import { describe, expect, it } from 'vitest';
import { stateOf, writeState } from './list-state.ts';
import { defaultView, isEdited, viewQuery, viewState, type SavedView } from './saved-view.ts';

const view = (id: string, query: string, more: Partial<SavedView> = {}): SavedView => ({
  id,
  name: id,
  query,
  ownerRef: 'user:default/mira',
  audience: 'me',
  mine: true,
  ...more,
});

describe('a saved view', () => {
  it('keeps all but which groups are closed', () => {
    expect(viewQuery(stateOf('kind=API&group=type&closed=x&view=1&sort=-owner'))).toBe('kind=API&group=type&sort=-owner');
    expect(writeState(viewState(view('7', 'kind=API')))).toBe('kind=API&view=7');
  });

  it('is edited when the list differs in what it keeps, in whatever order its query was written', () => {
    const kept = view('7', 'sort=-owner&kind=API');
    expect(isEdited(viewState(kept), kept)).toBe(false);
    expect(isEdited(stateOf('kind=API&sort=-owner&closed=x&view=7'), kept)).toBe(false);
    expect(isEdited(stateOf('kind=API&sort=owner&view=7'), kept)).toBe(true);
  });

  it('opens a bare list of its kind, and nothing that says more', () => {
    const views = [
      view('own', 'kind=API&sort=type', { defaultFor: 'api' }),
      view('team', 'kind=API', { defaultFor: 'api', audience: 'team' }),
    ];
    expect(defaultView(stateOf('kind=API'), views)?.id).toBe('own');
    expect(defaultView(stateOf('kind=API&view=all'), views)).toBeUndefined();
    expect(defaultView(stateOf('kind=API&sort=name'), views)).toBeUndefined();
    expect(defaultView(stateOf('kind=API&kind=Component'), views)).toBeUndefined();
    expect(defaultView(stateOf('kind=Component'), views)).toBeUndefined();
    expect(defaultView(stateOf(''), views)).toBeUndefined();
  });
});
