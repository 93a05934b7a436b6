import { setTimeout as sleep } from 'node:timers/promises';
import { auditCapability } from '@paved/audit/server';
import { catalog, entityProviders } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { githubDriver } from '@paved/driver-github';
import type { Config } from '@paved/host';
import { runsCapability } from '@paved/runs/server';
import { testActor, testPlatform, type TestPlatform } from '@paved/testing';
import { expect, test } from 'vitest';
import { gitlabDriver } from '@paved/driver-gitlab';
import { gitlabDelivery, gitlabFace } from '@paved/driver-gitlab/testing';
import { githubDelivery, githubFace, githubPush } from '@paved/driver-github/testing';
import { forges } from '../index.ts';
import { forgesCapability } from './index.ts';
import { createWorld, startFakeForge, type FakeForge, type World } from './testing/index.ts';

const component = (name: string, description = 'x'): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\n  description: ${description}\nspec: { type: service, lifecycle: production, owner: platform }\n`;

interface Set extends AsyncDisposable {
  readonly paved: TestPlatform;
  readonly world: World;
  readonly fake: FakeForge;
  readonly host: string;
}

async function platformWith(world: World, providers: (host: string, url: string) => Record<string, unknown>): Promise<Set> {
  const fake = await startFakeForge(githubFace(world), { etags: true });
  const host = new URL(fake.url).host;
  const paved = await testPlatform({
    listen: true,
    capabilities: [
      auditCapability,
      runsCapability,
      catalogCapability,
      forgesCapability({ drivers: [githubDriver], directory: async () => [] }),
    ],
    config: {
      integrations: {
        github: [{ host, baseUrl: fake.url, apiBaseUrl: `${fake.url}/api/v3`, token: 'ghp_test', webhookSecret: 'a secret' }],
      } as unknown as Config['integrations'],
      catalog: { providers: providers(host, fake.url) } as unknown as Config['catalog'],
    },
  });
  return {
    paved,
    world,
    fake,
    host,
    async [Symbol.asyncDispose]() {
      await paved[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

const until = async <T>(ask: () => Promise<T | undefined | false>, ms = 10_000): Promise<T> => {
  for (const end = Date.now() + ms; ; await sleep(25)) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error('It did not come.');
  }
};

const entity = async ({ paved }: Set, ref: string) => {
  const [kind, name] = ref.split(':');
  const answer = await paved.request(
    'GET',
    `/api/catalog/entities/by-name/${kind}/${name?.includes('/') === true ? name : `default/${name}`}`,
  );
  return answer.status === 200 ? answer.json : undefined;
};
const provider = async ({ paved }: Set, name: string) =>
  (await paved.request('GET', '/api/catalog/providers')).json.items.find((item: { name: string }) => item.name === name);
const synced = async (set: Set, name: string) =>
  until(async () => {
    const row = await provider(set, name);
    return row?.syncedAt === null ? undefined : row;
  });

async function deliver({ paved, host }: Set, event: string, id: string, payload: unknown, secret = 'a secret') {
  const { headers, body } = githubDelivery(secret, event, id, payload);
  const answer = await fetch(`${paved.baseUrl()}/api/forges/webhooks/${host}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: Buffer.from(body),
  });
  return { status: answer.status, json: (await answer.json()) as { result?: string } };
}

async function sync(set: Set, name: string, body: Record<string, unknown> = {}) {
  const { runId } = (await set.paved.request('POST', `/api/catalog/providers/${encodeURIComponent(name)}/sync`, { body })).json;
  return until(async () => {
    const run = (await set.paved.request('GET', `/api/runs/${runId}`)).json;
    return ['succeeded', 'failed'].includes(run.status ?? run.run?.status) ? (run.run ?? run) : undefined;
  });
}

