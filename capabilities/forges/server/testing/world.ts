import { createHash } from 'node:crypto';

/** What a make-believe forge holds; its HTTP faces turn it into each forge's shapes. */
export interface World {
  readonly owner: string;
  readonly repositories: WorldRepository[];
  users: { login: string; name: string; email: string }[];
  teams: { slug: string; name: string; parent?: string; members: string[] }[];
  add(name: string, more?: Partial<Pick<WorldRepository, 'archived' | 'fork' | 'topics' | 'private' | 'empty'>>): WorldRepository;
  find(fullName: string): WorldRepository | undefined;
  /** Files over those of the branch (or of `from`); undefined deletes. */
  push(
    repository: WorldRepository,
    branch: string,
    files: Readonly<Record<string, string | undefined>>,
    message?: string,
    from?: string,
  ): string;
}

export interface WorldCommit {
  readonly sha: string;
  readonly message: string;
  readonly at: string;
  readonly parent: string | undefined;
  readonly files: Readonly<Record<string, string>>;
}

export interface WorldRepository {
  readonly id: number;
  name: string;
  fullName: string;
  defaultBranch: string;
  archived: boolean;
  fork: boolean;
  topics: string[];
  private: boolean;
  empty: boolean;
  pushedAt: string;
  readonly branches: Map<string, string>;
  readonly commits: Map<string, WorldCommit>;
  readonly pulls: { number: number; head: string; base: string; title: string; body: string }[];
}

/** A commit by its branch, or by its own name. */
export const resolveIn = (repository: WorldRepository, ref: string): WorldCommit | undefined =>
  repository.commits.get(repository.branches.get(ref) ?? ref);

/** A commit and everything before it, newest first. */
export function historyOf(repository: WorldRepository, ref: string): WorldCommit[] {
  const found: WorldCommit[] = [];
  for (let at = resolveIn(repository, ref); at !== undefined; at = at.parent === undefined ? undefined : repository.commits.get(at.parent))
    found.push(at);
  return found;
}

export function createWorld(owner: string): World {
  let n = 0;
  const repositories: WorldRepository[] = [];
  return {
    owner,
    repositories,
    users: [],
    teams: [],
    add(name, more = {}) {
      const repository: WorldRepository = {
        id: repositories.length + 1,
        name,
        fullName: `${owner}/${name}`,
        defaultBranch: 'main',
        archived: false,
        fork: false,
        topics: [],
        private: false,
        empty: false,
        pushedAt: '2026-01-01T00:00:00Z',
        branches: new Map(),
        commits: new Map(),
        pulls: [],
        ...more,
      };
      repositories.push(repository);
      return repository;
    },
    find: (fullName) => repositories.find((repository) => repository.fullName.toLowerCase() === fullName.toLowerCase()),
    push(repository, branch, files, message = 'Change', from) {
      const parent = resolveIn(repository, repository.branches.get(branch) ?? from ?? '');
      const next: Record<string, string> = { ...parent?.files };
      for (const [path, text] of Object.entries(files)) {
        if (text === undefined) delete next[path];
        else next[path] = text;
      }
      n += 1;
      const sha = createHash('sha1').update(`${repository.fullName} ${n} ${message}`).digest('hex');
      const at = new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString().replace('.000', '');
      repository.commits.set(sha, { sha, message, at, parent: parent?.sha, files: next });
      repository.branches.set(branch, sha);
      repository.pushedAt = at;
      return sha;
    },
  };
}
