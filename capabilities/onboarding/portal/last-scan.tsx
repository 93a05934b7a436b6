import { api, Button, Glyph, Notice, plural, TextLink, useChange, useData, useMay } from '@paved/ui';
import { useState, type ReactNode } from 'react';
import { SCAN_RUN, type ScanOutcome } from '../index.ts';

interface Scan {
  readonly id: string;
  readonly status: string;
  readonly output?: ScanOutcome;
  readonly error?: { readonly message: string; readonly fix?: string };
}

/** How the last look through repositories went: what could not be read, why, and once more. Nothing is said of one that went well. */
export function LastScan({ onStarted }: { onStarted: (runId: string) => void }) {
  const may = useMay('onboarding.scan.create');
  const [shown, setShown] = useState(false);
  const runs = useData<{ items: readonly Scan[] }>('/api/runs', {
    query: { kind: SCAN_RUN, limit: 1 },
    live: ['runs.run.changed'],
    off: !may,
  });
  const again = useChange<readonly string[], { runId: string }>(
    (addresses) => api.post('/api/onboarding/scans', { of: 'list', addresses }),
    { refresh: ['/api/runs'], done: ({ runId }) => onStarted(runId) },
  );
  const [last] = runs.data?.items ?? [];
  if (last === undefined) return null;
  const run = <TextLink href={`/runs/${last.id}`}>Open run</TextLink>;
  if (last.status === 'failed')
    return (
      <Framed>
        <Notice tone="failed" icon={<Glyph status="failed" label={null} />}>
          <b>The last look through repositories failed.</b> {last.error?.message} {last.error?.fix} {run}
        </Notice>
      </Framed>
    );
  if (last.status === 'queued' || last.status === 'running')
    return (
      <Framed>
        <Notice tone="info" icon={<Glyph status="progressing" label={null} />}>
          <b>Looking through repositories.</b> Proposals appear as they are found. {run}
        </Notice>
      </Framed>
    );
  const failures = last.output?.failures ?? [];
  if (failures.length === 0) return null;
  return (
    <Framed>
      <Notice
        tone="degraded"
        icon={<Glyph status="degraded" label={null} />}
        actions={
          <>
            <Button small look="quiet" aria-expanded={shown} onClick={() => setShown(!shown)}>
              {shown ? 'Hide' : 'Show'}
            </Button>
            <Button small working={again.isPending} onClick={() => again.mutate(failures.map(({ address }) => address))}>
              Try again
            </Button>
          </>
        }
      >
        <b>{plural(last.output?.failed ?? failures.length, 'repository', 'repositories')} could not be looked through.</b>{' '}
        {again.error === null ? run : again.error.message}
      </Notice>
      {shown ? (
        <ul className="p-list top" aria-label="Not looked through">
          {failures.map(({ address, label, reason }) => (
            <li key={address}>
              <div className="body">
                <span className="p-name p-anywhere">{label}</span>
                <small className="p-anywhere">{reason}</small>
              </div>
            </li>
          ))}
        </ul>
      ) : null}
    </Framed>
  );
}

const Framed = ({ children }: { children: ReactNode }) => (
  <div style={{ marginBottom: 16 }} aria-live="polite">
    {children}
  </div>
);
