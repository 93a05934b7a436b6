/** The version a build gets: the manifest's, with the commit so that every build has its own (SemVer build metadata). */
export function versionOf(manifestVersion: string | undefined, commit: string): string {
  const short = commit.slice(0, 7);
  return manifestVersion === undefined || manifestVersion === '' ? short : `${manifestVersion}+${short}`;
}
