import { nextLink, type Forge, type ForgeRepository, type ForgeTools, type Integration, type WrittenCommit } from '@paved/forges';
import { PavedError } from '@paved/kernel';
import { formatAddress, parseAddress } from './addresses.ts';
import { createCredentials } from './credentials.ts';
import { createOrganisationReader } from './organisation.ts';
import { commitFiles } from './write.ts';

interface GitHubRepository {
  readonly full_name: string;
  readonly name: string;
  readonly html_url: string;
  readonly clone_url: string;
  readonly default_branch: string;
  readonly description: string | null;
  readonly topics?: readonly string[];
  readonly archived: boolean;
  readonly fork: boolean;
  readonly private: boolean;
  readonly visibility?: 'public' | 'private' | 'internal';
  readonly pushed_at: string | null;
  readonly language: string | null;
}

/** Asks GitHub. `repository` is `owner/name`. */
export function openGitHub(integration: Integration, tools: ForgeTools): Forge {
  const credentials = createCredentials(integration, tools);
  const { organisation, team } = createOrganisationReader(integration, tools, credentials);
  const ownerOf = (repository: string): string => repository.split('/')[0] ?? '';

  /** A request about an owner's things, below the API's root. */
  const request: GitHubRequest = async (owner, path, options = {}) => {
    const { headers, ...rest } = options;
    return tools.http(path.startsWith('http') ? path : `${integration.apiUrl}${path}`, {
      ...rest,
      headers: {
        'x-github-api-version': '2022-11-28',
        ...(await credentials.forOwner(owner)),
        accept: 'application/vnd.github+json',
        ...headers,
      },
    });
  };
  const at = (repository: string, path: string): string => `/repos/${repository.split('/').map(encodeURIComponent).join('/')}${path}`;
  const about: RepositoryRequest = (repository, path, options) => request(ownerOf(repository), at(repository, path), options);

  return {
    integration,
    parse: (url) => parseAddress(integration, url),
    format: (address, as) => formatAddress(integration, address, as),
    async *repositories(owner, signal) {
      const name = encodeURIComponent(owner);
      const options = { ...(signal === undefined ? {} : { signal }), accept: [404] };
      let answer = await request(owner, `/orgs/${name}/repos?per_page=100&type=all&sort=full_name`, options);
      if (answer.status === 404) answer = await request(owner, `/users/${name}/repos?per_page=100&type=owner&sort=full_name`, options);
      if (answer.status === 404)
        throw new PavedError('not_found', `GitHub at ${integration.host} shows no organisation or user ${owner}.`, {
          fix: 'Check the name, and that the token may see it.',
        });
      for (;;) {
        yield answer.json<GitHubRepository[]>().map(toRepository);
        const next = nextLink(answer.headers);
        if (next === undefined) return;
        answer = await request(owner, next, signal === undefined ? {} : { signal });
      }
    },
    async repository(name) {
      const answer = await about(name, '', { accept: [404] });
      return answer.status === 404 ? undefined : toRepository(answer.json<GitHubRepository>());
    },
    async head(repository, ref) {
      const answer = await about(repository, `/commits/${encodeURIComponent(ref)}`, {
        headers: { accept: 'application/vnd.github.sha' },
        accept: [404, 409, 422],
      });
      return answer.status === 200 ? answer.text.trim() : undefined;
    },
    async tree(repository, commit) {
      const { tree, truncated } = (await about(repository, `/git/trees/${commit}?recursive=1`)).json<{
        tree: { path: string; type: string }[];
        truncated: boolean;
      }>();
      if (truncated)
        throw new PavedError('too_large', `GitHub does not list all files of ${repository}.`, {
          fix: 'Name the catalog file itself instead of a pattern.',
        });
      return tree.filter((entry) => entry.type === 'blob').map((entry) => entry.path);
    },
    async read(repository, ref, path) {
      const answer = await about(
        repository,
        `/contents/${path.split('/').map(encodeURIComponent).join('/')}?ref=${encodeURIComponent(ref)}`,
        {
          headers: { accept: 'application/vnd.github.raw+json' },
          accept: [404],
        },
      );
      // A folder answers with a list instead of raw bytes.
      return answer.status === 404 || answer.headers['content-type']?.startsWith('application/json') === true ? undefined : answer.body;
    },
    async commits(repository, { ref, path, limit }) {
      const query = new URLSearchParams({ sha: ref, per_page: String(Math.min(limit, 100)), ...(path === undefined ? {} : { path }) });
      const answer = await about(repository, `/commits?${query}`, { accept: [409] });
      if (answer.status === 409) return [];
      return answer
        .json<
          {
            sha: string;
            commit: { message: string; author: { name: string; email: string; date: string } };
            author: { login: string } | null;
          }[]
        >()
        .map(({ sha, commit, author }): WrittenCommit => ({
          sha,
          message: commit.message,
          author: { name: commit.author.name, email: commit.author.email, ...(author === null ? {} : { login: author.login }) },
          at: commit.author.date,
        }));
    },
    commit: (repository, commit) => commitFiles(about, repository, commit),
    async findPullRequest(repository, head, base) {
      const query = new URLSearchParams({ head: `${ownerOf(repository)}:${head}`, base, state: 'open' });
      const [found] = (await about(repository, `/pulls?${query}`)).json<{ number: number; html_url: string }[]>();
      return found === undefined ? undefined : { number: found.number, url: found.html_url };
    },
    async openPullRequest(repository, { head, base, title, body }) {
      const answer = await about(repository, '/pulls', { method: 'POST', body: { head, base, title, body, maintainer_can_modify: true } });
      const { number, html_url } = answer.json<{ number: number; html_url: string }>();
      return { number, url: html_url };
    },
    organisation,
    team,
    async user(login) {
      const answer = await request(login, `/users/${encodeURIComponent(login)}`, { accept: [404] });
      if (answer.status === 404) return undefined;
      const user = answer.json<{ login: string; name: string | null; email: string | null; avatar_url: string; html_url: string }>();
      return {
        login: user.login,
        ...(user.name === null ? {} : { name: user.name }),
        ...(user.email === null ? {} : { email: user.email }),
        picture: user.avatar_url,
        url: user.html_url,
      };
    },
    async whoAmI() {
      if (integration.apps !== undefined) {
        const app = (await tools.http(`${integration.apiUrl}/app`, { headers: credentials.forApp() })).json<{ slug: string }>();
        return `GitHub App ${app.slug}`;
      }
      if (integration.token === undefined) {
        await tools.http(`${integration.apiUrl}/rate_limit`);
        return 'nobody (public repositories only)';
      }
      return (await tools.http(`${integration.apiUrl}/user`, { headers: credentials.forApp() })).json<{ login: string }>().login;
    },
  };
}

type Options = Parameters<ForgeTools['http']>[1];
type GitHubRequest = (owner: string, path: string, options?: Options) => ReturnType<ForgeTools['http']>;
/** A request below `/repos/<owner>/<name>`. */
export type RepositoryRequest = (repository: string, path: string, options?: Options) => ReturnType<ForgeTools['http']>;

function toRepository(repository: GitHubRepository): ForgeRepository {
  return {
    fullName: repository.full_name,
    name: repository.name,
    url: repository.html_url,
    cloneUrl: repository.clone_url,
    // GitHub names a default branch for empty repositories too; nothing was ever pushed to them.
    ...(repository.pushed_at === null ? {} : { defaultBranch: repository.default_branch, stamp: repository.pushed_at }),
    ...(repository.description === null ? {} : { description: repository.description }),
    topics: repository.topics ?? [],
    archived: repository.archived,
    fork: repository.fork,
    visibility: repository.visibility ?? (repository.private ? 'private' : 'public'),
    ...(repository.language === null ? {} : { language: repository.language }),
  };
}
