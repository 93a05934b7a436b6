import type { ReactNode } from 'react';
import { useNow } from './clock.tsx';
import { Duration } from './relative-time.tsx';
import { Glyph, statusWord, type StatusName } from './status.tsx';
import './steps.css';

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly parent?: string;
  readonly status: StatusName;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly attempt?: number;
}

interface StepsProps {
  readonly steps: readonly Step[];
  readonly current: string | undefined;
  readonly onChoose: (id: string) => void;
  /** A card under a step: who decides, why it failed, the way out. */
  readonly card?: (step: Step) => ReactNode;
}

const ordered = (steps: readonly Step[]): readonly { step: Step; depth: number }[] => {
  const ids = new Set(steps.map((step) => step.id));
  const below = (parent: string | undefined, depth: number): { step: Step; depth: number }[] =>
    steps
      .filter((step) => (step.parent !== undefined && ids.has(step.parent) ? step.parent : undefined) === parent)
      .flatMap((step) => [{ step, depth }, ...below(step.id, depth + 1)]);
  return below(undefined, 0);
};

/** The steps of a run on its time axis: glyph, name, bar, duration. */
export function Steps({ steps, current, onChoose, card }: StepsProps) {
  const moving = steps.some((step) => step.status === 'progressing');
  const now = useNow(moving ? 1000 : undefined).getTime();
  const starts = steps.flatMap((step) => (step.startedAt ? [Date.parse(step.startedAt)] : []));
  const ends = steps.flatMap((step) => (step.startedAt ? [step.endedAt ? Date.parse(step.endedAt) : now] : []));
  const from = Math.min(...starts);
  const span = Math.max(1, Math.max(...ends) - from);
  const many = (status: StatusName) => steps.filter((step) => step.status === status).length;
  const rest = (['failed', 'skipped', 'cancelled'] as const).flatMap((status) =>
    many(status) > 0 ? [`${many(status)} ${statusWord(status).toLowerCase()}`] : [],
  );
  return (
    <div>
      <div className="p-steps-head">
        <span>Step</span>
        <span>{rest.length === 0 ? `${many('healthy')} of ${steps.length} done` : [`${many('healthy')} done`, ...rest].join(', ')}</span>
      </div>
      <ol>
        {ordered(steps).map(({ step, depth }) => {
          const left = step.startedAt ? ((Date.parse(step.startedAt) - from) / span) * 100 : 0;
          const right = step.startedAt ? (((step.endedAt ? Date.parse(step.endedAt) : now) - from) / span) * 100 : 0;
          const quiet = step.status === 'queued' || step.status === 'skipped' || step.status === 'cancelled';
          const below = card?.(step);
          return (
            <li key={step.id}>
              <button
                type="button"
                className={`p-step ${depth > 0 ? 'child' : ''} ${quiet ? 'quiet' : ''}`}
                style={depth > 1 ? { paddingLeft: 12 + depth * 24 } : undefined}
                aria-current={step.id === current ? 'step' : undefined}
                onClick={() => onChoose(step.id)}
              >
                <Glyph status={step.status} size={depth > 0 ? 12 : 14} label={statusWord(step.status)} />
                <span className="name p-trunc">
                  {step.title}
                  {(step.attempt ?? 1) > 1 ? <span className="p-t3"> · attempt {step.attempt}</span> : null}
                </span>
                <span className="lane" aria-hidden>
                  {step.startedAt ? (
                    <i className={step.status} style={{ left: `${left}%`, width: `${Math.max(0, right - left)}%` }} />
                  ) : null}
                </span>
                <span className="time">
                  {step.startedAt ? (
                    <Duration from={step.startedAt} to={step.endedAt ?? (step.status === 'progressing' ? undefined : step.startedAt)} />
                  ) : null}
                </span>
              </button>
              {below}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** The tinted card under a step. */
export function StepCard({
  tone,
  title,
  children,
  actions,
}: {
  tone: 'failed' | 'waiting';
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={`p-step-card ${tone}`}>
      <b>{title}</b>
      <p>{children}</p>
      {actions === undefined ? null : <div className="p-row wrap">{actions}</div>}
    </div>
  );
}
