import {
  nextLink,
  type Forge,
  type ForgeAnswer,
  type ForgeRepository,
  type ForgeTeam,
  type ForgeTools,
  type ForgeUser,
  type Integration,
  type WrittenCommit,
} from '@paved/forges';
import { PavedError } from '@paved/kernel';
import { formatAddress, parseAddress } from './addresses.ts';

interface GiteaRepository {
  readonly full_name: string;
  readonly name: string;
  readonly html_url: string;
  readonly clone_url: string;
  readonly default_branch: string;
  readonly description: string;
  readonly topics?: readonly string[] | null;
  readonly archived: boolean;
  readonly fork: boolean;
  readonly private: boolean;
  readonly internal?: boolean;
  readonly empty: boolean;
  readonly updated_at: string;
  readonly language?: string;
}
interface GiteaUser {
  readonly login: string;
  readonly full_name: string;
  readonly email: string;
  readonly avatar_url: string;
  readonly html_url?: string;
}
interface GiteaTeam {
  readonly id: number;
  readonly name: string;
  readonly description: string;
}

/** Asks Gitea or Forgejo. `repository` is `owner/name`. */
export function openGitea(integration: Integration, tools: ForgeTools): Forge {
  const authorization =
    integration.token !== undefined
      ? `token ${integration.token}`
      : integration.password === undefined
        ? undefined
        : `Basic ${Buffer.from(`${integration.username ?? ''}:${integration.password}`).toString('base64')}`;
  const request = (path: string, options: Parameters<ForgeTools['http']>[1] = {}): Promise<ForgeAnswer> =>
    tools.http(path.startsWith('http') ? path : `${integration.apiUrl}${path}`, {
      ...options,
      headers: { ...(authorization === undefined ? {} : { authorization }), ...options.headers },
    });
  async function* pages<T>(path: string, signal?: AbortSignal): AsyncIterable<T[]> {
    for (let next: string | undefined = path; next !== undefined;) {
      const answer: ForgeAnswer = await request(next, signal === undefined ? {} : { signal });
      yield answer.json<T[]>();
      next = nextLink(answer.headers);
    }
  }
  const all = async <T>(path: string, signal?: AbortSignal): Promise<T[]> => {
    const found: T[] = [];
    for await (const page of pages<T>(path, signal)) found.push(...page);
    return found;
  };
  const encode = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
  const at = (repository: string, path: string): string => `/repos/${encode(repository)}${path}`;
  const commitsOf = (repository: string, query: Record<string, string>): Promise<ForgeAnswer> =>
    // Leaving out statistics and files makes it cheap.
    request(at(repository, `/commits?${new URLSearchParams({ stat: 'false', verification: 'false', files: 'false', ...query })}`), {
      accept: [404, 409, 500],
    });

  const toTeam = async (owner: string, team: GiteaTeam, signal?: AbortSignal): Promise<ForgeTeam> => ({
    slug: team.name,
    name: team.name,
    path: `${owner}/${team.name}`,
    url: `${integration.webUrl}/org/${encodeURIComponent(owner)}/teams/${encodeURIComponent(team.name.toLowerCase())}`,
    members: (await all<GiteaUser>(`/teams/${team.id}/members?limit=50`, signal)).map((user) => user.login),
    ...(team.description === '' ? {} : { description: team.description }),
  });
  const toUser = (user: GiteaUser): ForgeUser => ({
    login: user.login,
    ...(user.full_name === '' ? {} : { name: user.full_name }),
    ...(user.email === '' || user.email.includes('@noreply.') ? {} : { email: user.email }),
    picture: user.avatar_url,
    url: user.html_url ?? `${integration.webUrl}/${user.login}`,
  });
  const org = (owner: string): string => `/orgs/${encodeURIComponent(owner)}`;

  return {
    integration,
    parse: (url) => parseAddress(integration, url),
    format: (address, as) => formatAddress(integration, address, as),
    async *repositories(owner, signal) {
      const isOrganisation = (await request(org(owner), { accept: [404], ...(signal === undefined ? {} : { signal }) })).status !== 404;
      const list = isOrganisation ? `${org(owner)}/repos?limit=50` : `/users/${encodeURIComponent(owner)}/repos?limit=50`;
      for await (const page of pages<GiteaRepository>(list, signal)) yield page.map(toRepository);
    },
    async repository(name) {
      const answer = await request(at(name, ''), { accept: [404] });
      return answer.status === 404 ? undefined : toRepository(answer.json<GiteaRepository>());
    },
    async head(repository, ref) {
      const answer = await commitsOf(repository, { sha: ref, limit: '1' });
      if (answer.status === 500)
        throw new PavedError('unavailable', `${integration.host} stumbled over ${repository}.`, { fix: 'It is tried again.' });
      return answer.status === 200 ? answer.json<{ sha: string }[]>()[0]?.sha : undefined;
    },
    async tree(repository, commit) {
      const found: string[] = [];
      for (let page = 1; ; page++) {
        const { tree, truncated } = (await request(at(repository, `/git/trees/${commit}?recursive=true&per_page=1000&page=${page}`))).json<{
          tree: { path: string; type: string }[];
          truncated: boolean;
        }>();
        found.push(...tree.filter((entry) => entry.type === 'blob').map((entry) => entry.path));
        if (!truncated || tree.length === 0) return found;
      }
    },
    async read(repository, ref, path) {
      const answer = await request(at(repository, `/raw/${encode(path)}?ref=${encodeURIComponent(ref)}`), {
        headers: { accept: '*/*' },
        accept: [404],
      });
      return answer.status === 404 ? undefined : answer.body;
    },
    async commits(repository, { ref, path, limit }) {
      const answer = await commitsOf(repository, { sha: ref, limit: String(Math.min(limit, 50)), ...(path === undefined ? {} : { path }) });
      if (answer.status !== 200) return [];
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
    async commit(repository, { branch, from, files, message }) {
      const there = await request(at(repository, `/branches/${encode(branch)}`), { accept: [404] });
      if (there.status === 404)
        await request(at(repository, '/branches'), { method: 'POST', body: { new_branch_name: branch, old_ref_name: from } });
      const operations = [];
      for (const [path, content] of Object.entries(files)) {
        // Its blob as it was read: Gitea refuses to replace or delete another one.
        const known = await request(at(repository, `/contents/${encode(path)}?ref=${encodeURIComponent(from)}`), { accept: [404] });
        if (content === undefined && known.status === 404) continue;
        operations.push({
          path,
          operation: content === undefined ? 'delete' : known.status === 404 ? 'create' : 'update',
          ...(known.status === 404 ? {} : { sha: known.json<{ sha: string }>().sha }),
          ...(content === undefined ? {} : { content: Buffer.from(content).toString('base64') }),
        });
      }
      if (operations.length === 0) throw new PavedError('invalid', 'The change deletes only files that are not there.');
      const made = await request(at(repository, '/contents'), {
        method: 'POST',
        body: { branch, message, files: operations },
        accept: [422],
      });
      if (made.status === 422) {
        const said = made.text.slice(0, 300);
        if (/sha does not match|already exists|does not exist/.test(said))
          throw new PavedError('conflict', `A file of ${repository} changed meanwhile. ${integration.host} said: ${said}`, {
            fix: 'Try again.',
          });
        throw new PavedError('invalid', `${integration.host} refused the commit to ${repository}. It said: ${said}`);
      }
      return { sha: made.json<{ commit: { sha: string } }>().commit.sha };
    },
    async findPullRequest(repository, head, base) {
      for await (const page of pages<{ number: number; html_url: string; head: { ref: string }; base: { ref: string } }>(
        at(repository, '/pulls?state=open&limit=50'),
      )) {
        const found = page.find((one) => one.head.ref === head && one.base.ref === base);
        if (found !== undefined) return { number: found.number, url: found.html_url };
      }
      return undefined;
    },
    async openPullRequest(repository, { head, base, title, body }) {
      const made = await request(at(repository, '/pulls'), { method: 'POST', body: { head, base, title, body } });
      const { number, html_url } = made.json<{ number: number; html_url: string }>();
      return { number, url: html_url };
    },
    async organisation(owner, signal) {
      const people = await all<GiteaUser>(`${org(owner)}/members?limit=50`, signal);
      const teams: ForgeTeam[] = [];
      for (const team of await all<GiteaTeam>(`${org(owner)}/teams?limit=50`, signal)) teams.push(await toTeam(owner, team, signal));
      return { users: people.map(toUser), teams };
    },
    async team(owner, slug) {
      const found = (await all<GiteaTeam>(`${org(owner)}/teams?limit=50`)).find((team) => team.name === slug);
      return found === undefined ? undefined : toTeam(owner, found);
    },
    async user(login) {
      const answer = await request(`/users/${encodeURIComponent(login)}`, { accept: [404] });
      return answer.status === 404 ? undefined : toUser(answer.json<GiteaUser>());
    },
    async whoAmI() {
      if (authorization === undefined) return `nobody (Gitea ${(await request('/version')).json<{ version: string }>().version})`;
      return (await request('/user')).json<{ login: string }>().login;
    },
  };
}

function toRepository(repository: GiteaRepository): ForgeRepository {
  return {
    fullName: repository.full_name,
    name: repository.name,
    url: repository.html_url,
    cloneUrl: repository.clone_url,
    ...(repository.empty ? {} : { defaultBranch: repository.default_branch, stamp: repository.updated_at }),
    ...(repository.description === '' ? {} : { description: repository.description }),
    topics: repository.topics ?? [],
    archived: repository.archived,
    fork: repository.fork,
    visibility: repository.internal === true ? 'internal' : repository.private ? 'private' : 'public',
    ...(repository.language === undefined || repository.language === '' ? {} : { language: repository.language }),
  };
}
