import {
  nextLink,
  type Forge,
  type ForgeAnswer,
  type ForgeRepository,
  type ForgeTools,
  type Integration,
  type WrittenCommit,
} from '@paved/forges';
import { PavedError } from '@paved/kernel';
import { formatAddress, parseAddress } from './addresses.ts';
import { createOrganisationReader } from './organisation.ts';

interface GitLabProject {
  readonly path: string;
  readonly path_with_namespace: string;
  readonly web_url: string;
  readonly http_url_to_repo: string;
  readonly default_branch: string | null;
  readonly empty_repo?: boolean;
  readonly description: string | null;
  readonly topics?: readonly string[];
  readonly archived: boolean;
  readonly forked_from_project?: unknown;
  readonly visibility: 'public' | 'private' | 'internal';
}

/** Requests below the API's root, with all pages of a list. */
export interface GitLabApi {
  request(path: string, options?: Parameters<ForgeTools['http']>[1]): Promise<ForgeAnswer>;
  all<T>(path: string, signal?: AbortSignal): Promise<T[]>;
  pages<T>(path: string, signal?: AbortSignal): AsyncIterable<T[]>;
}

/** Asks GitLab. `repository` is the project's full path. */
export function openGitLab(integration: Integration, tools: ForgeTools): Forge {
  const headers: Record<string, string> = integration.token === undefined ? {} : { authorization: `Bearer ${integration.token}` };
  const request: GitLabApi['request'] = (path, options = {}) =>
    tools.http(path.startsWith('http') ? path : `${integration.apiUrl}${path}`, {
      ...options,
      headers: { ...headers, ...options.headers },
    });
  const api: GitLabApi = {
    request,
    async *pages<T>(path: string, signal?: AbortSignal) {
      for (let next: string | undefined = path; next !== undefined;) {
        const answer: ForgeAnswer = await request(next, signal === undefined ? {} : { signal });
        yield answer.json<T[]>();
        next = nextLink(answer.headers);
      }
    },
    async all<T>(path: string, signal?: AbortSignal) {
      const found: T[] = [];
      for await (const page of api.pages<T>(path, signal)) found.push(...page);
      return found;
    },
  };
  const at = (repository: string, path: string): string => `/projects/${encodeURIComponent(repository)}${path}`;
  const { organisation, team, user } = createOrganisationReader(api);
  const fileAt = (path: string): string => `/repository/files/${encodeURIComponent(path)}`;

  return {
    integration,
    parse: (url) => parseAddress(integration, url),
    format: (address, as) => formatAddress(integration, address, as),
    async *repositories(owner, signal) {
      const list =
        owner === ''
          ? '/projects?membership=true&order_by=id&pagination=keyset&per_page=100'
          : `/groups/${encodeURIComponent(owner)}/projects?include_subgroups=true&with_shared=false&order_by=id&per_page=100`;
      for await (const page of api.pages<GitLabProject>(list, signal)) yield page.map(toRepository);
    },
    async repository(name) {
      const answer = await request(at(name, ''), { accept: [404] });
      return answer.status === 404 ? undefined : toRepository(answer.json<GitLabProject>());
    },
    async head(repository, ref) {
      const answer = await request(at(repository, `/repository/commits/${encodeURIComponent(ref)}`), { accept: [404] });
      return answer.status === 404 ? undefined : answer.json<{ id: string }>().id;
    },
    async tree(repository, commit) {
      const list = at(repository, `/repository/tree?ref=${commit}&recursive=true&per_page=100&pagination=keyset`);
      return (await api.all<{ path: string; type: string }>(list)).filter((entry) => entry.type === 'blob').map((entry) => entry.path);
    },
    async read(repository, ref, path) {
      const answer = await request(at(repository, `${fileAt(path)}/raw?ref=${encodeURIComponent(ref)}`), {
        headers: { accept: '*/*' },
        accept: [404],
      });
      return answer.status === 404 ? undefined : answer.body;
    },
    async commits(repository, { ref, path, limit }) {
      const query = new URLSearchParams({ ref_name: ref, per_page: String(Math.min(limit, 100)), ...(path === undefined ? {} : { path }) });
      return (await request(at(repository, `/repository/commits?${query}`)))
        .json<{ id: string; message: string; author_name: string; author_email: string; authored_date: string }[]>()
        .map((commit): WrittenCommit => ({
          sha: commit.id,
          message: commit.message,
          author: { name: commit.author_name, email: commit.author_email },
          at: commit.authored_date,
        }));
    },
    async commit(repository, { branch, from, files, message }) {
      const there = await request(at(repository, `/repository/branches/${encodeURIComponent(branch)}`), { accept: [404] });
      const actions = [];
      for (const [path, content] of Object.entries(files)) {
        const known = await request(at(repository, `${fileAt(path)}?ref=${encodeURIComponent(from)}`), { accept: [404] });
        if (content === undefined && known.status === 404) continue;
        actions.push({
          action: content === undefined ? 'delete' : known.status === 404 ? 'create' : 'update',
          file_path: path,
          // GitLab compares: a file whose last commit is another one by now is refused.
          ...(known.status === 404 ? {} : { last_commit_id: known.json<{ last_commit_id?: string }>().last_commit_id }),
          ...(content === undefined ? {} : { content, encoding: 'text' }),
        });
      }
      if (actions.length === 0) throw new PavedError('invalid', 'The change deletes only files that are not there.');
      const made = await request(at(repository, '/repository/commits'), {
        method: 'POST',
        body: { branch, commit_message: message, actions, ...(there.status === 404 ? { start_sha: from } : {}) },
        accept: [400],
      });
      if (made.status === 400) {
        const said = made.text.slice(0, 300);
        if (/has changed since|already exists|doesn't exist/.test(said))
          throw new PavedError('conflict', `A file of ${repository} changed meanwhile. GitLab said: ${said}`, { fix: 'Try again.' });
        throw new PavedError('invalid', `GitLab at ${integration.host} refused the commit to ${repository}. It said: ${said}`);
      }
      return { sha: made.json<{ id: string }>().id };
    },
    async findPullRequest(repository, head, base) {
      const query = new URLSearchParams({ state: 'opened', source_branch: head, target_branch: base });
      const [found] = (await request(at(repository, `/merge_requests?${query}`))).json<{ iid: number; web_url: string }[]>();
      return found === undefined ? undefined : { number: found.iid, url: found.web_url };
    },
    async openPullRequest(repository, { head, base, title, body }) {
      const made = await request(at(repository, '/merge_requests'), {
        method: 'POST',
        body: { source_branch: head, target_branch: base, title, description: body, remove_source_branch: true },
      });
      const { iid, web_url } = made.json<{ iid: number; web_url: string }>();
      return { number: iid, url: web_url };
    },
    organisation,
    team,
    user,
    async whoAmI() {
      if (integration.token === undefined) {
        await request('/projects?per_page=1');
        return 'nobody (public projects only)';
      }
      return (await request('/user')).json<{ username: string }>().username;
    },
  };
}

/** `last_activity_at` moves once an hour at most, so it does not tell that something was pushed. */
function toRepository(project: GitLabProject): ForgeRepository {
  return {
    fullName: project.path_with_namespace,
    name: project.path,
    url: project.web_url,
    cloneUrl: project.http_url_to_repo,
    ...(project.default_branch === null || project.empty_repo === true ? {} : { defaultBranch: project.default_branch }),
    ...(project.description === null || project.description === '' ? {} : { description: project.description }),
    topics: project.topics ?? [],
    archived: project.archived,
    fork: project.forked_from_project !== undefined && project.forked_from_project !== null,
    visibility: project.visibility,
  };
}
