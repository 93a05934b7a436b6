import { createHmac } from 'node:crypto';
import type { Delivery, Integration } from '@paved/forges';
import { historyOf, pageOf, resolveIn, type Handle, type World, type WorldRepository } from '@paved/forges/testing';

/** A world seen through GitHub's API: REST v3 and the few GraphQL questions that are asked. */
export function githubFace(world: World): Handle {
  return (request, origin) => {
    const { method, path } = request;
    if (path === '/api/graphql') return { body: graphql(world, request.json()) };
    const below = path.replace(/^\/api\/v3/, '');
    if (below === '/user') return { body: { login: 'robot' } };
    if (below === '/rate_limit') return { body: {} };
    const user = /^\/users\/([^/]+)$/.exec(below)?.[1];
    if (user !== undefined) {
      const found = world.users.find((one) => one.login === user);
      return (
        found && {
          body: { login: found.login, name: found.name, email: found.email, avatar_url: `${origin}/a.png`, html_url: `${origin}/${user}` },
        }
      );
    }
    if (below === `/orgs/${world.owner}/repos`) {
      const { items, next } = pageOf(request, origin, world.repositories);
      return {
        body: items.map((one) => shape(one, origin)),
        ...(next === undefined ? {} : { headers: { link: `<${next}>; rel="next"` } }),
      };
    }
    const match = /^\/repos\/([^/]+\/[^/]+)(?:\/(.*))?$/.exec(below);
    const repository = world.find(match?.[1] ?? '');
    if (repository === undefined) return undefined;
    const rest = match?.[2] ?? '';
    if (rest === '') return { body: shape(repository, origin) };
    const commit = (ref: string) => resolveIn(repository, ref);
    if (method === 'GET' && rest.startsWith('commits/')) {
      const found = commit(rest.slice('commits/'.length));
      if (found === undefined) return { status: 422, body: { message: 'No commit found for SHA' } };
      return request.headers.accept === 'application/vnd.github.sha' ? { body: found.sha } : { body: { sha: found.sha } };
    }
    if (method === 'GET' && rest === 'commits') {
      const found = historyOf(repository, request.query.get('sha') ?? 'main');
      return {
        body: found.map((one) => ({
          sha: one.sha,
          commit: { message: one.message, author: { name: 'Dev', email: 'dev@acme.example', date: one.at } },
          author: { login: 'dev' },
        })),
      };
    }
    if (method === 'GET' && rest.startsWith('git/trees/')) {
      const found = commit(rest.slice('git/trees/'.length));
      return (
        found && {
          body: { truncated: false, tree: Object.keys(found.files).map((name) => ({ path: name, type: 'blob', mode: '100644' })) },
        }
      );
    }
    if (method === 'GET' && rest.startsWith('contents/')) {
      const text = commit(request.query.get('ref') ?? 'main')?.files[rest.slice('contents/'.length)];
      return text === undefined ? undefined : { body: text, headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' } };
    }
    return writing(world, repository, rest, request, origin);
  };
}

function writing(
  world: World,
  repository: WorldRepository,
  rest: string,
  request: Parameters<Handle>[0],
  origin: string,
): ReturnType<Handle> {
  const { method } = request;
  const ref = /^git\/refs?\/heads\/(.+)$/.exec(rest)?.[1];
  if (method === 'GET' && ref !== undefined) {
    const sha = repository.branches.get(ref);
    return sha === undefined ? undefined : { body: { ref: `refs/heads/${ref}`, object: { sha, type: 'commit' } } };
  }
  if (method === 'GET' && rest.startsWith('git/commits/')) {
    const sha = rest.slice('git/commits/'.length);
    return repository.commits.has(sha) ? { body: { sha, tree: { sha: `tree-${sha}` } } } : undefined;
  }
  if (method === 'POST' && rest === 'git/trees') {
    const { base_tree, tree } = request.json<{ base_tree: string; tree: { path: string; content?: string; sha?: null }[] }>();
    const files = Object.fromEntries(tree.map((entry) => [entry.path, entry.content]));
    return {
      status: 201,
      body: { sha: Buffer.from(JSON.stringify({ base: base_tree.slice(5), files: Object.entries(files) })).toString('base64url') },
    };
  }
  if (method === 'POST' && rest === 'git/commits') {
    const { tree, message, parents } = request.json<{ tree: string; message: string; parents: string[] }>();
    const { files } = JSON.parse(Buffer.from(tree, 'base64url').toString()) as { files: [string, string | undefined][] };
    const branch = `detached-${parents[0]}`;
    repository.branches.delete(branch);
    const sha = world.push(
      repository,
      branch,
      Object.fromEntries(files.map(([name, text]) => [name, text ?? undefined])),
      message,
      parents[0],
    );
    repository.branches.delete(branch);
    return { status: 201, body: { sha } };
  }
  if (method === 'POST' && rest === 'git/refs') {
    const made = request.json<{ ref: string; sha: string }>();
    repository.branches.set(made.ref.slice('refs/heads/'.length), made.sha);
    return { status: 201, body: made };
  }
  if (method === 'PATCH' && ref !== undefined) {
    const { sha } = request.json<{ sha: string }>();
    if (repository.commits.get(sha)?.parent !== repository.branches.get(ref))
      return { status: 422, body: { message: 'Update is not a fast forward' } };
    repository.branches.set(ref, sha);
    return { body: { object: { sha } } };
  }
  const pull = (one: WorldRepository['pulls'][number]) => ({
    number: one.number,
    html_url: `${origin}/${repository.fullName}/pull/${one.number}`,
  });
  if (method === 'GET' && rest === 'pulls') {
    const head = request.query.get('head')?.split(':')[1];
    return { body: repository.pulls.filter((one) => one.head === head && one.base === request.query.get('base')).map(pull) };
  }
  if (method === 'POST' && rest === 'pulls') {
    const { head, base, title, body } = request.json<{ head: string; base: string; title: string; body: string }>();
    const made = { number: repository.pulls.length + 1, head, base, title, body };
    repository.pulls.push(made);
    return { status: 201, body: pull(made) };
  }
  return undefined;
}

const shape = (repository: WorldRepository, origin: string) => ({
  full_name: repository.fullName,
  name: repository.name,
  html_url: `${origin}/${repository.fullName}`,
  clone_url: `${origin}/${repository.fullName}.git`,
  default_branch: repository.defaultBranch,
  description: null,
  topics: repository.topics,
  archived: repository.archived,
  fork: repository.fork,
  private: repository.private,
  visibility: repository.private ? 'private' : 'public',
  pushed_at: repository.empty ? null : repository.pushedAt,
  language: 'TypeScript',
});

interface Question {
  readonly query: string;
  readonly variables: { readonly org: string; readonly after?: string | null; readonly team?: string; readonly members?: string | null };
}

function graphql(world: World, { query, variables }: Question): unknown {
  if (variables.org !== world.owner)
    return { data: { organization: null }, errors: [{ type: 'NOT_FOUND', message: 'Could not resolve to an Organization.' }] };
  const page = <T>(all: readonly T[], after: string | null | undefined, size: number) => {
    const from = Number(after ?? 0);
    return { pageInfo: { hasNextPage: from + size < all.length, endCursor: String(from + size) }, nodes: all.slice(from, from + size) };
  };
  const team = (one: World['teams'][number]) => ({
    slug: one.slug,
    combinedSlug: `${world.owner}/${one.slug}`,
    name: one.name,
    description: '',
    avatarUrl: null,
    url: `https://github.test/orgs/${world.owner}/teams/${one.slug}`,
    parentTeam: one.parent === undefined ? null : { slug: one.parent },
    members: page(
      one.members.map((login) => ({ login })),
      variables.members,
      1,
    ),
  });
  if (query.includes('membersWithRole')) {
    const people = world.users.map((one) => ({
      ...one,
      avatarUrl: 'https://github.test/a.png',
      url: `https://github.test/${one.login}`,
      organizationVerifiedDomainEmails: [],
    }));
    return { data: { organization: { membersWithRole: page(people, variables.after, 2) } } };
  }
  if (query.includes('teams(')) return { data: { organization: { teams: page(world.teams.map(team), variables.after, 2) } } };
  const found = world.teams.find((one) => one.slug === variables.team);
  return { data: { organization: { team: found === undefined ? null : team(found) } } };
}

export const githubIntegration = (origin: string): Integration => ({
  type: 'github',
  host: new URL(origin).host,
  webUrl: origin,
  apiUrl: `${origin}/api/v3`,
  token: 'ghp_test',
  webhookSecrets: ['a secret'],
});

/** A delivery, signed as GitHub signs it. */
export function githubDelivery(secret: string, event: string, id: string, payload: unknown): Delivery {
  const body = Buffer.from(JSON.stringify(payload));
  return {
    body,
    receivedAt: new Date(),
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
}

/** A push as GitHub tells it. */
export const githubPush = (repository: string, branch: string, commit: string) => ({
  ref: `refs/heads/${branch}`,
  after: commit,
  deleted: false,
  repository: { full_name: repository, name: repository.split('/')[1], owner: { login: repository.split('/')[0] } },
});