test('repositories of an organisation are discovered, read, refreshed on push and forgotten', async () => {
  const world = createWorld('acme');
  const api = world.add('api');
  world.push(api, 'main', { 'catalog-info.yaml': component('api') });
  world.push(world.add('web'), 'main', { 'catalog-info.yaml': component('web') });
  world.push(world.add('old', { archived: true }), 'main', { 'catalog-info.yaml': component('old') });
  world.push(world.add('nothing'), 'main', { 'README.md': 'no catalog here' });
  world.add('blank', { empty: true });
  await using set = await platformWith(world, (host) => ({ github: { default: { host, organization: 'acme' } } }));

  const found = await synced(set, 'github:default');
  expect(found).toMatchObject({ error: null, locations: 3, locationsWithEntities: 2, fileProblems: 0, target: `${set.fake.url}/acme` });
  const first = await entity(set, 'component:api');
  expect(first.metadata.annotations).toMatchObject({
    'backstage.io/view-url': `${set.fake.url}/acme/api/blob/main/catalog-info.yaml`,
    'backstage.io/edit-url': `${set.fake.url}/acme/api/edit/main/catalog-info.yaml`,
    'backstage.io/source-location': `url:${set.fake.url}/acme/api/tree/main/`,
    'backstage.io/managed-by-location': `url:${set.fake.url}/acme/api/blob/main/catalog-info.yaml`,
  });
  expect(await entity(set, 'component:old')).toBeUndefined();
  expect((await set.paved.request('GET', '/api/catalog/locations')).json).toEqual([]);

  // A push refreshes what is read from that branch, and nothing else is asked for.
  const commit = world.push(api, 'main', { 'catalog-info.yaml': component('api', 'better') });
  const before = set.fake.seen.length;
  expect(await deliver(set, 'push', 'd-1', githubPush('acme/api', 'main', commit))).toMatchObject({
    status: 202,
    json: { result: 'accepted' },
  });
  await until(async () => (await entity(set, 'component:api'))?.metadata.description === 'better');
  expect(set.fake.seen.slice(before).every((request) => request.path.startsWith('/api/v3/repos/acme/api'))).toBe(true);
  expect(await deliver(set, 'push', 'd-1', githubPush('acme/api', 'main', commit))).toMatchObject({ json: { result: 'repeated' } });
  expect(await deliver(set, 'push', 'd-2', githubPush('acme/api', 'main', commit), 'wrong')).toMatchObject({ status: 401 });

  // A push to another branch changes nothing and asks nothing.
  const idle = set.fake.seen.length;
  expect(await deliver(set, 'push', 'd-9', githubPush('acme/api', 'feature/x', commit))).toMatchObject({ json: { result: 'accepted' } });

  // A new repository comes by its event; a removed one goes.
  world.push(world.add('fresh'), 'main', { 'catalog-info.yaml': component('fresh') });
  const owner = { login: 'acme' };
  await deliver(set, 'repository', 'd-3', { action: 'created', repository: { full_name: 'acme/fresh', name: 'fresh', owner } });
  await until(() => entity(set, 'component:fresh'));
  expect(set.fake.seen.slice(idle).every((request) => request.path.startsWith('/api/v3/repos/acme/fresh'))).toBe(true);
  world.repositories.splice(world.repositories.indexOf(api), 1);
  await deliver(set, 'repository', 'd-4', { action: 'deleted', repository: { full_name: 'acme/api', name: 'api', owner } });
  await until(async () => (await entity(set, 'component:api')) === undefined);
  expect(await entity(set, 'component:web')).toBeDefined();

  // What did not change is not read again: one page after the other, and nothing of any repository.
  const quiet = set.fake.seen.length;
  expect((await sync(set, 'github:default')).status).toBe('succeeded');
  expect(set.fake.seen.slice(quiet).map((request) => request.path.replace(/\?.*/, ''))).toEqual([
    '/api/v3/orgs/acme/repos',
    '/api/v3/orgs/acme/repos',
  ]);
});

