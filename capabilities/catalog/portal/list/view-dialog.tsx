import { api, capital, FormDialog, nameOf, useChange, useMay, useSession } from '@paved/ui';
import { useState } from 'react';
import { onlyKind, type ListState } from './list-state.ts';
import { viewQuery, type SavedView } from './saved-view.ts';

/** Names a view and says whom it is for: for a new one, and to change one. */
export function ViewDialog({
  state,
  view,
  suggestion,
  plural,
  onClose,
  onSaved,
}: {
  state: ListState;
  /** The one that is changed; without it a new one is made. */
  view: SavedView | undefined;
  suggestion: string;
  /** What the list shows when it shows one kind: "Components". */
  plural: string | undefined;
  onClose: () => void;
  onSaved: (view: SavedView) => void;
}) {
  const session = useSession();
  const mayShare = useMay('catalog.view.share');
  const teams = (session?.actor.groups ?? []).filter((ref) => ref.startsWith('group:'));
  const [name, setName] = useState(view?.name ?? suggestion);
  const [audience, setAudience] = useState(view === undefined ? 'me' : view.audience === 'team' ? (view.teamRef ?? 'me') : view.audience);
  const kind = onlyKind(state)?.toLowerCase();
  const [isDefault, setDefault] = useState(view?.defaultFor !== undefined && view.defaultFor === kind);
  const save = useChange<void, SavedView>(
    () => {
      const isTeam = audience.startsWith('group:');
      const body = {
        name: name.trim(),
        query: view === undefined ? viewQuery(state) : view.query,
        audience: isTeam ? 'team' : audience,
        ...(isTeam ? { teamRef: audience } : {}),
        ...(kind !== undefined && isDefault ? { defaultFor: kind } : {}),
      };
      return view === undefined ? api.post('/api/catalog/views', body) : api.put(`/api/catalog/views/${view.id}`, body);
    },
    { refresh: ['/api/catalog/views'], done: onSaved },
  );
  const choices = [
    { value: 'me', title: 'Only you', note: 'Nobody else sees it.' },
    ...teams.map((ref) => ({ value: ref, title: capital(nameOf(ref)), note: 'Every member sees it and may change it.' })),
    ...(mayShare || audience === 'everybody' ? [{ value: 'everybody', title: 'Everybody', note: 'It appears for all people.' }] : []),
  ];
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={view === undefined ? 'Save view' : `Change ${view.name}`}
      submit={view === undefined ? 'Save view' : 'Save'}
      working={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      disabledReason={name.trim() === '' ? 'Give it a name' : undefined}
    >
      <div className="p-field">
        <label htmlFor="view-name">Name</label>
        <input
          id="view-name"
          className="p-input sm"
          value={name}
          maxLength={80}
          data-autofocus
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <fieldset className="p-field">
        <legend>Who sees it</legend>
        <div className="p-radios">
          {choices.map((choice) => (
            <label className="p-radio" key={choice.value}>
              <input
                type="radio"
                name="audience"
                value={choice.value}
                checked={audience === choice.value}
                onChange={() => setAudience(choice.value)}
              />
              <span>
                <b>{choice.title}</b>
                <small>{choice.note}</small>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {kind === undefined || plural === undefined ? null : (
        <label className="p-switch" style={{ marginTop: 12 }}>
          <input type="checkbox" className="p-check" checked={isDefault} onChange={(event) => setDefault(event.target.checked)} />
          <span>{plural} open with this view</span>
        </label>
      )}
    </FormDialog>
  );
}
