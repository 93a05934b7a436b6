import type { Forge, ForgeAnswer, ForgeRepository, ForgeTeam, ForgeTools, ForgeUser, Integration, WrittenCommit } from '@paved/forges';
import { PavedError } from '@paved/kernel';
import { formatAddress, parseAddress } from './addresses.ts';

interface BitbucketRepository {
  readonly full_name: string;
  readonly slug: string;
  readonly links: {
    readonly html: { readonly href: string };
    readonly clone?: readonly { readonly name: string; readonly href: string }[];
  };
  readonly mainbranch: { readonly name: string } | null;
  readonly description: string;
  readonly is_private: boolean;
  readonly parent?: unknown;
  readonly project?: { readonly key: string };
  readonly updated_on: string;
  readonly language?: string;
}
interface BitbucketUser {
  readonly display_name: string;
  readonly nickname?: string;
  readonly account_id?: string;
  readonly links?: { readonly avatar?: { readonly href: string }; readonly html?: { readonly href: string } };
}
interface Page<T> {
  readonly values: readonly T[];
  readonly next?: string;
}

const isCommit = (ref: string): boolean => /^[0-9a-f]{40}$/.test(ref);

/** Asks Bitbucket Cloud. `repository` is `workspace/slug`. */
export function openBitbucket(integration: Integration, tools: ForgeTools): Forge {
  const authorization =
    integration.username !== undefined && integration.password !== undefined
      ? `Basic ${Buffer.from(`${integration.username}:${integration.password}`).toString('base64')}`
      : integration.token === undefined
        ? undefined
        : `Bearer ${integration.token}`;
  const request = (path: string, options: Parameters<ForgeTools['http']>[1] = {}): Promise<ForgeAnswer> =>
    tools.http(path.startsWith('http') ? path : `${integration.apiUrl}${path}`, {
      ...options,
      headers: { ...(authorization === undefined ? {} : { authorization }), ...options.headers },
    });
  async function* pages<T>(path: string, signal?: AbortSignal): AsyncIterable<readonly T[]> {
    for (let next: string | undefined = path; next !== undefined;) {
      const page: Page<T> = (await request(next, signal === undefined ? {} : { signal })).json<Page<T>>();
      yield page.values;
      next = page.next;
    }
  }
  const all = async <T>(path: string, signal?: AbortSignal): Promise<T[]> => {
    const found: T[] = [];
    for await (const page of pages<T>(path, signal)) found.push(...page);
    return found;
  };
  const encode = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
  const at = (repository: string, path: string): string => `/repositories/${encode(repository)}${path}`;

  const head = async (repository: string, ref: string): Promise<string | undefined> => {
    if (isCommit(ref)) {
      const answer = await request(at(repository, `/commit/${ref}`), { accept: [404] });
      return answer.status === 404 ? undefined : answer.json<{ hash: string }>().hash;
    }
    for (const kind of ['branches', 'tags']) {
      const answer = await request(at(repository, `/refs/${kind}/${encodeURIComponent(ref)}`), { accept: [404] });
      if (answer.status !== 404) return answer.json<{ target: { hash: string } }>().target.hash;
    }
    return undefined;
  };

  /** Groups are only in the older API, and only for administrators of the workspace. */
  const groups = async (workspace: string, signal?: AbortSignal): Promise<ForgeTeam[]> => {
    const answer = await request(`${integration.apiUrl.replace(/\/2\.0$/, '/1.0')}/groups/${encodeURIComponent(workspace)}`, {
      accept: [403, 404, 410],
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.status !== 200) return [];
    return answer.json<{ name: string; slug: string; members: BitbucketUser[] }[]>().map(({ name, slug, members }) => ({
      slug,
      name,
      path: `${workspace}/${slug}`,
      members: members.map(loginOf),
    }));
  };
  const toPullRequest = (found: { id: number; links: { html: { href: string } } }) => ({ number: found.id, url: found.links.html.href });

  return {
    integration,
    parse: (url) => parseAddress(integration, url),
    format: (address, as) => formatAddress(integration, address, as),
    async *repositories(owner, signal) {
      for await (const page of pages<BitbucketRepository>(`/repositories/${encodeURIComponent(owner)}?pagelen=100&sort=full_name`, signal))
        yield page.map(toRepository);
    },
    async repository(name) {
      const answer = await request(at(name, ''), { accept: [404] });
      return answer.status === 404 ? undefined : toRepository(answer.json<BitbucketRepository>());
    },
    head,
    async tree(repository, commit) {
      const query = new URLSearchParams({
        max_depth: '50',
        pagelen: '100',
        q: 'type="commit_file"',
        fields: 'values.path,values.type,next',
      });
      const entries = await all<{ path: string; type: string }>(at(repository, `/src/${commit}/?${query}`));
      return entries.filter((entry) => entry.type === 'commit_file').map((entry) => entry.path);
    },
    async read(repository, ref, path) {
      // A branch with a slash in its name cannot be told from a folder here.
      const commit = isCommit(ref) ? ref : await head(repository, ref);
      if (commit === undefined) return undefined;
      const answer = await request(at(repository, `/src/${commit}/${encode(path)}`), { headers: { accept: '*/*' }, accept: [404] });
      return answer.status === 404 || isListing(answer) ? undefined : answer.body;
    },
    async commits(repository, { ref, path, limit }) {
      const commit = isCommit(ref) ? ref : await head(repository, ref);
      if (commit === undefined) return [];
      const query = new URLSearchParams({ pagelen: String(Math.min(limit, 100)), ...(path === undefined ? {} : { path }) });
      const { values } = (await request(at(repository, `/commits/${commit}?${query}`))).json<
        Page<{ hash: string; message: string; date: string; author: { raw: string; user?: BitbucketUser } }>
      >();
      return values.map(({ hash, message, date, author }): WrittenCommit => {
        const [, name = author.raw, email = ''] = /^(.*?)\s*<([^>]*)>$/.exec(author.raw) ?? [];
        return {
          sha: hash,
          message,
          at: date,
          author: { name, email, ...(author.user === undefined ? {} : { login: loginOf(author.user) }) },
        };
      });
    },
    async commit(repository, { branch, from, files, message }) {
      const form = new FormData();
      form.set('message', message);
      form.set('branch', branch);
      // Where the branch has to stand, when it is there: 409 otherwise.
      form.set('parents', from);
      for (const [path, content] of Object.entries(files)) {
        // The slash keeps a file called "message" from being taken for the message.
        if (content === undefined) form.append('files', `/${path}`);
        else form.append(`/${path}`, new Blob([content]), path.split('/').at(-1) ?? path);
      }
      const answer = await request(at(repository, '/src'), { method: 'POST', body: form });
      const sha = /\/commits?\/([0-9a-f]+)/.exec(answer.headers['location'] ?? '')?.[1] ?? (await head(repository, branch));
      if (sha === undefined)
        throw new PavedError('unavailable', `Bitbucket does not say which commit it made in ${repository}.`, {
          fix: 'Look at the branch.',
        });
      return { sha };
    },
    async findPullRequest(repository, source, base) {
      const q = `source.branch.name="${source}" AND destination.branch.name="${base}" AND state="OPEN"`;
      const { values } = (await request(at(repository, `/pullrequests?${new URLSearchParams({ q })}`))).json<
        Page<{ id: number; links: { html: { href: string } } }>
      >();
      return values[0] === undefined ? undefined : toPullRequest(values[0]);
    },
    async openPullRequest(repository, request_) {
      const made = await request(at(repository, '/pullrequests'), {
        method: 'POST',
        body: {
          title: request_.title,
          description: request_.body,
          source: { branch: { name: request_.head } },
          destination: { branch: { name: request_.base } },
          close_source_branch: true,
        },
      });
      return toPullRequest(made.json());
    },
    async organisation(owner, signal) {
      const members = await all<{ user: BitbucketUser }>(`/workspaces/${encodeURIComponent(owner)}/members?pagelen=100`, signal);
      return { users: members.map(({ user }) => toUser(user)), teams: await groups(owner, signal) };
    },
    team: async (owner, slug) => (await groups(owner)).find((group) => group.slug === slug),
    // People are found by account id only, which webhooks of a workspace do not carry here.
    user: async () => undefined,
    async whoAmI() {
      if (authorization === undefined) {
        await request('/repositories?pagelen=1');
        return 'nobody (public repositories only)';
      }
      const answer = await request('/user', { accept: [403] });
      // Tokens of a repository or workspace are nobody's.
      return answer.status === 403 ? 'a repository or workspace token' : loginOf(answer.json<BitbucketUser>());
    },
  };
}

const loginOf = (user: BitbucketUser): string => user.nickname ?? user.account_id ?? user.display_name;

const toUser = (user: BitbucketUser): ForgeUser => ({
  login: loginOf(user),
  name: user.display_name,
  ...(user.links?.avatar === undefined ? {} : { picture: user.links.avatar.href }),
  ...(user.links?.html === undefined ? {} : { url: user.links.html.href }),
});

/** A folder answers with a page of entries instead of bytes. */
function isListing(answer: ForgeAnswer): boolean {
  if (answer.headers['content-type']?.startsWith('application/json') !== true || !answer.text.includes('"commit_')) return false;
  try {
    const { values } = answer.json<{ values?: { type?: string }[] }>();
    return Array.isArray(values) && values.every((value) => value.type?.startsWith('commit_') === true);
  } catch {
    return false;
  }
}

/** Bitbucket has neither topics nor archived repositories. */
function toRepository(repository: BitbucketRepository): ForgeRepository {
  return {
    fullName: repository.full_name,
    name: repository.slug,
    url: repository.links.html.href,
    cloneUrl: repository.links.clone?.find((link) => link.name === 'https')?.href ?? `${repository.links.html.href}.git`,
    ...(repository.mainbranch === null ? {} : { defaultBranch: repository.mainbranch.name, stamp: repository.updated_on }),
    ...(repository.description === '' ? {} : { description: repository.description }),
    topics: [],
    archived: false,
    fork: repository.parent !== undefined && repository.parent !== null,
    visibility: repository.is_private ? 'private' : 'public',
    ...(repository.project === undefined ? {} : { project: repository.project.key }),
    ...(repository.language === undefined || repository.language === '' ? {} : { language: repository.language }),
  };
}
