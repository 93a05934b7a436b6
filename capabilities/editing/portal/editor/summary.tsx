import { Glyph, Section, plural } from '@paved/ui';
import { changeLine, fieldOf } from '../../model/change-words.ts';
import type { Draft } from '../draft.ts';
import { Landing } from './landing.tsx';

/** Beside the editor: what is wrong, what changes, where it goes. */
export function Summary({
  draft,
  isNew,
  outdated = false,
  onProblem,
}: {
  draft: Draft | undefined;
  isNew: boolean;
  /** There is a newer version: what changes is seen when it is taken. */
  outdated?: boolean;
  onProblem: (line: number) => void;
}) {
  if (draft === undefined) return null;
  const { problems, warnings, differences, place } = draft;
  return (
    <div className="p-draft-summary" aria-live="polite">
      {problems.length === 0 ? null : (
        <Section title={plural(problems.length, 'problem')}>
          <ul className="p-list top" aria-label="Problems">
            {problems.map((problem) => (
              <li key={`${problem.line}${problem.at}${problem.message}`}>
                <Glyph status="failed" label="Problem" />
                <div className="body">
                  <span>{problem.message}</span>
                  <small>{problem.fix}</small>
                </div>
                <button type="button" className="p-link when" onClick={() => onProblem(problem.line)}>
                  line {problem.line}
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {warnings.length === 0 ? null : (
        <Section title={plural(warnings.length, 'warning')}>
          <ul className="p-list top" aria-label="Warnings">
            {warnings.map((warning) => (
              <li key={`${warning.at}${warning.ref}`}>
                <Glyph status="degraded" label="Warning" />
                <div className="body">
                  <span className="p-break">{warning.message}</span>
                  <small className="p-break">{warning.fix}</small>
                </div>
                <button type="button" className="p-link when" onClick={() => onProblem(warning.line)}>
                  line {warning.line}
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={isNew ? 'What will be made' : 'What changes'}>
        {outdated ? (
          <p className="p-13 p-t2">Seen when the newer version is taken.</p>
        ) : isNew ? (
          <p className="p-13 p-t2">{draft.ref === undefined ? 'Nothing yet.' : <span className="p-mono">{draft.ref}</span>}</p>
        ) : differences.length === 0 ? (
          <p className="p-13 p-t2">
            {draft.before === draft.after
              ? 'Nothing yet.'
              : problems.length > 0
                ? 'Seen when the problems are mended.'
                : 'Comments and form only.'}
          </p>
        ) : (
          <ul className="p-changes-lines">
            {differences.slice(0, 20).map((difference) => (
              <li key={difference.path}>
                <b>{fieldOf(difference.path)}</b>
                <span>
                  {changeLine(difference as never)
                    .slice(fieldOf(difference.path).length)
                    .replace(/^: /, '')}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Where it is kept">
        <Landing place={place} />
        {place.reason === undefined ? null : (
          <p className="p-13 p-t2">
            {place.reason} {place.fix}
          </p>
        )}
      </Section>
    </div>
  );
}
