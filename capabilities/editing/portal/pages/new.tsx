import {
  Button,
  Combobox,
  ErrorNotice,
  LinkButton,
  PageHeader,
  Section,
  SkeletonRows,
  useCrumbs,
  useData,
  useHasRole,
  useUrlState,
} from '@paved/ui';
import { useState } from 'react';
import { valueOfText, withEntity } from '../../model/with-entity.ts';
import { useDraft, type ChangeOutcome, type ChangeRequest } from '../draft.ts';
import { DocumentEditor, type Face } from '../editor/document-editor.tsx';
import { Review } from '../editor/review.tsx';
import { Saved } from '../editor/saved.tsx';
import { Summary } from '../editor/summary.tsx';
import { useKinds, type CatalogKind } from '../kinds.ts';
import '../editing.css';

interface Place {
  readonly type: 'repository' | 'forge';
  readonly address: string;
  readonly label: string;
  readonly files: readonly string[];
}

/** Kinds that a developer's sources may hold, in the words of people who look for one. */
const usual: Readonly<Record<string, string>> = {
  Component: 'A piece of software: a service, website or library.',
  API: 'What components offer each other.',
  Resource: 'What software needs to run: a database, a bucket.',
  System: 'Components, APIs and resources that belong together.',
  Domain: 'Systems that serve one part of the business.',
  AiResource: 'A model, agent, prompt or tool server.',
  Group: 'A team, department or other group of people.',
  User: 'A person.',
};

/** A new entity: its kind, what it says, and where it is kept. `?from=&version=` starts from one that is gone. */
export function Page() {
  useCrumbs([{ label: 'Catalog', href: '/catalog?kind=Component' }, { label: 'New entity' }]);
  const { params, set } = useUrlState();
  const kinds = useKinds();
  const kind = kinds.find((one) => one.kind === params.get('kind'));
  const from = params.get('from');
  const old = useData<string>(`/api/catalog/entities/by-name/${(from ?? ':/').replace(':', '/')}/history/${params.get('version') ?? ''}`, {
    query: { format: 'yaml' },
    off: from === null,
  });
  if (from !== null) {
    if (old.error) return <ErrorNotice error={old.error} />;
    return old.data === undefined ? (
      <SkeletonRows label="The version" rows={14} height={24} />
    ) : (
      <Making kinds={kinds} start={old.data} title="Bring it back" />
    );
  }
  if (kind !== undefined) return <Making key={kind.kind} kinds={kinds} start={startOf(kind)} title={`New ${inSentence(kind.title)}`} />;
  return <Kinds kinds={kinds} onChoose={(chosen) => set((now) => now.set('kind', chosen), { push: true })} />;
}

/** `Data set` inside a sentence: `data set`; an `API` stays one. */
const inSentence = (title: string): string => (/^[A-Z][a-z]/.test(title) ? `${title.charAt(0).toLowerCase()}${title.slice(1)}` : title);

const nothing: readonly never[] = [];

/** It has a name: before that nobody wants to hear what is missing. */
function isNamed(text: string): boolean {
  try {
    const { metadata } = valueOfText(text) as { metadata?: { name?: unknown } };
    return typeof metadata?.name === 'string' && metadata.name !== '';
  } catch {
    return true;
  }
}

const startOf = (kind: CatalogKind): string =>
  withEntity('', { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name: '' }, spec: {} });

