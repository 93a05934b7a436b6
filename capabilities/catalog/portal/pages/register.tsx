import {
  api,
  Button,
  EntityLink,
  ErrorNotice,
  Glyph,
  Notice,
  PageHeader,
  plural,
  Segments,
  TextLink,
  toast,
  useChange,
  useCrumbs,
  useGo,
} from '@paved/ui';
import { useState } from 'react';
import { placeOf } from '../ingestion/source.ts';
import '../ingestion/ingestion.css';

type Type = 'url' | 'git' | 'file' | 'directory';

interface Analysis {
  readonly type: Type;
  readonly target: string;
  readonly locationId?: string;
  readonly entities: readonly { ref: string; kind: string; title?: string; source: string; line: number; claimedBy?: string }[];
  readonly problems: readonly { source: string; line: number; path: string; message: string; fix?: string }[];
}

const MANY = 30;

/** Any address, repository, file or folder becomes a source of entities; what it brings is shown before. */
export function Page() {
  useCrumbs([
    { label: 'Catalog', href: '/catalog?kind=Component' },
    { label: 'Sources', href: '/catalog/ingestion' },
    { label: 'Register a source' },
  ]);
  const go = useGo();
  const [type, setType] = useState<Type | 'auto'>('auto');
  const [target, setTarget] = useState('');
  const [found, setFound] = useState<Analysis & { readonly asked: string }>();
  const asked = `${type}:${target.trim()}`;
  const analyze = useChange<void, Analysis>(
    () => api.post('/api/catalog/sources/analyze', { target: target.trim(), ...(type === 'auto' ? {} : { type }) }),
    { done: (answer) => setFound({ ...answer, asked }) },
  );
  const register = useChange<void, { location: { id: string }; entities: readonly unknown[] }>(
    () => api.post('/api/catalog/locations', { type: found?.type, target: found?.target }),
    {
      refresh: ['/api/catalog'],
      done: ({ location, entities }) => {
        toast(
          entities.length === 0
            ? 'Registered; other sources hold its names'
            : `${plural(entities.length, 'entity', 'entities')} registered`,
        );
        go(`/catalog/ingestion/${location.id}`);
      },
    },
  );
  const current = found?.asked === asked ? found : undefined;
  const ready = current !== undefined && current.locationId === undefined && current.entities.length > 0;
  const error = analyze.error ?? register.error;
  return (
    <>
      <PageHeader
        title="Register a source"
        lede="Paste any address. Paved shows what is there, then reads it now and whenever it changes."
      />
      <form
        style={{ maxWidth: 640 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) register.mutate();
          else analyze.mutate();
        }}
      >
        <div className="p-field">
          <label htmlFor="target">Address</label>
          <input
            id="target"
            className="p-input"
            required
            autoComplete="off"
            spellCheck={false}
            value={target}
            onChange={(event) => setTarget(event.target.value)}
            placeholder="https://git.acme.example/shop/api.git"
          />
          <p className="p-help">
            A repository (with <span className="p-mono">.git/path/*.yaml?ref=main</span> for some of its files), a raw file, or a file or
            folder of the server.
          </p>
        </div>
        <div className="p-field" style={{ marginTop: 16 }}>
          <span className="p-help">Read as</span>
          <div className="p-row">
            <Segments
              label="Read as"
              value={type}
              onChange={setType}
              options={[
                { value: 'auto', label: 'Auto' },
                { value: 'git', label: 'Git' },
                { value: 'url', label: 'Address' },
                { value: 'file', label: 'File' },
                { value: 'directory', label: 'Folder' },
              ]}
            />
          </div>
        </div>
        {error ? (
          <div style={{ marginTop: 16 }}>
            <ErrorNotice error={error} />
          </div>
        ) : null}
        {current ? <Found analysis={current} /> : null}
        <div className="p-row" style={{ marginTop: 24 }}>
          <Button
            type="submit"
            look="primary"
            working={analyze.isPending || register.isPending}
            disabledReason={
              target.trim() === '' ? 'Paste an address' : current?.locationId === undefined ? undefined : 'It is registered already'
            }
          >
            {ready ? `Register ${plural(current.entities.length, 'entity', 'entities')}` : 'Look at it'}
          </Button>
        </div>
      </form>
    </>
  );
}

function Found({ analysis }: { analysis: Analysis }) {
  const { entities, problems, locationId } = analysis;
  return (
    <div style={{ marginTop: 20 }}>
      {locationId === undefined ? null : (
        <Notice tone="info">
          It is registered already. <TextLink href={`/catalog/ingestion/${locationId}`}>Open the source</TextLink>
        </Notice>
      )}
      {entities.length === 0 && problems.length === 0 ? (
        <Notice tone="degraded" icon={<Glyph status="degraded" label={null} />}>
          <b>There are no catalog documents.</b> Point to a catalog-info.yaml with at least one document.
        </Notice>
      ) : null}
      {entities.length === 0 ? null : (
        <ul className="p-list" aria-label="What will be registered">
          {entities.slice(0, MANY).map((entity) => (
            <li key={`${entity.ref}${entity.source}${entity.line}`}>
              <div className="body">
                <b>{entity.title ?? entity.ref.slice(entity.ref.indexOf('/') + 1)}</b>
                <small className="p-ingestion-message">
                  {entity.claimedBy === undefined ? (
                    `${placeOf(entity.source)}:${entity.line}`
                  ) : (
                    <>
                      <EntityLink entityRef={entity.ref} /> stands in {placeOf(entity.claimedBy)} already and stays as it is there
                    </>
                  )}
                </small>
              </div>
              <span className="when">{entity.kind}</span>
            </li>
          ))}
          {entities.length > MANY ? <li>and {plural(entities.length - MANY, 'more entity', 'more entities')}</li> : null}
        </ul>
      )}
      {problems.length === 0 ? null : (
        <ul className="p-list top" aria-label="Problems" style={{ marginTop: 16 }}>
          {problems.slice(0, MANY).map((problem) => (
            <li key={`${problem.source}${problem.line}${problem.path}${problem.message}`}>
              <Glyph status="failed" label="Problem" />
              <div className="body">
                <span className="p-ingestion-message">{problem.message}</span>
                <small className="p-ingestion-message">
                  {problem.fix} {placeOf(problem.source)}
                </small>
              </div>
              <span className="when">line {problem.line}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