test('people and teams are read; events change just them; what is gone goes', async () => {
  const world = createWorld('acme');
  world.users = ['ana', 'ben', 'eve'].map((login) => ({ login, name: login.toUpperCase(), email: `${login}@acme.example` }));
  world.teams = [
    { slug: 'platform', name: 'Platform', members: ['ana', 'ben'] },
    { slug: 'runtime', name: 'Runtime', parent: 'platform', members: ['eve'] },
  ];
  await using set = await platformWith(world, (_host, url) => ({ githubOrg: { default: { githubUrl: url, orgs: ['acme'] } } }));
  await synced(set, 'githubOrg:default');
  const runtime = await entity(set, 'group:runtime');
  expect(runtime.relations).toEqual(
    expect.arrayContaining([
      { type: 'childOf', targetRef: 'group:default/platform' },
      { type: 'hasMember', targetRef: 'user:default/eve' },
    ]),
  );
  expect((await entity(set, 'user:ana')).spec).toEqual({
    profile: { displayName: 'ANA', email: 'ana@acme.example', picture: 'https://github.test/a.png' },
    memberOf: ['platform'],
  });

  world.teams[0]!.members = ['ana', 'eve'];
  const organization = { login: 'acme' };
  await deliver(set, 'membership', 'm-1', {
    action: 'added',
    scope: 'team',
    member: { login: 'eve' },
    team: { slug: 'platform', name: 'Platform' },
    organization,
  });
  await until(async () => (await entity(set, 'user:eve')).spec.memberOf.includes('platform'));
  expect((await entity(set, 'user:ben')).spec.memberOf).toEqual([]);
  expect((await entity(set, 'group:platform')).spec.members).toEqual(['ana', 'eve']);

  world.teams.splice(1, 1);
  await deliver(set, 'team', 't-1', { action: 'deleted', team: { slug: 'runtime', name: 'Runtime' }, organization });
  await until(async () => (await entity(set, 'group:runtime')) === undefined);
  expect((await entity(set, 'user:eve')).spec.memberOf).toEqual(['platform']);

  world.users = world.users.filter((user) => user.login !== 'ben');
  await sync(set, 'githubOrg:default');
  expect(await entity(set, 'user:ben')).toBeUndefined();
  expect(await entity(set, 'user:ana')).toBeDefined();
});

test('a failing forge keeps what was there, and a removal that is too large waits', async () => {
  const world = createWorld('acme');
  world.users = Array.from({ length: 20 }, (_, i) => ({ login: `dev${i}`, name: `Dev ${i}`, email: '' }));
  await using set = await platformWith(world, (_host, url) => ({ githubOrg: { default: { githubUrl: url, orgs: ['acme'] } } }));
  await synced(set, 'githubOrg:default');
  expect(await provider(set, 'githubOrg:default')).toMatchObject({ entities: 20, error: null, problems: [] });

  set.fake.moods.push({ status: 401, body: { message: 'Bad credentials' } });
  expect((await sync(set, 'githubOrg:default')).status).toBe('failed');
  expect(await provider(set, 'githubOrg:default')).toMatchObject({
    entities: 20,
    error: expect.stringMatching(/does not accept the credentials/),
  });

  world.users = world.users.slice(0, 3);
  expect((await sync(set, 'githubOrg:default')).status).toBe('failed');
  expect(await provider(set, 'githubOrg:default')).toMatchObject({ entities: 20, held: { removed: 17, of: 20 } });
  expect((await sync(set, 'githubOrg:default', { confirm: true })).status).toBe('succeeded');
  expect(await provider(set, 'githubOrg:default')).toMatchObject({ entities: 3, held: null, error: null });

  set.fake.moods.push({
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 900) },
    body: {},
  });
  await sync(set, 'githubOrg:default');
  const limited = await provider(set, 'githubOrg:default');
  expect(limited.entities).toBe(3);
  expect(Date.parse(limited.retryAt)).toBeGreaterThan(Date.now() + 600_000);
});

