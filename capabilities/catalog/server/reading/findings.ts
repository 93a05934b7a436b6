import { formatRef, type Problem } from '@paved/kernel';
import type { ProblemRecord } from '../store.ts';
import type { Reading } from './reading.ts';

type Broken = Pick<Reading, 'problems' | 'brokenRefs' | 'brokenClaims' | 'brokenSources' | 'brokenFolders' | 'brokenParents'>;

/** Where something is wrong. */
interface Spot {
  readonly source: string;
  readonly line: number;
  readonly path: string;
}

/** What is wrong in a location, gathered while it is read. */
export interface Findings {
  /** A document is broken; `claims` is what it says of itself. */
  refuse(spot: Spot, problem: Omit<Problem, 'at'>, claims: unknown): void;
  /** Something that is named is not there, or too much is. */
  missing(spot: Spot, problem: Omit<Problem, 'at'>): void;
  /** A source could not be read, so what it brought before is not known to be gone. */
  unread(source: string, message: string): void;
  /** The same for everything below a folder; `folder` ends with a slash. */
  hidden(folder: string, message: string): void;
  /** The same for a Location document of which a target could not be reached. */
  unreached(parentRef: string, message: string): void;
  readonly all: Broken;
}

export function createFindings(): Findings {
  const problems: ProblemRecord[] = [];
  const brokenRefs = new Map<string, string>();
  const brokenClaims: { ref: string; source: string; message: string }[] = [];
  const brokenSources = new Map<string, string>();
  const brokenFolders = new Map<string, string>();
  const brokenParents = new Map<string, string>();
  return {
    all: { problems, brokenRefs, brokenClaims, brokenSources, brokenFolders, brokenParents },
    refuse(spot, problem, claims) {
      const ref = claimedRef(claims);
      const message = ref === undefined ? problem.message : `${ref}: ${problem.message}`;
      problems.push({
        kind: 'broken',
        ...spot,
        message,
        ...(problem.fix === undefined ? {} : { fix: problem.fix }),
        ...(ref === undefined ? {} : { ref }),
      });
      if (ref === undefined) brokenSources.set(spot.source, message);
      else if (!brokenRefs.has(ref)) {
        brokenRefs.set(ref, message);
        brokenClaims.push({ ref, source: spot.source, message });
      }
    },
    missing(spot, { message, fix }) {
      problems.push({ kind: 'missing', ...spot, message, ...(fix === undefined ? {} : { fix }) });
    },
    unread: (source, message) => void brokenSources.set(source, message),
    hidden: (folder, message) => void brokenFolders.set(folder, message),
    unreached: (parentRef, message) => void brokenParents.set(parentRef, message),
  };
}

function claimedRef(claims: unknown): string | undefined {
  if (claims === null || typeof claims !== 'object') return undefined;
  const { kind, name, namespace, metadata } = claims as {
    kind?: unknown;
    name?: unknown;
    namespace?: unknown;
    metadata?: { name?: unknown; namespace?: unknown };
  };
  const n = name ?? metadata?.name;
  const ns = namespace ?? metadata?.namespace ?? 'default';
  return typeof kind === 'string' && typeof n === 'string' && typeof ns === 'string' && kind !== '' && n !== '' && n.length <= 253
    ? formatRef({ kind, namespace: ns, name: n })
    : undefined;
}
