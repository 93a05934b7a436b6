import type { ReactNode } from 'react';
import { Skeletons } from './skeleton.tsx';
import './strip.css';

/** Three to five figures side by side in one bordered row; `flow` draws arrows between them. */
export function Strip({
  children,
  open = false,
  flow = false,
  label,
}: {
  children: ReactNode;
  open?: boolean;
  flow?: boolean;
  label: string;
}) {
  return (
    <div className={`p-strip ${open ? 'open' : ''} ${flow ? 'flow' : ''}`} role="group" aria-label={label}>
      {children}
    </div>
  );
}

/** One figure: caption, value, and what it means. */
export function Metric({
  caption,
  value,
  unit,
  note,
  big = false,
}: {
  caption: string;
  value: ReactNode;
  unit?: ReactNode;
  note?: ReactNode;
  big?: boolean;
}) {
  return (
    <div className={`p-metric ${big ? 'big' : ''}`}>
      <div className="caption">{caption}</div>
      <div className="value">
        {value}
        {unit === undefined ? null : <small>{unit}</small>}
      </div>
      {note === undefined ? null : <div className="note">{note}</div>}
    </div>
  );
}

/** The room of a strip of environments while it loads; three of them on a phone. */
export function EnvironmentStripSkeleton() {
  return (
    <Skeletons label="Environments">
      <span className="p-env-skeleton" />
    </Skeletons>
  );
}
