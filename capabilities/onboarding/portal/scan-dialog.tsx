import { api, FormDialog, useChange, useData } from '@paved/ui';
import { useState } from 'react';

type Of = 'hosted' | 'forge' | 'list';

/** Which repositories are looked through. */
export function ScanDialog({ onClose, onStarted }: { onClose: () => void; onStarted: (runId: string) => void }) {
  const forges = useData<{ items: readonly { id: string; title: string }[] }>('/api/forges').data?.items ?? [];
  const [of, setOf] = useState<Of>('hosted');
  const [integration, setIntegration] = useState<string>();
  const [owner, setOwner] = useState('');
  const [addresses, setAddresses] = useState('');
  const host = integration ?? forges[0]?.id;
  const listed = addresses.split(/\s+/).filter((line) => line !== '');
  const start = useChange<void, { runId: string }>(
    () =>
      api.post(
        '/api/onboarding/scans',
        of === 'hosted' ? { of } : of === 'list' ? { of, addresses: listed } : { of, integration: host, owner: owner.trim() },
      ),
    { refresh: ['/api/runs'], done: ({ runId }) => onStarted(runId) },
  );
  const missing =
    of === 'forge' && (host === undefined || owner.trim() === '')
      ? 'Name the organisation'
      : of === 'list' && listed.length === 0
        ? 'Name a repository'
        : undefined;
  const choices: readonly { value: Of; label: string; note: string }[] = [
    { value: 'hosted', label: 'Hosted here', note: 'Every repository of this platform.' },
    {
      value: 'forge',
      label: 'On a forge',
      note:
        forges.length === 0
          ? 'None is connected. Add one to integrations in the configuration.'
          : 'An organisation, group, workspace or user.',
    },
    { value: 'list', label: 'A list', note: 'By their addresses.' },
  ];
  return (
    <FormDialog
      opened
      onClose={onClose}
      title="Look through repositories"
      submit="Look through"
      working={start.isPending}
      error={start.error}
      disabledReason={missing}
      onSubmit={() => start.mutate()}
    >
      <div className="p-stack">
        <div className="p-radios" role="radiogroup" aria-label="Which repositories">
          {choices.map((choice) => (
            <label key={choice.value} className="p-radio">
              <input
                type="radio"
                name="of"
                checked={of === choice.value}
                disabled={choice.value === 'forge' && forges.length === 0}
                onChange={() => setOf(choice.value)}
              />
              <span className="p-grow">
                <b>{choice.label}</b>
                <small>{choice.note}</small>
              </span>
            </label>
          ))}
        </div>
        {of === 'forge' ? (
          <>
            <div className="p-field">
              <label htmlFor="forge">Forge</label>
              <select id="forge" className="p-input" value={host} onChange={(event) => setIntegration(event.target.value)}>
                {forges.map((forge) => (
                  <option key={forge.id} value={forge.id}>
                    {forge.title}, {forge.id}
                  </option>
                ))}
              </select>
            </div>
            <div className="p-field">
              <label htmlFor="owner">Organisation</label>
              <input id="owner" className="p-input" value={owner} spellCheck={false} onChange={(event) => setOwner(event.target.value)} />
            </div>
          </>
        ) : null}
        {of === 'list' ? (
          <div className="p-field">
            <label htmlFor="addresses">Addresses</label>
            <textarea
              id="addresses"
              className="p-input mono"
              rows={5}
              value={addresses}
              spellCheck={false}
              placeholder="https://github.com/acme/api"
              onChange={(event) => setAddresses(event.target.value)}
            />
            <p className="p-help">One on each line.</p>
          </div>
        ) : null}
      </div>
    </FormDialog>
  );
}