test('a file of a private repository is registered by its address, with patterns and placeholders', async () => {
  const world = createWorld('acme');
  const mono = world.add('mono', { private: true });
  world.push(mono, 'main', {
    'services/a/catalog-info.yaml': component('a'),
    'services/b/catalog-info.yaml': `apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: { name: b }\nspec:\n  type: openapi\n  lifecycle: production\n  owner: platform\n  definition:\n    $text: ./openapi.yaml\n`,
    'services/b/openapi.yaml': 'openapi: 3.1.0\n',
    'other.yaml': 'x: 1',
  });
  await using set = await platformWith(world, () => ({}));
  const added = await set.paved.request('POST', '/api/catalog/locations', {
    body: { type: 'url', target: `${set.fake.url}/acme/mono/blob/main/services/*/catalog-info.yaml` },
  });
  expect(added.status).toBe(201);
  expect((await entity(set, 'api:b')).spec.definition).toBe('openapi: 3.1.0\n');
  world.push(mono, 'main', { 'services/b/openapi.yaml': 'openapi: 3.2.0\n' });
  await deliver(set, 'push', 'p-1', githubPush('acme/mono', 'main', 'x'));
  await until(async () => (await entity(set, 'api:b')).spec.definition === 'openapi: 3.2.0\n');
});

test('what is wrong with one file of a repository stays with it, and passes as soon as the forge answers', async () => {
  const world = createWorld('acme');
  const mono = world.add('mono');
  const names = ['a', 'b', 'c'];
  world.push(mono, 'main', Object.fromEntries(names.map((name) => [`${name}/catalog-info.yaml`, component(name)])));
  await using set = await platformWith(world, () => ({}));
  const target = `${set.fake.url}/acme/mono/blob/main/*/catalog-info.yaml`;
  expect((await set.paved.request('POST', '/api/catalog/locations', { body: { type: 'url', target } })).status).toBe(201);
  const seen = async () => {
    await set.paved.service(catalog).refresh({ type: 'url', target });
    const found = await set.paved.service(catalog).byRefs(names.map((name) => `component:${name}`));
    const { items } = (await set.paved.request('GET', '/api/catalog/problems')).json;
    return {
      entities: found.map((one) => [one?.metadata.description, one?.status !== undefined]),
      problems: items.map((item: { message: string }) => item.message),
    };
  };
  world.push(mono, 'main', {
    'a/catalog-info.yaml': 'a\0b',
    'b/catalog-info.yaml': `${component('b')}# ${'x'.repeat(9_000_000)}`,
    'c/catalog-info.yaml': component('c', 'new'),
  });
  expect(await seen()).toEqual({
    entities: [
      ['x', true],
      ['x', true],
      ['new', false],
    ],
    problems: [
      'a/catalog-info.yaml is not a text file.',
      expect.stringMatching(/^b\/catalog-info.yaml has \d+ bytes; at most \d+ are read\.$/),
    ],
  });
  world.push(mono, 'main', { 'a/catalog-info.yaml': component('a', 'newer'), 'b/catalog-info.yaml': component('b', 'newer') });
  set.fake.stumbles.push('/contents/b/');
  expect(await seen()).toEqual({
    entities: [
      ['newer', false],
      ['x', true],
      ['new', false],
    ],
    problems: [expect.stringContaining('answered GET /api/v3/repos/acme/mono/contents/b/catalog-info.yaml with 500')],
  });
  // The commit is the same; what could not be read is asked for again.
  set.fake.stumbles.length = 0;
  expect(await seen()).toEqual({
    entities: [
      ['newer', false],
      ['newer', false],
      ['new', false],
    ],
    problems: [],
  });
});

test('a target that leads out of the repository is told where it stands, and holds back nothing', async () => {
  const world = createWorld('acme');
  const more = (target: string): string =>
    `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: more }\nspec: { targets: [${target}, ./b.yaml] }\n`;
  world.push(world.add('mono'), 'main', { 'all.yaml': more('../../elsewhere/a.yaml'), 'b.yaml': component('b') });
  await using set = await platformWith(world, () => ({}));
  const target = `${set.fake.url}/acme/mono/blob/main/all.yaml`;
  const { status, json } = await set.paved.request('POST', '/api/catalog/locations', { body: { type: 'url', target } });
  expect([status, json.entities.length]).toEqual([201, 2]);
  expect((await set.paved.request('GET', '/api/catalog/problems')).json.items).toMatchObject([
    { line: 4, path: '/spec/targets/0', message: '"../../elsewhere/a.yaml" leads out of the repository.' },
  ]);
});