function Kinds({ kinds, onChoose }: { kinds: readonly CatalogKind[]; onChoose: (kind: string) => void }) {
  const all = useHasRole('platform-engineer');
  const offered = kinds.filter(
    (kind) => kind.kind !== 'Location' && (all || kind.custom || (kind.kind in usual && !['Group', 'User'].includes(kind.kind))),
  );
  return (
    <>
      <PageHeader
        title="New entity"
        lede="Choose what it is. A template makes code, pipeline and entity in one go."
        actions={<LinkButton href="/create">Use a template</LinkButton>}
      />
      {kinds.length === 0 ? <SkeletonRows label="Kinds" rows={6} height={64} /> : null}
      <ul className="p-kinds">
        {offered.map((kind) => (
          <li key={kind.kind}>
            <button type="button" onClick={() => onChoose(kind.kind)}>
              <b>{kind.title}</b>
              <small>{kind.description ?? usual[kind.kind]}</small>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Making({ kinds, start, title }: { kinds: readonly CatalogKind[]; start: string; title: string }) {
  const [text, setText] = useState(start);
  const [to, setTo] = useState<ChangeRequest['to']>();
  const [step, setStep] = useState<'edit' | 'review'>('edit');
  const [outcome, setOutcome] = useState<ChangeOutcome>();
  const [goTo, setGoTo] = useState<{ line: number }>();
  const { params, set } = useUrlState();
  const face: Face = params.get('as') === 'yaml' ? 'yaml' : 'form';
  const request: ChangeRequest = { yaml: text, ...(to === undefined || to.path === '' ? {} : { to }) };
  const { draft, error, current } = useDraft(request);
  if (outcome !== undefined) return <Saved outcome={outcome} deleted={false} />;
  // What was not touched yet is not wrong yet.
  const touched = isNamed(text);
  const problem = draft !== undefined && current ? draft.problems[0]?.message : undefined;
  return (
    <div className="p-full">
      <PageHeader
        tight
        title={title}
        actions={
          step === 'edit' ? (
            <>
              <LinkButton href="/catalog" look="quiet">
                Cancel
              </LinkButton>
              <Button look="primary" disabledReason={touched ? problem : 'Give it a name first'} onClick={() => setStep('review')}>
                Review
              </Button>
            </>
          ) : null
        }
      />
      {error === undefined ? null : (
        <div style={{ marginBottom: 16 }}>
          <ErrorNotice error={error} />
        </div>
      )}
      {step === 'review' ? (
        draft === undefined || !current ? (
          <SkeletonRows label="The difference" rows={10} height={20} />
        ) : (
          <Review draft={draft} request={request} onBack={() => setStep('edit')} onSaved={setOutcome} />
        )
      ) : (
        <div className="p-cols wide">
          <DocumentEditor
            text={text}
            onChange={setText}
            kinds={kinds}
            isNew
            face={face}
            onFace={(next) => set((now) => (next === 'yaml' ? now.set('as', 'yaml') : now.delete('as')))}
            problems={(touched ? draft?.problems : undefined) ?? nothing}
            warnings={(touched ? draft?.warnings : undefined) ?? nothing}
            goTo={goTo}
            onSubmit={() => setStep('review')}
          />
          <div className="p-draft-summary">
            <WhereTo to={to} onChange={setTo} />
            <Summary
              draft={touched ? draft : undefined}
              isNew
              onProblem={(line) => {
                set((now) => now.set('as', 'yaml'));
                setGoTo({ line });
              }}
            />
          </div>
        </div>
      )}
    </div>
  );
}

/** In the catalog's store, or in a file of a repository. */
function WhereTo({ to, onChange }: { to: ChangeRequest['to']; onChange: (to: ChangeRequest['to']) => void }) {
  const places = useData<{ items: readonly Place[] }>('/api/editing/places').data?.items ?? [];
  const place = places.find((one) => one.address === to?.address);
  return (
    <Section title="Where to keep it">
      <div className="p-radios" role="radiogroup" aria-label="Where to keep it">
        <label className="p-radio">
          <input type="radio" name="where" checked={to === undefined} onChange={() => onChange(undefined)} />
          <span className="p-grow">
            <b>Catalog</b>
            <small>Saved at once, changed here.</small>
          </span>
        </label>
        <label className="p-radio">
          <input
            type="radio"
            name="where"
            checked={to !== undefined}
            onChange={() => onChange({ address: places[0]?.address ?? '', path: 'catalog-info.yaml' })}
          />
          <span className="p-grow">
            <b>Repository</b>
            <small>A file beside the code, by commit or pull request.</small>
          </span>
        </label>
      </div>
      {to === undefined ? null : (
        <div className="p-stack" style={{ marginTop: 12 }}>
          <div className="p-field">
            <label htmlFor="repository">Repository</label>
            <Combobox
              id="repository"
              value={to.address}
              shown={place?.label}
              search={async (query) =>
                places.filter((one) => one.label.includes(query.toLowerCase())).map((one) => ({ value: one.address, label: one.label }))
              }
              onChange={(address) => onChange({ path: to.path, address: address ?? '' })}
            />
          </div>
          <div className="p-field">
            <label htmlFor="path">File</label>
            <input
              id="path"
              className="p-input mono"
              value={to.path}
              spellCheck={false}
              list="paths"
              onChange={(event) => onChange({ ...to, path: event.target.value })}
            />
            <datalist id="paths">
              {place?.files.map((file) => (
                <option key={file} value={file} />
              ))}
            </datalist>
            <p className="p-help">{place?.files.includes(to.path) ? 'Added at the end of this file.' : 'A new file.'}</p>
          </div>
        </div>
      )}
    </Section>
  );
}
