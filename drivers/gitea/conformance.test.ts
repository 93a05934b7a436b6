import { createHash, createHmac } from 'node:crypto';
import {
  forgeConformance,
  historyOf,
  namesBelow,
  pageOf,
  resolveIn,
  type FakeReply,
  type Handle,
  type World,
  type WorldRepository,
} from '@paved/forges/testing';
import { giteaDriver } from './index.ts';

/** A world seen through Gitea's API v1. */
function face(world: World): Handle {
  return (request, origin) => {
    const { method, query } = request;
    const paged = (items: readonly unknown[]): FakeReply => {
      const { items: body, next } = pageOf(request, origin, items);
      return {
        body,
        headers: {
          'x-total-count': String(items.length),
          ...(next === undefined ? {} : { link: `<${next}>; rel="next",<${next}>; rel="last"` }),
        },
      };
    };
    const person = (one: World['users'][number]) => ({
      login: one.login,
      full_name: one.name,
      email: one.email,
      avatar_url: `${origin}/a.png`,
      html_url: `${origin}/${one.login}`,
    });
    const [kind, id = '', ...rest] = namesBelow(request, '/api/v1');
    if (kind === 'user') return { body: { login: 'robot' } };
    if (kind === 'orgs' && id === world.owner) {
      if (rest[0] === 'repos') return paged(world.repositories.map((one) => shape(one, origin)));
      if (rest[0] === 'members') return paged(world.users.map(person));
      if (rest[0] === 'teams') return paged(world.teams.map((one, i) => ({ id: i + 1, name: one.name, description: '' })));
      return { body: { username: id } };
    }
    if (kind === 'teams') return paged(world.users.filter((one) => world.teams[Number(id) - 1]?.members.includes(one.login)).map(person));
    const repository = kind === 'repos' ? world.find(`${id}/${rest.shift()}`) : undefined;
    if (repository === undefined) return undefined;
    const area = rest.shift();
    const name = rest.join('/');
    const commit = (ref: string) => resolveIn(repository, ref);
    if (area === undefined) return { body: shape(repository, origin) };
    if (area === 'commits') {
      const found = historyOf(repository, query.get('sha') ?? 'main');
      if (found.length === 0) return { status: 404, body: { message: 'object does not exist' } };
      return {
        body: found.slice(0, Number(query.get('limit') ?? 50)).map((one) => ({
          sha: one.sha,
          commit: { message: one.message, author: { name: 'Dev', email: 'dev@acme.example', date: one.at } },
          author: null,
        })),
      };
    }
    if (area === 'git') {
      const files = Object.keys(commit(rest[1] ?? '')?.files ?? {});
      const page = Number(query.get('page') ?? 1);
      return { body: { tree: files.slice(page - 1, page).map((path) => ({ path, type: 'blob' })), truncated: page < files.length } };
    }
    if (area === 'raw') {
      const text = commit(query.get('ref') ?? 'main')?.files[name];
      return text === undefined ? undefined : { body: text };
    }
    if (area === 'branches' && method === 'POST') {
      const { new_branch_name, old_ref_name } = request.json<{ new_branch_name: string; old_ref_name: string }>();
      repository.branches.set(new_branch_name, commit(old_ref_name)?.sha ?? '');
      return { status: 201, body: { name: new_branch_name } };
    }
    if (area === 'branches') return repository.branches.has(name) ? { body: { name } } : undefined;
    if (area === 'contents' && method === 'GET') return blob(commit(query.get('ref') ?? '')?.files[name]);
    if (area === 'contents') {
      const { branch, message, files } = request.json<{
        branch: string;
        message: string;
        files: { path: string; operation: string; sha?: string; content?: string }[];
      }>();
      for (const file of files) {
        const there = blob(commit(branch)?.files[file.path]);
        if (file.operation === 'create' && there !== undefined)
          return { status: 422, body: { message: `repository file already exists [path: ${file.path}]` } };
        if (file.operation !== 'create' && file.sha !== there?.body.sha)
          return { status: 422, body: { message: `sha does not match [given: ${file.sha}, expected: ${there?.body.sha}]` } };
      }
      const texts = Object.fromEntries(
        files.map((one) => [one.path, one.content === undefined ? undefined : Buffer.from(one.content, 'base64').toString()]),
      );
      return { status: 201, body: { commit: { sha: world.push(repository, branch, texts, message) } } };
    }
    const pull = (one: WorldRepository['pulls'][number]) => ({
      number: one.number,
      html_url: `${origin}/${repository.fullName}/pulls/${one.number}`,
      head: { ref: one.head },
      base: { ref: one.base },
    });
    if (area === 'pulls' && method === 'GET') return paged(repository.pulls.map(pull));
    if (area === 'pulls') {
      const made = { number: repository.pulls.length + 1, ...request.json<{ head: string; base: string; title: string; body: string }>() };
      repository.pulls.push(made);
      return { status: 201, body: pull(made) };
    }
    return undefined;
  };
}

const blob = (text: string | undefined) =>
  text === undefined ? undefined : { body: { sha: createHash('sha1').update(text).digest('hex') } };

const shape = (repository: WorldRepository, origin: string) => ({
  full_name: repository.fullName,
  name: repository.name,
  html_url: `${origin}/${repository.fullName}`,
  clone_url: `${origin}/${repository.fullName}.git`,
  default_branch: repository.defaultBranch,
  description: '',
  topics: repository.topics,
  archived: repository.archived,
  fork: repository.fork,
  private: repository.private,
  empty: repository.empty,
  updated_at: repository.pushedAt,
});

for (const flavour of ['gitea', 'forgejo']) {
  forgeConformance({
    driver: giteaDriver,
    owner: 'acme',
    nameOf: (name) => `acme/${name}`,
    face,
    integration: (origin) => ({
      type: 'gitea',
      host: new URL(origin).host,
      webUrl: origin,
      apiUrl: `${origin}/api/v1`,
      token: 'abc',
      webhookSecrets: ['a secret'],
    }),
    etags: true,
    hierarchy: false,
    stamps: true,
    authorization: 'token abc',
    delivery(secret, { repository, branch, commit, id }) {
      const body = Buffer.from(JSON.stringify({ ref: `refs/heads/${branch}`, after: commit, repository: { full_name: repository } }));
      return {
        body,
        receivedAt: new Date(),
        headers: {
          [`x-${flavour}-event`]: 'push',
          [`x-${flavour}-delivery`]: id,
          [`x-${flavour}-signature`]: createHmac('sha256', secret).update(body).digest('hex'),
        },
      };
    },
  });
}
