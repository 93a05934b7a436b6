import { api, Button, ErrorNotice, PageHeader, Segments, toast, useChange, useCrumbs, useGo } from '@paved/ui';
import { useState } from 'react';

/** A catalog file, folder or Git address becomes a source of entities. */
export function Page() {
  useCrumbs([{ label: 'Catalog', href: '/catalog?kind=Component' }, { label: 'Register a catalog file' }]);
  const go = useGo();
  const [type, setType] = useState<'url' | 'git' | 'file' | 'directory'>('url');
  const [target, setTarget] = useState('');
  const [previewed, setPreviewed] = useState<string>();
  const [found, setFound] = useState<readonly { kind: string; metadata: { name: string; namespace?: string } }[]>([]);
  const preview = useChange<void, { entities: typeof found }>(
    () => api.post('/api/catalog/locations', { type, target }, { dryRun: true }),
    {
      done: (answer) => {
        setFound(answer.entities);
        setPreviewed(`${type}:${target}`);
      },
    },
  );
  const register = useChange<void>(() => api.post('/api/catalog/locations', { type, target }), {
    refresh: ['/api/catalog'],
    done: () => {
      toast(`${found.length} entities registered`);
      go('/catalog');
    },
  });
  const ready = previewed === `${type}:${target}`;
  return (
    <>
      <PageHeader
        title="Register a catalog file"
        lede="Paved reads the file now and again whenever it changes. Nothing in it is copied by hand."
      />
      <form
        style={{ maxWidth: 560 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) register.mutate();
          else preview.mutate();
        }}
      >
        <div className="p-field">
          <label htmlFor="target">Where it is</label>
          <div className="p-row" style={{ marginBottom: 8 }}>
            <Segments
              label="Kind of source"
              value={type}
              onChange={setType}
              options={[
                { value: 'url', label: 'Address' },
                { value: 'git', label: 'Git' },
                { value: 'file', label: 'File' },
                { value: 'directory', label: 'Folder' },
              ]}
            />
          </div>
          <input
            id="target"
            className="p-input"
            required
            value={target}
            onChange={(event) => setTarget(event.target.value)}
            placeholder={
              type === 'url' || type === 'git' ? 'https://git.acme.example/team/service/catalog-info.yaml' : '/srv/acme/catalog-info.yaml'
            }
          />
          <p className="p-help">The address of a catalog-info.yaml, or a pattern such as /srv/acme/*/catalog-info.yaml.</p>
        </div>
        {preview.error || register.error ? (
          <div style={{ marginTop: 16 }}>
            <ErrorNotice error={preview.error ?? register.error} />
          </div>
        ) : null}
        {ready ? (
          <ul className="p-list" style={{ marginTop: 16 }} aria-label="What will be registered">
            {found.map((entity) => (
              <li key={`${entity.kind}${entity.metadata.name}`}>
                <div className="body">
                  <b>{entity.metadata.name}</b>
                </div>
                <span className="when">{entity.kind}</span>
              </li>
            ))}
          </ul>
        ) : null}
        <div className="p-row" style={{ marginTop: 24 }}>
          <Button
            type="submit"
            look="primary"
            working={preview.isPending || register.isPending}
            disabledReason={target === '' ? 'Say where the file is' : undefined}
          >
            {ready ? `Register ${found.length} entities` : 'Read it'}
          </Button>
        </div>
      </form>
    </>
  );
}
