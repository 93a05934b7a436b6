import type { Entity } from '@paved/kernel';
import { importService } from '@paved/client';
import {
  Button,
  call,
  ErrorNotice,
  Glyph,
  nameOf,
  PageHeader,
  pathOf,
  related,
  useChange,
  useCrumbs,
  useData,
  useGo,
  useOwnRefs,
} from '@paved/ui';
import { useState } from 'react';
import { NAME, nameFrom } from '../../model/source.ts';
import { EntityPicker } from '../parts/entity-picker.tsx';
import { WhatHappens } from '../parts/what-happens.tsx';

const types = [
  { value: 'service', title: 'Service', note: 'Answers requests' },
  { value: 'worker', title: 'Worker', note: 'Works through a queue' },
  { value: 'website', title: 'Website', note: 'Pages for people' },
  { value: 'library', title: 'Library', note: 'Used by others, not deployed' },
] as const;

/** Copies an existing repository and makes a service of it: described, registered, built, deployed. */
export function Page() {
  useCrumbs([{ label: 'Create', href: '/create' }, { label: 'Import a repository' }]);
  const go = useGo();
  const own = useOwnRefs();
  const user = own.find((ref) => ref.startsWith('user:'));
  const person = useData<Entity>(`/api/catalog/entities/by-name/user/default/${pathOf(nameOf(user ?? ''))}`, { off: user === undefined });
  const groups = person.data ? related(person.data, 'memberOf') : [];
  const [source, setSource] = useState('');
  const [typedName, setName] = useState<string>();
  const [chosenOwner, setOwner] = useState<string>();
  const [system, setSystem] = useState<string>();
  const [type, setType] = useState<string>('service');
  const [description, setDescription] = useState('');
  const owner = chosenOwner ?? groups[0];
  const name = typedName ?? nameFrom(source);
  const nameIsWrong = name !== '' && !NAME.test(name);
  const start = useChange<void, { runId: string }>(
    () =>
      call(importService, {
        body: {
          source,
          owner: owner ?? '',
          type,
          name: name === '' ? undefined : name,
          system,
          description: description === '' ? undefined : description,
        },
      }),
    { refresh: ['/api/runs'], done: ({ runId }) => go(`/runs/${runId}`) },
  );
  const missing =
    source === '' ? 'Say where it is' : owner === undefined ? 'Choose an owner' : name === '' || nameIsWrong ? 'Give it a name' : undefined;
  return (
    <>
      <PageHeader
        title="Import a repository"
        lede="It is copied with all branches and tags, described, registered, built and deployed. The original is only read."
      />
      <div className="p-cols wide">
        <form
          style={{ maxWidth: 560, marginBottom: 36 }}
          onSubmit={(event) => {
            event.preventDefault();
            if (missing === undefined && !start.isPending) start.mutate();
          }}
        >
          <div className="p-field">
            <label htmlFor="source">Where it is now</label>
            <input
              id="source"
              className="p-input"
              required
              spellCheck={false}
              autoComplete="off"
              value={source}
              onChange={(event) => setSource(event.target.value)}
              placeholder="https://github.com/acme/checkout.git"
              aria-describedby="source-help"
            />
            <p className="p-help" id="source-help">
              An https address, or a path on the server such as /srv/git/checkout. A password in the address is kept sealed.
            </p>
          </div>
          <div className="p-field">
            <label htmlFor="name">Name here</label>
            <input
              id="name"
              className="p-input"
              spellCheck={false}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
              aria-invalid={nameIsWrong || undefined}
              aria-describedby="name-help"
            />
            {nameIsWrong ? (
              <p className="p-message" id="name-help">
                <Glyph status="failed" label={null} /> Use lower-case letters, digits and dashes, 63 at most.
              </p>
            ) : (
              <p className="p-help" id="name-help">
                Of the service and its repository.
              </p>
            )}
          </div>
          <div className="p-field">
            <label htmlFor="owner">Owner</label>
            <EntityPicker id="owner" kind="group" value={owner} onChange={setOwner} first={groups} />
          </div>
          <div className="p-field">
            <label htmlFor="system">
              Part of<span className="optional">optional</span>
            </label>
            <EntityPicker id="system" kind="system" value={system} onChange={setSystem} placeholder="Find a system" />
          </div>
          <fieldset className="p-field">
            <legend>What it is</legend>
            <div className="p-radios">
              {types.map((entry) => (
                <label className="p-radio" key={entry.value}>
                  <input type="radio" name="type" checked={type === entry.value} onChange={() => setType(entry.value)} />
                  <span>
                    <b>{entry.title}</b>
                    <small>{entry.note}</small>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
          <div className="p-field">
            <label htmlFor="description">
              What it does<span className="optional">optional</span>
            </label>
            <input
              id="description"
              className="p-input"
              autoComplete="off"
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          </div>
          {start.error ? (
            <div style={{ marginTop: 16 }}>
              <ErrorNotice error={start.error} />
            </div>
          ) : null}
          <div className="p-row" style={{ marginTop: 24 }}>
            <Button type="submit" look="primary" working={start.isPending} disabledReason={missing}>
              Import repository
            </Button>
          </div>
        </form>
        <WhatHappens name={name} owner={owner} system={system} type={type} />
      </div>
    </>
  );
}
