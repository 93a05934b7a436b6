import { IconAlertTriangle, IconCopy, IconFilter, IconLock, IconSearch, IconWifiOff } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { ApiError } from './api.ts';
import { Button } from './button.tsx';
import { Icon, type IconType } from './icon.tsx';
import { Glyph, type StatusName } from './status.tsx';
import './state.css';

interface StateProps {
  readonly icon?: IconType;
  readonly status?: StatusName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly alert?: boolean;
}

/** What stands where content would: left aligned, says what is so and the next step (design §8). */
export function State({ icon, status, title, children, actions, alert = false }: StateProps) {
  return (
    <div className="p-state" role={alert ? 'alert' : undefined}>
      {status ? <Glyph status={status} size={20} label={null} /> : icon ? <Icon of={icon} size={20} /> : null}
      <h2>{title}</h2>
      {children === undefined ? null : <p>{children}</p>}
      {actions === undefined ? null : <div className="p-row">{actions}</div>}
    </div>
  );
}

/** Nothing matches the filters. */
export function EmptyFilter({
  noun,
  filters,
  onDrop,
  onClear,
  hint,
}: {
  noun: string;
  filters: number;
  onDrop?: () => void;
  onClear: () => void;
  hint?: string;
}) {
  return (
    <State
      icon={IconFilter}
      title={`No ${noun} matches ${filters} ${filters === 1 ? 'filter' : 'filters'}`}
      actions={
        <>
          {onDrop ? <Button onClick={onDrop}>Drop that filter</Button> : null}
          <Button look="quiet" onClick={onClear}>
            Clear all
          </Button>
        </>
      }
    >
      {hint}
    </State>
  );
}

/** Something did not load. `what` is a plural noun: "Deployments". */
export function FailedState({ what, error, onRetry }: { what: string; error: ApiError; onRetry?: () => void }) {
  if (error.code === 'forbidden') {
    return (
      <State icon={IconLock} title={`You may not see ${what.toLowerCase()}`}>
        {error.message} {error.fix}
      </State>
    );
  }
  if (error.code === 'not_found') {
    return (
      <State icon={IconSearch} title={error.message.replace(/\.$/, '')}>
        {error.fix ?? 'It may have been renamed or removed.'}
      </State>
    );
  }
  const retry = onRetry ? <Button onClick={onRetry}>Try again</Button> : null;
  const id = error.requestId;
  return (
    <State
      status="failed"
      alert
      title={`${what} did not load`}
      actions={
        <>
          {retry}
          {id === undefined ? null : (
            <Button look="quiet" icon={IconCopy} onClick={() => void navigator.clipboard.writeText(id)}>
              Copy request id {id.slice(-4)}
            </Button>
          )}
        </>
      }
    >
      {error.message} {error.fix ?? 'Nothing was changed; what runs keeps running.'}
    </State>
  );
}

/** The inline form of a failed change: what was refused and how to pass. */
export function ErrorNotice({ error }: { error: ApiError | null | undefined }) {
  if (!error) return null;
  return (
    <div className="p-notice failed" role="alert">
      <Glyph status="failed" label={null} />
      <div className="body">
        <b>{error.message}</b> {error.fix}
        {error.problems.length === 0 ? null : (
          <ul style={{ marginTop: 4 }}>
            {error.problems.map((problem) => (
              <li key={`${problem.at}${problem.message}`}>
                <span className="p-mono">{problem.at}</span> {problem.message} {problem.fix}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

/** The stream is lost: data stays, dated; a countdown says when it is tried again. */
export function OfflineBanner({ since, retryAt, onRetry }: { since: string; retryAt: number; onRetry: () => void }) {
  const [left, setLeft] = useState(() => Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)));
  useEffect(() => {
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((retryAt - Date.now()) / 1000))), 500);
    return () => clearInterval(timer);
  }, [retryAt]);
  return (
    <div className="p-offline" role="status">
      <Icon of={IconWifiOff} />
      <span>
        Offline. Showing {since}, trying again in {left} s
      </span>
      <button type="button" className="p-link" onClick={onRetry}>
        Now
      </button>
    </div>
  );
}

/** What a page shows when its code itself failed. */
export function CrashedState({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <State icon={IconAlertTriangle} alert title="This page stopped working" actions={<Button onClick={onRetry}>Open it again</Button>}>
      {error instanceof Error ? error.message : String(error)} The rest of the portal keeps working.
    </State>
  );
}