test('what a registered file brought goes when a commit deletes the file, and stays when the forge only hides it', async () => {
  const world = createWorld('acme');
  const till = world.add('till');
  world.push(till, 'main', { 'catalog-info.yaml': component('till'), 'README.md': '# Till\n' });
  await using set = await platformWith(world, () => ({}));
  const target = `${set.fake.url}/acme/till/blob/main/catalog-info.yaml`;
  expect((await set.paved.request('POST', '/api/catalog/locations', { body: { type: 'url', target } })).status).toBe(201);
  const refreshed = async () => {
    await set.paved.service(catalog).refresh({ type: 'url', target });
    return set.paved.service(catalog).get('component:till');
  };
  world.push(till, 'main', { 'catalog-info.yaml': undefined });
  expect(await refreshed()).toBeUndefined();
  world.push(till, 'main', { 'catalog-info.yaml': component('till') });
  expect((await refreshed())?.status?.items).toBeUndefined();
  world.repositories.length = 0;
  expect((await refreshed())?.status?.items).toHaveLength(1);
});

test('others open pull requests and commit, each once by its key', async () => {
  const world = createWorld('acme');
  const api = world.add('api');
  world.push(api, 'main', { 'catalog-info.yaml': component('api'), 'docs/CODEOWNERS': '* @acme/platform\n' });
  await using set = await platformWith(world, () => ({}));
  const service = set.paved.service(forges);
  const url = `${set.fake.url}/acme/api/blob/main/catalog-info.yaml`;
  const change = { url, key: 'edit-1', files: { 'catalog-info.yaml': component('api', 'new') }, title: 'Describe api', body: 'Why not.' };
  const opened = await service.openPullRequest(change, testActor);
  expect(opened).toMatchObject({ number: 1, created: true });
  expect(await service.openPullRequest(change, testActor)).toEqual({ ...opened, created: false });
  expect(api.pulls).toHaveLength(1);
  const commit = { url, key: 'edit-2', files: { 'catalog-info.yaml': component('api', 'now') }, message: 'Describe it' };
  const { sha } = await service.commit(commit, testActor);
  expect((await service.commit(commit, testActor)).sha).toBe(sha);
  expect(api.branches.get('main')).toBe(sha);
  expect(await service.codeowners(url)).toEqual({ path: 'docs/CODEOWNERS', text: '* @acme/platform\n' });
  await expect(service.commit({ ...commit, key: 'x', files: { '../evil': '1' } }, testActor)).rejects.toThrow(/no path inside/);

  // On what was read, and not over what came since: a commit is refused, a pull request branches off there.
  world.push(api, 'main', { 'elsewhere.md': 'x' });
  const late = { ...commit, key: 'late', revision: sha };
  await expect(service.commit(late, testActor)).rejects.toMatchObject({ code: 'stale' });
  const named = { ...late, title: 'Late', body: '', branch: 'team/late' };
  expect(await service.openPullRequest(named, testActor)).toMatchObject({ branch: 'team/late', created: true });
  expect(api.commits.get(api.branches.get('team/late') ?? '')?.parent).toBe(sha);
  expect(await service.openPullRequest(named, testActor)).toMatchObject({ branch: 'team/late', created: false });
  await expect(service.openPullRequest({ ...named, key: 'other' }, testActor)).rejects.toThrow(/has a branch team\/late already/);

  // A new file is only made where there is none: the second who makes it hears of the first.
  const fresh = { url, onlyNew: true, files: { 'new/catalog-info.yaml': component('mine') } };
  const first = { ...fresh, key: 'new-1', message: 'Mine' };
  const made = await service.commit(first, testActor);
  expect((await service.commit(first, testActor)).sha).toBe(made.sha);
  const second = { ...fresh, key: 'new-2', files: { 'new/catalog-info.yaml': component('theirs') } };
  const refused = { code: 'stale', message: 'acme/api has a new/catalog-info.yaml by now.' };
  await expect(service.commit({ ...second, message: 'Theirs' }, testActor)).rejects.toMatchObject(refused);
  await expect(service.openPullRequest({ ...second, title: 'Theirs', body: '' }, testActor)).rejects.toMatchObject(refused);
  expect(api.branches.get('main')).toBe(made.sha);
  expect((await set.paved.request('GET', '/api/audit')).text).toContain('forges.pull_request.create');
});

