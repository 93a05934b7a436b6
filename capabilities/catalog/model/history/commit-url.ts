const isSha = /^[0-9a-f]{7,64}$/i;

/** How forges name a file's place, and the page of a commit in the same repository. */
const forges: readonly (readonly [file: RegExp, commit: string])[] = [
  // GitLab, whose repositories may lie in nested groups.
  [/^(https?:\/\/[^/]+\/.+?)\/-\/(?:blob|raw|tree)\//, '/-/commit/'],
  // GitHub; Gitea and Forgejo with `/src/branch/`.
  [/^(https?:\/\/[^/]+\/[^/]+\/[^/]+)\/(?:blob|raw|tree|edit|src\/(?:branch|commit|tag))\//, '/commit/'],
  // Bitbucket.
  [/^(https?:\/\/bitbucket\.org\/[^/]+\/[^/]+)\/(?:src|raw)\//, '/commits/'],
];

/** The page of the commit that a version was read at: in the portal for hosted repositories, else at its forge; undefined when unknown. */
export function commitUrl(source: string, revision: string | null | undefined): string | undefined {
  if (revision === null || revision === undefined || !isSha.test(revision)) return undefined;
  const target = source.replace(/^(?:url|git):/, '');
  const hosted = /^paved:\/\/repositories\/([^/]+\/[^/?]+)/.exec(target)?.[1];
  if (hosted !== undefined) return `/repositories/${hosted}/commit/${revision}`;
  for (const [file, commit] of forges) {
    const repository = file.exec(target)?.[1];
    if (repository !== undefined) return `${repository}${commit}${revision}`;
  }
  return undefined;
}
