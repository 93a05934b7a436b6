import { EntityLink, Glyph, RelativeTime, Section, TextLink } from '@paved/ui';
import { useState } from 'react';
import { placeOf, shortTarget, type SourceProblem } from './source.ts';
import './ingestion.css';

/** Up to so many problems every one is shown; beyond, each file shows its first ones. */
const FEW = 30;
const FIRST = 3;

/** Problems by file, each with its line, the reason and the way to mend it. */
export function ProblemList({ problems, withSource = false }: { problems: readonly SourceProblem[]; withSource?: boolean }) {
  const files = Map.groupBy(problems, (problem) => problem.source);
  const short = files.size > 1 && problems.length > FEW;
  return (
    <>
      {[...files].map(([source, found]) => (
        <FileProblems key={source} source={source} found={found} withSource={withSource} short={short} />
      ))}
    </>
  );
}

function FileProblems({
  source,
  found,
  withSource,
  short,
}: {
  source: string;
  found: readonly SourceProblem[];
  withSource: boolean;
  short: boolean;
}) {
  const [all, setAll] = useState(false);
  const shown = all || !short || found.length <= FIRST + 1 ? found : found.slice(0, FIRST);
  return (
    <Section
      title={shortTarget(placeOf(source)).name}
      note={found.length > 1 ? found.length : undefined}
      more={withSource && found[0] ? <TextLink href={`/catalog/ingestion/${found[0].locationId}`}>Open its source</TextLink> : undefined}
    >
      <p className="p-ingestion-place p-mono">{placeOf(source)}</p>
      <ul className="p-list top" aria-label={`Problems in ${placeOf(source)}`}>
        {shown.map((problem) => (
          <li key={`${problem.kind}${problem.line}${problem.path}${problem.message}`}>
            <Glyph
              status={problem.kind === 'conflict' ? 'degraded' : problem.kind === 'removal' ? 'waiting' : 'failed'}
              label={words[problem.kind]}
            />
            <div className="body">
              <span className="p-ingestion-message">
                {problem.kind === 'conflict' && problem.ref !== undefined ? <Conflict problem={problem} /> : problem.message}
              </span>
              {problem.fix === undefined ? null : <small>{problem.fix}</small>}
            </div>
            <span className="when">
              {problem.kind === 'removal' ? null : (
                <>
                  line {problem.line}
                  <span className="hide-sm"> · </span>
                </>
              )}
              <span className={problem.kind === 'removal' ? undefined : 'hide-sm'}>
                <RelativeTime at={problem.since} />
              </span>
            </span>
          </li>
        ))}
      </ul>
      {shown.length < found.length ? (
        <button type="button" className="p-link p-13 p-ingestion-rest" onClick={() => setAll(true)}>
          {found.length - shown.length} more in this file
        </button>
      ) : null}
    </Section>
  );
}

const words = { broken: 'Broken document', conflict: 'Conflict', missing: 'Missing', removal: 'Removal waits' } as const;

/** Sorts of problems, for many of each. */
export const problemSorts = [
  { kind: 'broken', label: 'Broken documents' },
  { kind: 'conflict', label: 'Conflicts' },
  { kind: 'missing', label: 'Missing' },
  { kind: 'removal', label: 'Removals that wait' },
] as const;

function Conflict({ problem }: { problem: SourceProblem }) {
  return (
    <>
      <EntityLink entityRef={problem.ref ?? ''} /> is named twice. Used: <span className="p-mono">{placeOf(problem.other ?? '')}</span>. Not
      used: the one in line {problem.line} here.
    </>
  );
}