test('forges are listed and tested without showing secrets', async () => {
  await using set = await platformWith(createWorld('acme'), () => ({}));
  const listed = await set.paved.request('GET', '/api/forges');
  expect(listed.json.items[0]).toMatchObject({ id: set.host, credentials: 'token', webhookSecret: true });
  expect(listed.text).not.toContain('ghp_test');
  expect((await set.paved.request('POST', `/api/forges/${set.host}/test`, { body: {} })).json).toMatchObject({
    ok: true,
    account: 'robot',
  });
  const help = (await set.paved.request('GET', `/api/forges/${set.host}/webhook`)).json;
  expect(help.url).toBe(`${set.paved.baseUrl()}/api/forges/webhooks/${set.host}`);
  expect(set.paved.service(entityProviders)).toBeDefined();
});

test('an event about people that says too little makes GitLab’s organisation be asked again, once for a burst', async () => {
  const world = createWorld('acme');
  world.users = ['ana', 'ben'].map((login) => ({ login, name: login, email: '' }));
  world.teams = [
    { slug: 'teams', name: 'Teams', members: [] },
    { slug: 'runtime', name: 'Runtime', parent: 'teams', members: ['ana'] },
  ];
  await using fake = await startFakeForge(gitlabFace(world), { etags: true });
  const host = new URL(fake.url).host;
  await using paved = await testPlatform({
    listen: true,
    capabilities: [
      auditCapability,
      runsCapability,
      catalogCapability,
      forgesCapability({ drivers: [gitlabDriver], directory: async () => [] }),
    ],
    config: {
      integrations: {
        gitlab: [{ host, baseUrl: fake.url, token: 'glpat-test', webhookSecret: 'a secret' }],
      } as unknown as Config['integrations'],
      catalog: { providers: { gitlab: { default: { host, group: 'acme', orgEnabled: true } } } } as unknown as Config['catalog'],
    },
  });
  const set = { paved, world, fake, host, [Symbol.asyncDispose]: async () => {} };
  await synced(set, 'gitlabOrg:default');
  expect((await entity(set, 'group:teams-runtime')).spec).toMatchObject({ parent: 'teams', members: ['ana'] });
  expect((await entity(set, 'user:ana')).metadata.annotations['127.0.0.1/user-login']).toBe('ana');

  world.teams[1]!.members = ['ben'];
  for (const id of ['e-1', 'e-2', 'e-3']) {
    const { headers, body } = gitlabDelivery(
      'a secret',
      id,
      { event_name: 'user_add_to_group', group_path: 'runtime', user_username: 'ben' },
      true,
    );
    const answer = await fetch(`${paved.baseUrl()}/api/forges/webhooks/${host}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: Buffer.from(body),
    });
    expect(answer.status).toBe(202);
  }
  await until(async () => (await entity(set, 'user:ben')).spec.memberOf.includes('teams-runtime'));
  const runs = (await paved.request('GET', '/api/runs?kind=catalog.provider.sync')).json.items as {
    input?: { provider?: string };
    title: string;
    cause: { ref?: string };
  }[];
  expect(runs.filter((run) => run.cause.ref === 'webhook')).toHaveLength(1);
});
