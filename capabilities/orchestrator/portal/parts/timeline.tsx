import { type EntityPartProps, Glyph, Link, RelativeTime, Section, statusOfRun, timeWords } from '@paved/ui';
import { IconArrowBackUp } from '@tabler/icons-react';
import { versionWords } from '../shapes.ts';
import { useDeployments, useRuns, useService } from './use-board.ts';
import type { KeyboardEvent } from 'react';
import './timeline.css';

const DAYS = 14;
const day = 86_400_000;

/** Marks stand close together: a lane is one stop of the Tab key, at its newest mark, and arrows walk along it. */
function step(event: KeyboardEvent<HTMLElement>) {
  const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
  const marks = [...event.currentTarget.querySelectorAll<HTMLElement>('.mark')];
  const next = marks[marks.indexOf(event.target as HTMLElement) + by];
  if (by === 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** Deployments of two weeks, one lane per environment. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const runs = useRuns(entity, entityRef);
  const { environments } = useService(entityRef);
  const answer = useDeployments(entityRef, runs);
  const now = new Date();
  const end = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
  const start = end - DAYS * day;
  const days = Array.from({ length: DAYS }, (_, i) => new Date(start + i * day + day / 2));
  const shown = (answer.data?.items ?? []).filter(
    (deployment) => Date.parse(deployment.startedAt) >= start && deployment.status !== 'superseded',
  );
  if (!runs) return null;
  return (
    <Section
      title="Deployments"
      note={`${DAYS} days`}
      more={
        <span className="p-row hide-sm" style={{ gap: 16 }}>
          <span className="p-status">
            <Glyph status="healthy" label={null} /> Live
          </span>
          <span className="p-status" style={{ color: 'inherit' }}>
            <Glyph status="failed" label={null} /> Failed
          </span>
          <span className="p-status">
            <IconArrowBackUp size={14} stroke={2} aria-hidden /> Rolled back
          </span>
        </span>
      }
    >
      <div className="p-timeline" style={{ minHeight: environments.length === 0 ? 120 : undefined }}>
        {environments.map((environment) => {
          const own = shown.filter((deployment) => deployment.environment === environment.name).toReversed();
          return (
            <div className="lane" key={environment.name}>
              <span>{environment.title}</span>
              <div className="track" role="list" aria-label={`Deployments to ${environment.title}`} onKeyDown={step}>
                {own.map((deployment, i) => (
                  <div role="listitem" key={deployment.id}>
                    <Link
                      className="mark"
                      tabIndex={i === own.length - 1 ? 0 : -1}
                      href={`/deployments/${deployment.id}`}
                      style={{ left: `${((Date.parse(deployment.startedAt) - start) / (DAYS * day)) * 100}%` }}
                      title={`${versionWords(deployment.version)}, ${deployment.status}, ${timeWords(new Date(deployment.startedAt), now)}`}
                    >
                      <span>
                        {deployment.mode === 'rollback' && deployment.status === 'succeeded' ? (
                          <IconArrowBackUp size={12} stroke={2.5} aria-label="Rolled back" />
                        ) : (
                          <Glyph
                            status={statusOfRun(deployment.status)}
                            size={12}
                            label={`${versionWords(deployment.version)} ${deployment.status}`}
                          />
                        )}
                      </span>
                    </Link>
                  </div>
                ))}
              </div>
            </div>
          );
        })}
        <div className="axis" aria-hidden>
          <span>{now.toLocaleDateString('en-GB', { month: 'long' })}</span>
          <div>
            {days.map((date) => (
              <span key={date.getTime()}>{date.getDate()}</span>
            ))}
          </div>
        </div>
      </div>
      {answer.data && shown.length === 0 ? (
        <p className="p-13 p-t2" style={{ marginTop: 10 }}>
          No deployment in {DAYS} days
          {answer.data.items[0] ? (
            <>
              ; the last one was <RelativeTime at={answer.data.items[0].startedAt} />
            </>
          ) : (
            ''
          )}
          .
        </p>
      ) : null}
    </Section>
  );
}
