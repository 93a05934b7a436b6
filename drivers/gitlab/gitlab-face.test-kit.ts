import { createHmac } from 'node:crypto';
import type { Delivery, Integration } from '@paved/forges';
import {
  historyOf,
  namesBelow,
  pageOf,
  resolveIn,
  type FakeReply,
  type Handle,
  type World,
  type WorldRepository,
} from '@paved/forges/testing';

/** A world seen through GitLab's API v4. */
export function gitlabFace(world: World): Handle {
  return (request, origin) => {
    const { method, query } = request;
    const paged = (items: readonly unknown[]): FakeReply => {
      const { items: body, next } = pageOf(request, origin, items);
      return { body, ...(next === undefined ? {} : { headers: { link: `<${next}>; rel="next", <${origin}/x>; rel="first"` } }) };
    };
    const person = (one: World['users'][number]) => ({
      username: one.login,
      name: one.name,
      state: 'active',
      public_email: one.email,
      avatar_url: null,
      web_url: `${origin}/${one.login}`,
    });
    const [kind, id = '', ...rest] = namesBelow(request, '/api/v4');
    if (kind === 'user') return { body: { username: 'robot' } };
    if (kind === 'users') return { body: world.users.filter((one) => one.login === query.get('username')).map(person) };
    if (kind === 'groups') {
      const [what, all] = rest;
      const team = world.teams.find((one) => fullPath(world, one) === id);
      if (what === 'projects' && id === world.owner) return paged(world.repositories.map((one) => shape(one, origin)));
      if (what === 'descendant_groups') return paged(world.teams.map((one, i) => group(world, one, i, origin)));
      if (what === 'members' && all === 'all') return paged(world.users.map(person));
      if (what === 'members') return paged(world.users.filter((one) => team?.members.includes(one.login)).map(person));
      return undefined;
    }
    const repository = kind === 'projects' ? world.find(id) : undefined;
    if (repository === undefined) return undefined;
    const [area, sub, name = ''] = rest;
    const commit = (ref: string) => resolveIn(repository, ref);
    if (area === undefined) return { body: shape(repository, origin) };
    if (area === 'repository' && sub === 'commits' && method === 'POST') {
      const { branch, start_sha, commit_message, actions } = request.json<{
        branch: string;
        start_sha?: string;
        commit_message: string;
        actions: { action: string; file_path: string; content?: string; last_commit_id?: string }[];
      }>();
      const base = commit(branch) ?? commit(start_sha ?? '');
      for (const { file_path, last_commit_id } of actions)
        if (last_commit_id !== undefined && last_commit_id !== lastOf(repository, base?.sha ?? '', file_path))
          return { status: 400, body: { message: 'You are attempting to update a file that has changed since you started editing it.' } };
      for (const { action, file_path } of actions)
        if ((action === 'create') === (base?.files[file_path] !== undefined))
          return { status: 400, body: { message: `A file with this name ${action === 'create' ? 'already exists' : "doesn't exist"}` } };
      const files = Object.fromEntries(actions.map((one) => [one.file_path, one.action === 'delete' ? undefined : one.content]));
      return { status: 201, body: { id: world.push(repository, branch, files, commit_message, start_sha) } };
    }
    if (area === 'repository' && sub === 'commits' && name !== '') {
      const found = commit(name);
      return found && { body: { id: found.sha } };
    }
    if (area === 'repository' && sub === 'commits') {
      const found = historyOf(repository, query.get('ref_name') ?? 'main');
      return {
        body: found.map((one) => ({
          id: one.sha,
          message: one.message,
          author_name: 'Dev',
          author_email: 'dev@acme.example',
          authored_date: one.at,
        })),
      };
    }
    if (area === 'repository' && sub === 'branches')
      return repository.branches.has(name) ? { body: { name } } : { status: 404, body: { message: '404 Branch Not Found' } };
    if (area === 'repository' && sub === 'tree')
      return paged(Object.keys(commit(query.get('ref') ?? '')?.files ?? {}).map((one) => ({ path: one, type: 'blob' })));
    if (area === 'repository' && sub === 'files') {
      const text = commit(query.get('ref') ?? '')?.files[name];
      if (text === undefined) return { status: 404, body: { message: '404 File Not Found' } };
      return rest[3] === 'raw'
        ? { body: text }
        : {
            body: {
              file_path: name,
              content: Buffer.from(text).toString('base64'),
              last_commit_id: lastOf(repository, query.get('ref') ?? '', name),
            },
          };
    }
    const merge = (one: WorldRepository['pulls'][number]) => ({
      iid: one.number,
      web_url: `${origin}/${repository.fullName}/-/merge_requests/${one.number}`,
    });
    if (area === 'merge_requests' && method === 'GET')
      return {
        body: repository.pulls
          .filter((one) => one.head === query.get('source_branch') && one.base === query.get('target_branch'))
          .map(merge),
      };
    if (area === 'merge_requests') {
      const { source_branch, target_branch, title, description } =
        request.json<Record<'source_branch' | 'target_branch' | 'title' | 'description', string>>();
      const made = { number: repository.pulls.length + 1, head: source_branch, base: target_branch, title, body: description };
      repository.pulls.push(made);
      return { status: 201, body: merge(made) };
    }
    return undefined;
  };
}

/** The commit that changed a file last. */
function lastOf(repository: WorldRepository, ref: string, path: string): string | undefined {
  const history = historyOf(repository, ref);
  return history.find((one, i) => one.files[path] !== history[i + 1]?.files[path])?.sha;
}

function fullPath(world: World, team: World['teams'][number]): string {
  const parent = world.teams.find((one) => one.slug === team.parent);
  return `${parent === undefined ? world.owner : fullPath(world, parent)}/${team.slug}`;
}

const group = (world: World, team: World['teams'][number], i: number, origin: string) => ({
  id: i + 10,
  name: team.name,
  full_path: fullPath(world, team),
  description: '',
  avatar_url: null,
  web_url: `${origin}/groups/${fullPath(world, team)}`,
  parent_id: team.parent === undefined ? 1 : world.teams.findIndex((one) => one.slug === team.parent) + 10,
});

const shape = (repository: WorldRepository, origin: string) => ({
  id: repository.id,
  path: repository.name,
  path_with_namespace: repository.fullName,
  web_url: `${origin}/${repository.fullName}`,
  http_url_to_repo: `${origin}/${repository.fullName}.git`,
  default_branch: repository.empty ? null : repository.defaultBranch,
  description: '',
  topics: repository.topics,
  archived: repository.archived,
  visibility: repository.private ? 'private' : 'public',
  last_activity_at: repository.pushedAt,
});

export const gitlabIntegration = (origin: string): Integration => ({
  type: 'gitlab',
  host: new URL(origin).host,
  webUrl: origin,
  apiUrl: `${origin}/api/v4`,
  token: 'glpat-test',
  webhookSecrets: ['a secret'],
});

export function gitlabDelivery(secret: string, id: string, payload: unknown, signed: boolean, at = new Date()): Delivery {
  const body = Buffer.from(JSON.stringify(payload));
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    body,
    receivedAt: new Date(),
    headers: {
      'content-type': 'application/json',
      'x-gitlab-event': 'Push Hook',
      'idempotency-key': id,
      ...(signed
        ? { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
        : { 'x-gitlab-token': secret }),
    },
  };
}

export const gitlabPush = (repository: string, branch: string, commit: string) => ({
  object_kind: 'push',
  ref: `refs/heads/${branch}`,
  after: commit,
  project: { path_with_namespace: repository },
});
