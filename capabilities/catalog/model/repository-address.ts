/** What an address says about the repository it leads to. */
export interface RepositoryAddress {
  readonly name: string;
  /** The annotation by which Backstage's integrations find the repository, for the forges they know by host. */
  readonly slug?: { readonly annotation: string; readonly value: string };
}

/** Where forges put what lies inside a repository: everything behind is no part of its name. */
const inside = /\/(-|blob|tree|raw|edit|blame|src)(\/.*)?$/;

/** Reads the address of a repository or of something in it; undefined when it is none. */
export function repositoryAddress(target: string): RepositoryAddress | undefined {
  const ssh = /^[\w.-]+@[\w.-]+:(.+)$/.exec(target);
  const web = /^[a-z][a-z\d+.-]*:\/\/(?:[^/@]*@)?([^/?#:]+)(?::\d+)?([^?#]*)/i.exec(target);
  if (ssh === null && web === null) return undefined;
  const host = (web?.[1] ?? '').toLowerCase();
  const path = ssh?.[1] ?? web?.[2] ?? '';
  const parts = path
    .replace(inside, '')
    .replace(/\.git\/?$/, '')
    .split('/')
    .filter((part) => part !== '');
  if (host === 'dev.azure.com' && parts.includes('_git')) {
    const at = parts.indexOf('_git');
    const [project, name] = [parts[at - 1] ?? '', parts[at + 1] ?? ''];
    return { name, ...slugOf('dev.azure.com', [project, name]) };
  }
  // Only GitLab nests groups; elsewhere what follows owner and name lies inside the repository.
  const own = host === 'github.com' || host === 'bitbucket.org' ? parts.slice(0, 2) : parts;
  return { name: own.at(-1) ?? host, ...(host === 'github.com' || host === 'gitlab.com' ? slugOf(host, own) : {}) };
}

const slugOf = (annotation: string, parts: readonly string[]): Pick<RepositoryAddress, 'slug'> =>
  parts.length < 2 || parts.includes('') ? {} : { slug: { annotation: `${annotation}/project-slug`, value: parts.join('/') } };
