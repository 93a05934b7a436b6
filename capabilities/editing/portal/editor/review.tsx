import { api, Button, Diff, ErrorNotice, Notice, Section, useChange, type ApiError } from '@paved/ui';
import { useState } from 'react';
import type { ChangeMode, ChangeOutcome, ChangeRequest, Draft } from '../draft.ts';

const words: Readonly<Record<ChangeMode, { label: string; note: string; verb: string }>> = {
  'pull-request': { label: 'Pull request', note: 'Somebody looks at it before it counts.', verb: 'Open pull request' },
  commit: { label: 'Commit', note: 'It counts at once, on the default branch.', verb: 'Commit' },
  store: { label: 'Store', note: 'It is kept in the catalog and counts at once.', verb: 'Save' },
  write: { label: 'File', note: 'The file on the server is written.', verb: 'Write file' },
};

interface ReviewProps {
  readonly draft: Draft;
  readonly request: ChangeRequest;
  readonly onBack: () => void;
  readonly onSaved: (outcome: ChangeOutcome) => void;
}

/** The last look: the difference, how it is saved, and why. */
export function Review({ draft, request, onBack, onSaved }: ReviewProps) {
  const allowed = draft.modes.filter((mode) => mode.allowed);
  const [chosen, setChosen] = useState<ChangeMode>();
  const mode = chosen ?? allowed[0]?.mode;
  const [message, setMessage] = useState('');
  const save = useChange<ChangeMode, ChangeOutcome>(
    (how) => api.post('/api/editing/changes', { ...request, mode: how, ...(message.trim() === '' ? {} : { message }) }),
    { refresh: ['/api/catalog', '/api/editing'], done: onSaved },
  );
  const blocked =
    draft.problems[0]?.message ?? (draft.before === draft.after ? 'Nothing changes' : (draft.modes[0]?.reason ?? draft.place.reason));
  const { file } = draft;
  return (
    <div className="p-review">
      <Diff
        source={
          file === undefined
            ? {
                path: `${draft.ref ?? 'document'}.yaml`,
                before: draft.before === '' ? undefined : draft.before,
                after: draft.after === '' ? undefined : draft.after,
              }
            : { path: file.path, before: file.before, after: file.after }
        }
      />
      <form
        style={{ maxWidth: 560, marginTop: 24 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (mode !== undefined) save.mutate(mode);
        }}
      >
        <Section title="How it is saved">
          {draft.modes.length === 0 ? (
            <Notice tone="degraded">
              <b>It cannot be saved from here.</b> {draft.place.reason} {draft.place.fix}
            </Notice>
          ) : (
            <div className="p-radios" role="radiogroup" aria-label="How it is saved">
              {draft.modes.map((verdict) => (
                <label key={verdict.mode} className="p-radio">
                  <input
                    type="radio"
                    name="mode"
                    disabled={!verdict.allowed}
                    checked={verdict.mode === mode}
                    onChange={() => setChosen(verdict.mode)}
                  />
                  <span className="p-grow">
                    <b>{words[verdict.mode].label}</b>
                    <small>{verdict.allowed ? words[verdict.mode].note : `${verdict.reason ?? ''} ${verdict.fix ?? ''}`}</small>
                  </span>
                </label>
              ))}
            </div>
          )}
        </Section>
        {mode === 'commit' || mode === 'pull-request' ? (
          <div className="p-field" style={{ marginTop: 16 }}>
            <label htmlFor="message">
              Why<span className="optional">optional</span>
            </label>
            <textarea id="message" className="p-input" rows={2} value={message} onChange={(event) => setMessage(event.target.value)} />
            <p className="p-help">Becomes the {mode === 'commit' ? 'commit message' : 'title of the pull request'}.</p>
          </div>
        ) : null}
        {save.error === null ? null : (
          <div style={{ marginTop: 16 }}>
            <ErrorNotice error={save.error satisfies ApiError} />
          </div>
        )}
        <div className="p-row" style={{ marginTop: 24 }}>
          <Button
            type="submit"
            look="primary"
            working={save.isPending}
            disabledReason={
              mode === undefined || draft.problems.length > 0 || draft.before === draft.after
                ? (blocked ?? 'It cannot be saved')
                : undefined
            }
          >
            {mode === undefined ? 'Save' : words[mode].verb}
          </Button>
          <Button look="quiet" onClick={onBack}>
            Back to editing
          </Button>
        </div>
      </form>
    </div>
  );
}
