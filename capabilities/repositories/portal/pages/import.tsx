import type { Entity } from '@paved/kernel';
import {
  api,
  Button,
  Combobox,
  ErrorNotice,
  Notice,
  PageHeader,
  toast,
  useChange,
  useCrumbs,
  useGo,
  useOwnRefs,
  nameOf,
  capital,
  entityHref,
} from '@paved/ui';
import { useState } from 'react';

interface Imported {
  readonly slug: string;
  readonly cloneUrl: string;
  readonly defaultBranch: string;
}

const nameFrom = (source: string): string =>
  (source.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '')
    .replace(/\.git$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

/** Copies an existing repository, all branches and tags, and registers what its catalog file says. */
export function Page() {
  useCrumbs([{ label: 'Catalog', href: '/catalog' }, { label: 'Import a repository' }]);
  const go = useGo();
  const groups = useOwnRefs().filter((ref) => ref.startsWith('group:'));
  const [source, setSource] = useState('');
  const [name, setName] = useState<string>();
  const [owner, setOwner] = useState<string | undefined>(groups[0]);
  const [description, setDescription] = useState('');
  const shownName = name ?? nameFrom(source);
  const project = owner ? nameOf(owner) : '';
  const [step, setStep] = useState<string>();
  const run = useChange<void, { imported: Imported; refs: readonly string[] }>(
    async () => {
      setStep('Copying branches and tags');
      const imported = await api.post<Imported>('/api/repositories/import', {
        source,
        slug: `${project}/${shownName}`,
        description,
        ownerRef: owner,
      });
      setStep('Reading its catalog file');
      return { imported, refs: await register(imported) };
    },
    {
      refresh: ['/api/catalog', '/api/repositories'],
      done: ({ imported, refs }) => {
        setStep(undefined);
        const component = refs.find((ref) => ref.startsWith('component:')) ?? refs[0];
        toast(`${imported.slug} is imported`, component ? {} : { note: 'It has no catalog-info.yaml yet, so no service was registered' });
        go(component ? entityHref(component) : `/repositories/${imported.slug}`);
      },
      failed: () => setStep(undefined),
    },
  );
  return (
    <>
      <PageHeader title="Import a repository" lede="A copy with all branches and tags. The original is only read." />
      <form
        style={{ maxWidth: 560 }}
        onSubmit={(event) => {
          event.preventDefault();
          run.mutate();
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
          />
          <p className="p-help">An https address, or a path on the server such as /srv/git/checkout.</p>
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
                .map((item) => ({
                  value: `group:${item.metadata.namespace ?? 'default'}/${item.metadata.name}`,
                  label: capital(item.metadata.title ?? item.metadata.name),
                }))
                .map((option) => ({ ...option, note: groups.includes(option.value) ? 'your team' : undefined }))
                .toSorted((a, b) => Number(groups.includes(b.value)) - Number(groups.includes(a.value)));
            }}
            onChange={setOwner}
          />
        </div>
        <div className="p-field">
          <label htmlFor="name">Name here</label>
          <input
            id="name"
            className="p-input"
            required
            spellCheck={false}
            value={shownName}
            onChange={(event) => setName(event.target.value)}
          />
          <p className="p-help p-mono">
            {project || 'owner'}/{shownName || 'name'}
          </p>
        </div>
        <div className="p-field">
          <label htmlFor="description">
            What it is<span className="optional">optional</span>
          </label>
          <input id="description" className="p-input" value={description} onChange={(event) => setDescription(event.target.value)} />
        </div>
        <div style={{ marginTop: 24 }}>
          <Notice>
            <b>With a catalog-info.yaml</b> it appears in the catalog at once; <b>with a score.yaml</b> it can be deployed; a push starts
            the pipeline that fits.
          </Notice>
        </div>
        {run.error ? (
          <div style={{ marginTop: 16 }}>
            <ErrorNotice error={run.error} />
          </div>
        ) : null}
        <div className="p-row" style={{ marginTop: 24 }}>
          <Button
            type="submit"
            look="primary"
            working={run.isPending}
            disabledReason={source === '' ? 'Say where it is' : owner === undefined ? 'Choose an owner' : undefined}
          >
            {step ?? 'Import repository'}
          </Button>
        </div>
      </form>
    </>
  );
}

/** Registers the catalog file when there is one; a repository without is imported all the same. */
async function register(imported: Imported): Promise<readonly string[]> {
  const has = await api.get<{ entries: readonly { path: string }[] }>(`/api/repositories/${imported.slug}/tree`).then(
    (tree) => tree.entries.some((entry) => entry.path === 'catalog-info.yaml'),
    () => false,
  );
  if (!has) return [];
  const answer = await api.post<{ entities: readonly { kind: string; metadata: { name: string; namespace?: string } }[] }>(
    '/api/catalog/locations',
    { type: 'git', target: imported.cloneUrl },
    { onConflict: 'refresh' },
  );
  return answer.entities.map((entity) => `${entity.kind}:${entity.metadata.namespace ?? 'default'}/${entity.metadata.name}`.toLowerCase());
}
