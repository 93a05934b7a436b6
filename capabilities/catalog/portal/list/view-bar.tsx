import { api, Button, capital, MoreMenu, toast, toastError, useChange, useGo, type MenuEntry } from '@paved/ui';
import { IconBookmark, IconCopy, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { fieldOf, valueWords } from './list-fields.ts';
import { conditions, hrefOf, stateOf, type ListState } from './list-state.ts';
import { isEdited, viewQuery, viewState, type SavedView } from './saved-view.ts';
import { ViewDialog } from './view-dialog.tsx';

/** Saves what the list shows, and changes the view it was opened with. */
export function ViewBar({ state, view, plural }: { state: ListState; view: SavedView | undefined; plural: string | undefined }) {
  const go = useGo();
  const [dialog, setDialog] = useState<'new' | 'change'>();
  const edited = view !== undefined && isEdited(state, view);
  const worth = view === undefined ? conditions(state) > 0 || viewQuery(state) !== viewQuery(stateOf('')) : edited;
  const overwrite = useChange<SavedView, SavedView>(
    ({ id, name, audience, teamRef, defaultFor }) =>
      api.put(`/api/catalog/views/${id}`, { name, audience, teamRef, defaultFor, query: viewQuery(state) }),
    { refresh: ['/api/catalog/views'], failed: toastError },
  );
  const remove = useChange<SavedView>((gone) => api.delete(`/api/catalog/views/${gone.id}`), {
    refresh: ['/api/catalog/views'],
    done: (_, gone) => {
      go(hrefOf({ ...state, view: undefined }), { replace: true });
      const again = { name: gone.name, query: gone.query, audience: gone.audience, teamRef: gone.teamRef, defaultFor: gone.defaultFor };
      toast(`${gone.name} is deleted`, {
        action: { label: 'Undo', run: () => void api.post('/api/catalog/views', again).catch(toastError) },
      });
    },
    failed: toastError,
  });
  const copy = () => {
    void navigator.clipboard.writeText(new URL(hrefOf(state), location.origin).href);
    toast('Link copied');
  };
  const entries: readonly MenuEntry[] = [
    ...(view?.mine ? [{ label: 'Rename or share', icon: IconPencil, run: () => setDialog('change') }] : []),
    ...(view !== undefined && worth ? [{ label: 'Save as a new view', icon: IconPlus, run: () => setDialog('new') }] : []),
    { label: 'Copy link', icon: IconCopy, run: copy },
    ...(view?.mine ? [{ label: 'Delete view', icon: IconTrash, danger: true, run: () => remove.mutate(view) }] : []),
  ];
  return (
    <>
      {edited ? (
        <>
          {view.mine ? (
            <Button icon={IconBookmark} working={overwrite.isPending} onClick={() => overwrite.mutate(view)}>
              Save
            </Button>
          ) : null}
          <Button look="quiet" onClick={() => go(hrefOf(viewState(view)), { replace: true })}>
            Reset
          </Button>
        </>
      ) : null}
      {worth && (view === undefined || !view.mine) ? (
        <Button icon={IconBookmark} onClick={() => setDialog('new')}>
          Save view
        </Button>
      ) : null}
      <MoreMenu entries={entries} label="This view" />
      {dialog ? (
        <ViewDialog
          state={state}
          view={dialog === 'change' ? view : undefined}
          suggestion={nameFor(state)}
          plural={plural}
          onClose={() => setDialog(undefined)}
          onSaved={(saved) => {
            setDialog(undefined);
            if (dialog === 'new') go(hrefOf(viewState(saved)));
          }}
        />
      ) : null}
    </>
  );
}

/** A name made of the conditions. */
function nameFor(state: ListState): string {
  const words = Object.entries(state.filters)
    .filter(([id]) => id !== 'kind' || Object.keys(state.filters).length === 1)
    .flatMap(([id, values]) => values.map((value) => capital(valueWords(id, value))));
  if (state.text !== '') words.push(`“${state.text}”`);
  if (words.length === 0 && state.group !== undefined) words.push(`By ${fieldOf(state.group).title.toLowerCase()}`);
  return words.join(', ').slice(0, 80);
}
