/** What decides whether a repository is looked at. */
export interface RepositoryFilter {
  /** Regular expression of the whole name. */
  readonly name?: string;
  readonly topics?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  readonly forks?: boolean;
  readonly archived?: boolean;
  readonly visibility?: readonly string[];
  /** Full names that are left out. */
  readonly excluded?: readonly string[];
  readonly project?: string;
}

interface Candidate {
  readonly fullName: string;
  readonly name: string;
  readonly topics: readonly string[];
  readonly fork: boolean;
  readonly archived: boolean;
  readonly visibility: string;
  readonly project?: string;
}

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);

/** Whether a repository passes; archived ones do only when asked for. `any`: one of `topics.include` is enough (else all are needed). */
export function passes(candidate: Candidate, filter: RepositoryFilter, topics: 'any' | 'all' = 'any'): boolean {
  if (candidate.archived && filter.archived !== true) return false;
  if (candidate.fork && filter.forks === false) return false;
  if (filter.name !== undefined && !whole(filter.name).test(candidate.name)) return false;
  if (filter.project !== undefined && (candidate.project === undefined || !whole(filter.project).test(candidate.project))) return false;
  if (filter.visibility !== undefined && !filter.visibility.includes(candidate.visibility)) return false;
  if (filter.excluded?.some((name) => name.toLowerCase() === candidate.fullName.toLowerCase()) === true) return false;
  const { include = [], exclude = [] } = filter.topics ?? {};
  const has = (topic: string): boolean => candidate.topics.includes(topic);
  if (exclude.some(has)) return false;
  return include.length === 0 || (topics === 'any' ? include.some(has) : include.every(has));
}

/** `acme-*` as a regular expression; everything else is taken literally. */
export const wildcard = (text: string): string =>
  text
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
