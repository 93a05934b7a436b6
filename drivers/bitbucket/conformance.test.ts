import { createHmac } from 'node:crypto';
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
import { bitbucketDriver } from './index.ts';

/** A world seen through Bitbucket's API 2.0. */
function face(world: World): Handle {
  return (request, origin) => {
    const { method, query } = request;
    const paged = (items: readonly unknown[]): FakeReply => {
      const { items: values, next } = pageOf(request, origin, items);
      return { body: { values, pagelen: 3, ...(next === undefined ? {} : { next }) } };
    };
    const person = (one: World['users'][number]) => ({ display_name: one.name, nickname: one.login, account_id: `1:${one.login}` });
    if (request.path === `/1.0/groups/${world.owner}`)
      return {
        body: world.teams.map((one) => ({
          name: one.name,
          slug: one.slug,
          members: world.users.filter((user) => one.members.includes(user.login)).map(person),
        })),
      };
    const [kind, workspace = '', name, ...rest] = namesBelow(request, '/2.0');
    if (kind === 'user') return { body: { display_name: 'Robot', nickname: 'robot' } };
    if (kind === 'workspaces' && name === 'members') return paged(world.users.map((one) => ({ user: person(one) })));
    if (kind !== 'repositories') return undefined;
    if (name === undefined) return paged(world.repositories.map((one) => shape(one, origin)));
    const repository = world.find(`${workspace}/${name}`);
    if (repository === undefined) return { status: 404, body: { type: 'error', error: { message: 'Repository not found' } } };
    const [area, ...more] = rest;
    const commit = (ref: string) => resolveIn(repository, ref);
    if (area === undefined) return { body: shape(repository, origin) };
    if (area === 'commit') return commit(more[0] ?? '') && { body: { hash: more[0] } };
    if (area === 'refs') {
      const hash = more[0] === 'branches' ? repository.branches.get(more[1] ?? '') : undefined;
      return hash === undefined ? undefined : { body: { name: more[1], target: { hash } } };
    }
    if (area === 'commits') {
      const found = historyOf(repository, more[0] ?? '');
      return {
        body: {
          values: found.map((one) => ({ hash: one.sha, message: one.message, date: one.at, author: { raw: 'Dev <dev@acme.example>' } })),
        },
      };
    }
    if (area === 'src' && method === 'GET') {
      const files = commit(more[0] ?? '')?.files ?? {};
      const path = more.slice(1).join('/');
      if (path === '') return paged(Object.keys(files).map((one) => ({ path: one, type: 'commit_file' })));
      return files[path] === undefined ? undefined : { body: files[path] };
    }
    if (area === 'src') {
      const { fields, deleted } = formOf(request.body, request.headers['content-type'] ?? '');
      const branch = fields.get('branch') ?? '';
      const tip = repository.branches.get(branch);
      if (tip !== undefined && fields.has('parents') && fields.get('parents') !== tip)
        return { status: 409, body: { type: 'error', error: { message: 'The parent is not the head of the branch.' } } };
      const texts: Record<string, string | undefined> = Object.fromEntries(deleted.map((one) => [one.slice(1), undefined]));
      for (const [key, value] of fields) if (key.startsWith('/')) texts[key.slice(1)] = value;
      const sha = world.push(repository, branch, texts, fields.get('message'), fields.get('parents'));
      return { status: 201, headers: { location: `${origin}/2.0/repositories/${repository.fullName}/commit/${sha}` } };
    }
    const pull = (one: WorldRepository['pulls'][number]) => ({
      id: one.number,
      links: { html: { href: `${origin}/${repository.fullName}/pull-requests/${one.number}` } },
    });
    if (area === 'pullrequests' && method === 'GET')
      return { body: { values: repository.pulls.filter((one) => query.get('q')?.includes(`source.branch.name="${one.head}"`)).map(pull) } };
    if (area === 'pullrequests') {
      const asked = request.json<{
        title: string;
        description: string;
        source: { branch: { name: string } };
        destination: { branch: { name: string } };
      }>();
      const made = {
        number: repository.pulls.length + 1,
        head: asked.source.branch.name,
        base: asked.destination.branch.name,
        title: asked.title,
        body: asked.description,
      };
      repository.pulls.push(made);
      return { status: 201, body: pull(made) };
    }
    return undefined;
  };
}

/** The fields of a multipart form; `files` names what goes. */
function formOf(body: Buffer, type: string): { fields: Map<string, string>; deleted: string[] } {
  const boundary = /boundary=(.+)$/.exec(type)?.[1] ?? '';
  const fields = new Map<string, string>();
  const deleted: string[] = [];
  for (const part of body.toString('utf8').split(`--${boundary}`).slice(1, -1)) {
    const [head = '', ...content] = part.split('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
    const value = content.join('\r\n\r\n').replace(/\r\n$/, '');
    if (name === 'files') deleted.push(value);
    else fields.set(name, value);
  }
  return { fields, deleted };
}

const shape = (repository: WorldRepository, origin: string) => ({
  full_name: repository.fullName,
  slug: repository.name,
  links: { html: { href: `${origin}/${repository.fullName}` }, clone: [{ name: 'https', href: `${origin}/${repository.fullName}.git` }] },
  mainbranch: repository.empty ? null : { name: repository.defaultBranch },
  description: '',
  is_private: repository.private,
  project: { key: 'SHOP' },
  updated_on: repository.pushedAt,
});

forgeConformance({
  driver: bitbucketDriver,
  owner: 'acme',
  nameOf: (name) => `acme/${name}`,
  face,
  integration: (origin) => ({
    type: 'bitbucketCloud',
    host: new URL(origin).host,
    webUrl: origin,
    apiUrl: `${origin}/2.0`,
    username: 'robot',
    password: 'pw',
    webhookSecrets: ['a secret'],
  }),
  etags: true,
  hierarchy: false,
  stamps: true,
  authorization: `Basic ${Buffer.from('robot:pw').toString('base64')}`,
  delivery(secret, { repository, branch, commit, id }) {
    const payload = {
      repository: { full_name: repository },
      push: { changes: [{ old: null, new: { type: 'branch', name: branch, target: { hash: commit } } }] },
    };
    const body = Buffer.from(JSON.stringify(payload));
    return {
      body,
      receivedAt: new Date(),
      headers: {
        'x-event-key': 'repo:push',
        'x-request-uuid': id,
        'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    };
  },
});
