import type { ReactNode } from 'react';
import { healthStates, type Health } from '@paved/kernel';
import './status.css';

/** Everything a glyph can say: the seven health words, and what only runs have. */
export type StatusName = Health | 'queued' | 'skipped' | 'cancelled';

const words: Record<StatusName, string> = {
  healthy: 'Healthy',
  progressing: 'Progressing',
  degraded: 'Degraded',
  failed: 'Failed',
  waiting: 'Waiting',
  suspended: 'Suspended',
  unknown: 'Unknown',
  queued: 'Queued',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
};

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
const cut = { fill: 'none', stroke: 'var(--p-surface)', strokeWidth: 1.75, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
const ring = <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.5" />;

/** Solid shapes ask for a look, outlined ones do not (design §4). */
const shapes: Record<StatusName, ReactNode> = {
  healthy: (
    <>
      <circle cx="8" cy="8" r="6.2" {...line} />
      <path d="m5.2 8.2 2 2 3.7-4" {...line} />
    </>
  ),
  progressing: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" opacity=".28" />
      <path className="arc" d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </>
  ),
  degraded: (
    <>
      <path d="M8 2.2 14.6 13.8H1.4z" fill="currentColor" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round" />
      <path d="M8 6.3v3.2M8 11.9h.01" {...cut} />
    </>
  ),
  failed: (
    <>
      <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />
      <path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4" {...cut} />
    </>
  ),
  waiting: (
    <>
      <circle cx="8" cy="4.6" r="3.4" fill="currentColor" />
      <path d="M1.5 15c.2-4 2.8-5.7 6.5-5.7s6.3 1.7 6.5 5.7z" fill="currentColor" />
    </>
  ),
  suspended: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="3" {...line} />
      <path d="M6.3 5.7v4.6M9.7 5.7v4.6" {...line} />
    </>
  ),
  unknown: (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.4 2.5" />
      <path
        d="M6.5 6.5c.1-2 3.1-1.9 3 0-.1 1-1.5 1.1-1.5 2.2M8 10.9h.01"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        fill="none"
      />
    </>
  ),
  queued: ring,
  skipped: (
    <>
      {ring}
      <path d="M5.5 8h5" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  cancelled: (
    <>
      {ring}
      <path d="m3.8 12.2 8.4-8.4" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
};

interface GlyphProps {
  readonly status: StatusName;
  readonly size?: 12 | 14 | 16 | 20;
  /** What screen readers hear; `null` when a word stands beside the glyph. */
  readonly label?: string | null;
}

/** The shape of a status. */
export function Glyph({ status, size = 14, label }: GlyphProps) {
  const name = label === undefined ? words[status] : label;
  return (
    <svg
      viewBox="0 0 16 16"
      className={`p-glyph ${status} s${size}`}
      {...(name === null ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
    >
      {shapes[status]}
    </svg>
  );
}

/** Glyph and word; the word is coloured only when it is not a quiet state. */
export function Status({ status, children }: { status: StatusName; children?: ReactNode }) {
  return (
    <span className={`p-status ${status}`}>
      <Glyph status={status} label={null} />
      {children ?? words[status]}
    </span>
  );
}

/** The tinted status beside a page's title; one per page. */
export function StatusPill({ status, children }: { status: StatusName; children?: ReactNode }) {
  return (
    <span className={`p-pill ${status}`}>
      <Glyph status={status} label={null} size={14} />
      {children ?? words[status]}
    </span>
  );
}

/** The word for a status. */
export const statusWord = (status: StatusName): string => words[status];

const order: readonly StatusName[] = [...healthStates, 'queued', 'skipped', 'cancelled'];
/** Sorts worst first. */
export const byWorst = (a: StatusName, b: StatusName): number => order.indexOf(a) - order.indexOf(b);

/** Run and step statuses as glyphs. */
const ofRun: Record<string, StatusName> = {
  queued: 'queued',
  pending: 'queued',
  running: 'progressing',
  waiting: 'waiting',
  succeeded: 'healthy',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  undone: 'skipped',
  planning: 'progressing',
  applying: 'progressing',
  superseded: 'skipped',
};
/** The glyph for the status word of a run, step, check or deployment. */
export const statusOfRun = (status: string): StatusName => ofRun[status] ?? 'unknown';
