import type { JsonObject } from '@paved/kernel';
import {
  Button,
  capital,
  entityHref,
  ErrorNotice,
  LinkButton,
  Loaded,
  nameOf,
  Notice,
  PageHeader,
  pathOf,
  SkeletonRows,
  useCrumbs,
  useData,
  useRouteParams,
  useUrlState,
} from '@paved/ui';
import { IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { ontoNewer } from '../../model/onto-newer.ts';
import { valueOfText, withEntity } from '../../model/with-entity.ts';
import { useDraft, type ChangeOutcome, type ChangeRequest, type OpenedDocument } from '../draft.ts';
import { DocumentEditor, type Face } from '../editor/document-editor.tsx';
import { Newer } from '../editor/newer.tsx';
import { Review } from '../editor/review.tsx';
import { Saved } from '../editor/saved.tsx';
import { Summary } from '../editor/summary.tsx';
import { useKinds } from '../kinds.ts';
import '../editing.css';

/** An entity's document is changed where it is kept. `?version=` starts from an old version, `?owner=` with another owner, `?as=yaml` with the YAML. */
export function Page() {
  const { namespace = 'default', kind = '', name = '' } = useRouteParams();
  const ref = `${kind}:${namespace}/${name}`.toLowerCase();
  const { params } = useUrlState();
  const version = params.get('version');
  useCrumbs([{ label: 'Catalog', href: '/catalog?kind=Component' }, { label: name, href: entityHref(ref) }, { label: 'Edit' }]);
  const opened = useData<OpenedDocument>('/api/editing/document', { query: { ref } });
  const old = useData<string>(`/api/catalog/entities/by-name/${pathOf(kind, namespace, name)}/history/${version ?? ''}`, {
    query: { format: 'yaml' },
    off: version === null,
  });
  return (
    <div className="p-full">
      <Loaded query={opened} what={`The document of ${name}`} skeleton={<SkeletonRows label="The document" rows={14} height={24} />}>
        {(document) =>
          version !== null && old.error ? (
            <ErrorNotice error={old.error} />
          ) : version !== null && old.data === undefined ? (
            <SkeletonRows label="The version" rows={14} height={24} />
          ) : (
            <Editing
              key={`${ref}@${version ?? ''}`}
              opened={document}
              {...(old.data === undefined ? {} : { old: { text: old.data, version: version ?? '' } })}
            />
          )
        }
      </Loaded>
    </div>
  );
}

const nothing: readonly never[] = [];

/** The document as it was, in the form it has now. */
const restored = (now: string, then: string): string => withEntity(now, valueOfText(then));

const ownedBy = (now: string, owner: string): string => {
  const value = valueOfText(now);
  return withEntity(now, { ...value, spec: { ...(value['spec'] as JsonObject | undefined), owner } });
};

function Editing({ opened, old }: { opened: OpenedDocument; old?: { text: string; version: string } }) {
  // What it was when it was opened: later answers of the server do not move the ground under the editor.
  const [base, setBase] = useState(opened.text);
  const { params, set } = useUrlState();
  const owner = opened.stale ? null : params.get('owner');
  const [text, setText] = useState(() => (old !== undefined ? restored(base, old.text) : owner !== null ? ownedBy(base, owner) : base));
  const face: Face = params.get('as') === 'yaml' || opened.stale ? 'yaml' : 'form';
  const [step, setStep] = useState<'edit' | 'review' | 'delete'>(old === undefined && owner === null ? 'edit' : 'review');
  const [outcome, setOutcome] = useState<ChangeOutcome>();
  const [goTo, setGoTo] = useState<{ line: number }>();
  const [contested, setContested] = useState<readonly string[]>([]);
  const kinds = useKinds();
  const request: ChangeRequest = step === 'delete' ? { ref: opened.ref, delete: true, base } : { ref: opened.ref, yaml: text, base };
  const { draft, error, current, again } = useDraft(request);
  const name = nameOf(opened.ref);
  const dirty = text !== base && outcome === undefined;
  useEffect(() => {
    if (!dirty) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
  if (outcome !== undefined) return <Saved outcome={outcome} deleted={step === 'delete'} />;
  const noWay =
    opened.modes.length === 0
      ? `${opened.place.reason ?? ''} ${opened.place.fix ?? ''}`
      : opened.modes.find((mode) => mode.allowed)
        ? undefined
        : `${opened.modes[0]?.reason ?? ''} ${opened.modes[0]?.fix ?? ''}`;
  // The server says it as the first of the problems; here it has a place of its own, with the way on.
  const [stale, ...others] = draft?.problems ?? [];
  const newer = draft !== undefined && current && draft.before !== base ? { text: draft.before, words: stale?.message ?? '' } : undefined;
  const shown = draft === undefined || newer === undefined ? draft : { ...draft, problems: others };
  const show = (line: number): void => {
    setStep('edit');
    set((now) => now.set('as', 'yaml'));
    setGoTo({ line });
  };
  const takeNewer = (to: string): void => {
    const { text: next, contested: both } = ontoNewer(base, to, text);
    setBase(to);
    setText(next);
    setContested(both);
  };
  return (
    <>
      <PageHeader
        tight
        title={step === 'delete' ? `Delete ${name}` : old === undefined ? `Edit ${name}` : `Restore version ${old.version} of ${name}`}
        lede={`${capital(opened.kind)} in ${opened.place.words}`}
        actions={
          step === 'edit' ? (
            <>
              <LinkButton href={entityHref(opened.ref)} look="quiet">
                Cancel
              </LinkButton>
              <Button
                look="primary"
                disabledReason={
                  noWay ??
                  (text === base
                    ? 'Change something first'
                    : draft && current && draft.problems.length > 0
                      ? draft.problems[0]?.message
                      : undefined)
                }
                onClick={() => setStep('review')}
              >
                Review change
              </Button>
            </>
          ) : null
        }
        more={
          step === 'edit' && noWay === undefined
            ? [{ label: 'Delete this document', icon: IconTrash, danger: true, run: () => setStep('delete') }]
            : []
        }
      />
      {noWay === undefined ? null : (
        <div style={{ marginBottom: 16 }}>
          <Notice tone="degraded">
            <b>You can look, but not save.</b> {noWay}
          </Notice>
        </div>
      )}
      {opened.stale ? (
        <div style={{ marginBottom: 16 }}>
          <Notice tone="failed">
            <b>The document in the source is broken.</b> The catalog shows the last good version until it is mended.
          </Notice>
        </div>
      ) : null}
      {error === undefined ? null : (
        <div style={{ marginBottom: 16 }}>
          <ErrorNotice error={error} />
        </div>
      )}
      <Newer newer={newer} mine={step === 'delete' || text === base ? undefined : text} contested={contested} onTake={takeNewer} />
      {step === 'edit' ? (
        <div className="p-cols wide">
          <DocumentEditor
            text={text}
            onChange={setText}
            kinds={kinds}
            isNew={false}
            face={face}
            onFace={(next) => set((now) => (next === 'yaml' ? now.set('as', 'yaml') : now.delete('as')))}
            problems={shown?.problems ?? nothing}
            warnings={shown?.warnings ?? nothing}
            goTo={goTo}
            onSubmit={() => setStep('review')}
          />
          <Summary draft={shown} isNew={false} outdated={newer !== undefined} onProblem={show} />
        </div>
      ) : draft === undefined || !current ? (
        error === undefined ? (
          <SkeletonRows label="The difference" rows={10} height={20} />
        ) : null
      ) : (
        <>
          {(shown?.problems.length ?? 0) === 0 ? null : <Summary draft={shown} isNew={false} onProblem={show} />}
          <Review draft={draft} request={request} onBack={() => setStep('edit')} onSaved={setOutcome} onStale={again} />
        </>
      )}
    </>
  );
}
