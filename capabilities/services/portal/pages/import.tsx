import type { Entity } from '@paved/kernel';
import {
  api,
  Button,
  capital,
  Combobox,
  ErrorNotice,
  nameOf,
  Notice,
  PageHeader,
  related,
  pathOf,
  useChange,
  useCrumbs,
  useData,
  useGo,
  useOwnRefs,
} from '@paved/ui';
import { useState } from 'react';

const nameFrom = (source: string): string =>
  (source.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '')
    .replace(/\.git$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

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
  const [name, setName] = useState<string>();
  const [chosenOwner, setOwner] = useState<string>();
  const [type, setType] = useState<string>('service');
  const [description, setDescription] = useState('');
  const owner = chosenOwner ?? groups[0];
  const shownName = name ?? nameFrom(source);
  const start = useChange<void, { runId: string }>(
    () =>
      api.post('/api/services/import', {
        source,
        owner,
        type,
        ...(shownName === '' ? {} : { name: shownName }),
        ...(description === '' ? {} : { description }),
      }),
    { refresh: ['/api/runs'], done: ({ runId }) => go(`/runs/${runId}`) },
  );
  return (
    <>
      <PageHeader
        title="Import a repository"
        lede="It is copied with all branches and tags, described, registered, built and deployed. The original is only read."
      />
      <form
        style={{ maxWidth: 560 }}
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <div className="p-field">
          <label htmlFor="source">Where it is now</label>
          <input
            id="source"
            className="p-input"
            required
            spellCheck={false}
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
          <label htmlFor="owner">Owner</label>
          <Combobox
            id="owner"
            value={owner}
            shown={owner ? capital(nameOf(owner)) : undefined}
            search={async (query) => {
              const found = await api.get<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
                filter: 'kind=group',
                limit: 20,
                ...(query === '' ? {} : { fullTextFilterTerm: query, fullTextFilterFields: 'metadata.name,metadata.title' }),
              });
              return found.items
                .map((item) => {
                  const value = `group:${item.metadata.namespace ?? 'default'}/${item.metadata.name}`;
                  return {
                    value,
                    label: capital(item.metadata.title ?? item.metadata.name),
                    note: groups.includes(value) ? 'your team' : undefined,
                  };
                })
                .toSorted((a, b) => Number(groups.includes(b.value)) - Number(groups.includes(a.value)));
            }}
            onChange={setOwner}
          />
        </div>
        <div className="p-field">
          <label htmlFor="name">Name here</label>
          <input id="name" className="p-input" spellCheck={false} value={shownName} onChange={(event) => setName(event.target.value)} />
          <p className="p-help p-mono">
            {owner ? nameOf(owner) : 'owner'}/{shownName || 'name'}
          </p>
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
          <input id="description" className="p-input" value={description} onChange={(event) => setDescription(event.target.value)} />
        </div>
        <div style={{ marginTop: 24 }}>
          <Notice>
            <b>What it lacks is added</b> in one commit: a catalog-info.yaml and a score.yaml. What it has is kept as it is.
          </Notice>
        </div>
        {start.error ? (
          <div style={{ marginTop: 16 }}>
            <ErrorNotice error={start.error} />
          </div>
        ) : null}
        <div className="p-row" style={{ marginTop: 24 }}>
          <Button
            type="submit"
            look="primary"
            working={start.isPending}
            disabledReason={source === '' ? 'Say where it is' : owner === undefined ? 'Choose an owner' : undefined}
          >
            Import repository
          </Button>
        </div>
      </form>
    </>
  );
}
