import { valueOfText } from '@paved/editing';
import { getEntityDocument, listTeams, saveChange, type GetEntityDocumentResponse } from '@paved/client';
import { parseRef, type JsonObject } from '@paved/kernel';
import { call, Combobox, FormDialog, Loaded, nameOf, Notice, toast, useCall, useChange, useGo } from '@paved/ui';
import { useId, useState } from 'react';

type Mode = GetEntityDocumentResponse['modes'][number];
const modeWords: Record<Mode['mode'], readonly [title: string, note: string]> = {
  'pull-request': ['Open a pull request', 'Its reviewers decide'],
  commit: ['Commit', 'Holds at once'],
  store: ['Save', 'It lives in the catalog itself; holds at once'],
  write: ['Write the file', 'On this server’s disk; holds at once'],
};

/** As people write it: the bare name of a group of the same namespace. */
function ownerWord(ownerRef: string, entityRef: string): string {
  const { kind, namespace, name } = parseRef(ownerRef);
  return kind === 'group' && namespace === parseRef(entityRef).namespace ? name : ownerRef;
}

/** Sets the owner where the entity is kept: by pull request, commit or in the store; else says which file to change. */
export function SetOwnerDialog({
  entityRef,
  title,
  suggested,
  onClose,
}: {
  entityRef: string;
  title: string;
  suggested?: string | undefined;
  onClose: () => void;
}) {
  const id = useId();
  const go = useGo();
  const document = useCall(getEntityDocument, { query: { ref: entityRef } });
  const teams = useCall(listTeams);
  const [owner, setOwner] = useState(suggested);
  const [chosen, setMode] = useState<Mode['mode']>();
  const modes = (document.data?.modes ?? []).filter(({ allowed }) => allowed);
  const mode = chosen ?? modes[0]?.mode;
  const called = (ref: string): string => teams.data?.items.find((team) => team.ref === ref)?.title ?? nameOf(ref);
  const save = useChange(
    async ({ text, ownerRef, by }: { text: string; ownerRef: string; by: Mode['mode'] }) => {
      const value = valueOfText(text);
      const entity = { ...value, spec: { ...(value['spec'] as JsonObject | undefined), owner: ownerWord(ownerRef, entityRef) } };
      return call(saveChange, {
        body: { ref: entityRef, entity, base: text, mode: by, message: `${called(ownerRef)} owns ${nameOf(entityRef)}` },
      });
    },
    {
      refresh: ['/api/ownership', '/api/catalog', '/api/editing'],
      done: ({ type, href, number }, { ownerRef }) => {
        const open = href === undefined ? {} : { action: { label: 'Open it', run: () => openAddress(href, go) } };
        if (type === 'pull-request')
          toast(`Pull request ${number ?? ''} makes ${called(ownerRef)} the owner`, { status: 'waiting', ...open });
        else toast(`${called(ownerRef)} owns ${title} now`, open);
        onClose();
      },
    },
  );
  const text = document.data?.text;
  const blocked =
    text === undefined
      ? 'Its document is not read yet'
      : mode === undefined
        ? 'It cannot be changed from here'
        : owner === undefined
          ? 'Choose an owner first'
          : undefined;
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={`Owner of ${title}`}
      submit={mode === undefined ? 'Set owner' : modeWords[mode][0]}
      working={save.isPending}
      error={save.error}
      disabledReason={blocked}
      onSubmit={() => {
        if (text !== undefined && mode !== undefined && owner !== undefined) save.mutate({ text, ownerRef: owner, by: mode });
      }}
    >
      <div className="p-field">
        <label htmlFor={id}>Owner</label>
        <Combobox
          id={id}
          value={owner}
          shown={owner === undefined ? undefined : called(owner)}
          placeholder="Find a team"
          onChange={setOwner}
          search={async (query) =>
            (teams.data?.items ?? [])
              .filter((team) => `${team.title} ${team.ref}`.toLowerCase().includes(query.toLowerCase()))
              .slice(0, 20)
              .map((team) => ({
                value: team.ref,
                label: team.title,
                note: team.everybody === 0 ? 'nobody in it' : team.ref === suggested ? 'suggested' : undefined,
              }))
          }
        />
      </div>
      <Loaded query={document} what="Its document" skeleton={<p className="p-13 p-t3">Reads its document…</p>}>
        {({ place, modes: all }) =>
          modes.length === 0 ? (
            <Notice>
              <b>It is kept in {place.words}, which cannot be changed from here.</b> {place.reason ?? all[0]?.reason}{' '}
              {place.fix ?? all[0]?.fix} Write{' '}
              <span className="p-mono">owner: {owner === undefined ? '…' : ownerWord(owner, entityRef)}</span> below{' '}
              <span className="p-mono">spec</span> there
              {place.address === undefined ? '.' : <span className="p-anywhere">: {place.address}</span>}
            </Notice>
          ) : (
            <fieldset className="p-field">
              <legend>
                Saved in <span className="p-anywhere">{place.words}</span>
              </legend>
              <div className="p-radios">
                {modes.map((entry) => (
                  <label className="p-radio" key={entry.mode}>
                    <input type="radio" name="mode" checked={mode === entry.mode} onChange={() => setMode(entry.mode)} />
                    <span>
                      <b>{modeWords[entry.mode][0]}</b>
                      <small>{modeWords[entry.mode][1]}</small>
                    </span>
                  </label>
                ))}
              </div>
            </fieldset>
          )
        }
      </Loaded>
    </FormDialog>
  );
}

const openAddress = (href: string, go: (href: string) => void): void => {
  if (href.startsWith('/')) go(href);
  else window.open(href, '_blank', 'noreferrer');
};
