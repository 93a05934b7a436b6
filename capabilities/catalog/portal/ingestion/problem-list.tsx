import { EntityLink, Glyph, RelativeTime, Section, TextLink } from '@paved/ui';
import { placeOf, shortTarget, type SourceProblem } from './source.ts';
import './ingestion.css';

/** Problems by file, each with its line, the reason and the way to mend it. */
export function ProblemList({ problems, withSource = false }: { problems: readonly SourceProblem[]; withSource?: boolean }) {
  const files = Map.groupBy(problems, (problem) => problem.source);
  return (
    <>
      {[...files].map(([source, found]) => (
        <Section
          key={source}
          title={shortTarget(placeOf(source)).name}
          note={found.length > 1 ? found.length : undefined}
          more={
            withSource && found[0] ? <TextLink href={`/catalog/ingestion/${found[0].locationId}`}>Open its source</TextLink> : undefined
          }
        >
          <p className="p-ingestion-place p-mono">{placeOf(source)}</p>
          <ul className="p-list top" aria-label={`Problems in ${placeOf(source)}`}>
            {found.map((problem) => (
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
                  {problem.kind === 'removal' ? null : <>line {problem.line} · </>}
                  <RelativeTime at={problem.since} />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </>
  );
}

const words = { broken: 'Broken document', conflict: 'Conflict', missing: 'Missing', removal: 'Removal waits' } as const;

function Conflict({ problem }: { problem: SourceProblem }) {
  return (
    <>
      <EntityLink entityRef={problem.ref ?? ''} /> is named twice. Used: <span className="p-mono">{placeOf(problem.other ?? '')}</span>. Not
      used:{' '}
      <span className="p-mono">
        {placeOf(problem.source)}:{problem.line}
      </span>
      .
    </>
  );
}
