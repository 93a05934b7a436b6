import { formatRef } from '@paved/kernel';
import { proposeCatalogInfo } from './catalog-info.ts';
import type { Findings } from './findings.ts';
import { proposeScore } from './score.ts';
import { runs, type Wanted } from './wanted.ts';

/** What a repository needs to be a service here. */
export interface Description {
  /** Files to add; none of them is there. */
  readonly files: Readonly<Record<string, string>>;
  /** Sentences for people: what was found, kept and left out. */
  readonly notes: readonly string[];
  /** The component it becomes; undefined when its own catalog file names none. */
  readonly component?: string;
  /** Whether it can be deployed. */
  readonly deployable: boolean;
}

/** Decides which files are missing. What is there is never touched. */
export function describe(findings: Findings, wanted: Wanted): Description {
  const files: Record<string, string> = {};
  const notes: string[] = [];
  const { described } = findings;
  if (described === undefined) {
    files['catalog-info.yaml'] = proposeCatalogInfo(findings, wanted);
  } else if (described === 'none') {
    notes.push('Its catalog-info.yaml describes no Component and was left as it is.');
  } else {
    notes.push(
      `Its own catalog-info.yaml was kept: it is ${described.ref}${described.owner === undefined ? '' : `, owned by ${described.owner}`}.`,
    );
    if (described.owner !== undefined && described.owner !== wanted.owner)
      notes.push(`That owner differs from ${wanted.owner}, who imported it.`);
  }
  const component =
    described === undefined
      ? formatRef({ kind: 'component', namespace: 'default', name: wanted.name })
      : described === 'none'
        ? undefined
        : described.ref;
  const hasScore = findings.files.includes('score.yaml');
  if (hasScore) notes.push('Its own score.yaml was kept.');
  const score = hasScore ? undefined : proposeScore(findings, wanted);
  if (score !== undefined && 'text' in score) {
    files['score.yaml'] = score.text;
    notes.push(`score.yaml was made from ${score.from}.`);
  }
  if (score !== undefined && 'missing' in score) notes.push(score.missing);
  if (runs(wanted.type) && findings.files.includes('package.json') && !findings.files.includes('package-lock.json'))
    notes.push('It has no package-lock.json, which a build by npm ci needs: run npm install, commit the file and push.');
  return {
    files,
    notes,
    ...(component === undefined ? {} : { component }),
    deployable: runs(wanted.type) && (hasScore || (score !== undefined && 'text' in score)),
  };
}
