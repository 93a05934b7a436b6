import type { Reading } from '../reading/reading.ts';

/** What a location brought and does not name any more. */
export interface Missing {
  readonly ref: string;
  readonly source: string;
  readonly parentRef: string | null;
}

/** What becomes of what is missing. */
export interface Fate {
  /** Kept as an old version, by ref, with the reason: a broken or unreachable file may be why it is missing. */
  readonly stale: ReadonlyMap<string, string>;
  /** To be removed. */
  readonly gone: readonly string[];
}

export function fateOf(missing: readonly Missing[], reading: Reading): Fate {
  const stale = new Map<string, string>();
  const untouched = new Set<string>();
  // A broken document that claims a name which was not there may be the one that is missing, with its kind or name misspelt.
  const refs = new Set(missing.map((row) => row.ref));
  const misspelt = new Map(reading.brokenClaims.filter((claim) => !refs.has(claim.ref)).map((claim) => [claim.source, claim.message]));
  const folders = [...reading.brokenFolders];
  for (const row of missing) {
    const reason =
      (reading.targetGone === true ? undefined : reading.unreadable) ??
      reading.brokenRefs.get(row.ref) ??
      reading.brokenSources.get(row.source) ??
      misspelt.get(row.source) ??
      folders.find(([folder]) => row.source.startsWith(folder))?.[1] ??
      (row.parentRef === null ? undefined : reading.brokenParents.get(row.parentRef));
    if (reason !== undefined) stale.set(row.ref, reason);
  }
  // What hangs on a Location that is kept only as an old version is not known to be gone.
  for (let grew = true; grew;) {
    grew = false;
    for (const row of missing) {
      if (stale.has(row.ref) || untouched.has(row.ref) || row.parentRef === null) continue;
      if (stale.has(row.parentRef) || untouched.has(row.parentRef)) {
        untouched.add(row.ref);
        grew = true;
      }
    }
  }
  return { stale, gone: missing.map((row) => row.ref).filter((ref) => !stale.has(ref) && !untouched.has(ref)) };
}
