import { api, Button, Diff, ErrorNotice, Notice, Section, useChange, type ApiError } from '@paved/ui';
import { useState } from 'react';
import type { ChangeMode, ChangeOutcome, ChangeRequest, DocumentPlace, Draft } from '../draft.ts';
import { Landing } from './landing.tsx';

const words: Readonly<Record<ChangeMode, { label: string; note: (branch: string) => string; verb: string }>> = {
  'pull-request': {
    label: 'Pull request',
    note: (branch) => `Somebody looks at it before it goes to ${branch}.`,
    verb: 'Open pull request',
  },
  commit: { label: 'Commit', note: (branch) => `It goes to ${branch} and counts at once.`, verb: 'Commit' },
  store: { label: 'Store', note: () => 'It is kept in the catalog and counts at once.', verb: 'Save' },
  write: { label: 'File', note: () => 'The file on the server is written.', verb: 'Write file' },
};
const branchOf = ({ branch }: DocumentPlace): string => branch ?? 'the default branch';

interface ReviewProps {
  readonly draft: Draft;
  readonly request: ChangeRequest;
  readonly onBack: () => void;
  readonly onSaved: (outcome: ChangeOutcome) => void;
  /** Somebody else was faster. */
  readonly onStale?: () => void;
}

/** The first three, and how many more there are. */
function listed(refs: readonly string[]): string {
  const names = [...new Set(refs)];
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

/** The last look: the difference, how it is saved, and why. */
export function Review({ draft, request, onBack, onSaved, onStale }: ReviewProps) {
  const allowed = draft.modes.filter((mode) => mode.allowed);
  const [chosen, setChosen] = useState<ChangeMode>();
  const mode = chosen ?? allowed[0]?.mode;
  const [message, setMessage] = useState('');
  const [branch, setBranch] = useState('');
  const save = useChange<ChangeMode, ChangeOutcome>(
    (how) =>
      api.post('/api/editing/changes', {
        ...request,
        mode: how,
        ...(message.trim() === '' ? {} : { message }),
        ...(how !== 'pull-request' || branch.trim() === '' ? {} : { branch: branch.trim() }),
      }),
    {
      refresh: ['/api/catalog', '/api/editing'],
      done: onSaved,
      failed: (error) => {
        if (error.code === 'stale') onStale?.();
      },
    },
  );
  const blocked =
    draft.problems[0]?.message ?? (draft.before === draft.after ? 'Nothing changes' : (draft.modes[0]?.reason ?? draft.place.reason));
  const { file } = draft;
  return (
    <div className="p-review">
      {draft.warnings.length === 0 ? null : (
        <div style={{ marginBottom: 16 }}>
          <Notice tone="degraded">
            <b>{draft.warnings.length === 1 ? 'A reference leads nowhere.' : `${draft.warnings.length} references lead nowhere.`}</b>{' '}
            {listed(draft.warnings.map((warning) => warning.ref))} {draft.warnings.length === 1 ? 'is' : 'are'} not in the catalog. The
            change can be saved; the relation shows when the other end is there.
          </Notice>
        </div>
      )}
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
        {draft.place.label === undefined ? null : (
          <Section title="Where it lands">
            <Landing place={draft.place} />
          </Section>
        )}
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
                    <small>
                      {verdict.allowed ? words[verdict.mode].note(branchOf(draft.place)) : `${verdict.reason ?? ''} ${verdict.fix ?? ''}`}
                    </small>
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
        {mode === 'pull-request' ? (
          <div className="p-field" style={{ marginTop: 16 }}>
            <label htmlFor="branch">
              Its branch<span className="optional">optional</span>
            </label>
            <input
              id="branch"
              className="p-input mono"
              value={branch}
              spellCheck={false}
              placeholder="paved/…"
              pattern="[\w./\-]+"
              maxLength={200}
              title="Letters, digits, dots, slashes and dashes"
              onChange={(event) => setBranch(event.target.value)}
            />
            <p className="p-help">Made up from the title when it is empty.</p>
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
