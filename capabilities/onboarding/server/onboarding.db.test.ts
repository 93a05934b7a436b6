import { expect, test } from 'vitest';
import { catalog } from '@paved/catalog';
import { person, type EditingPlatform } from '@paved/editing/testing';
import { repositories } from '@paved/repositories';
import { runs } from '@paved/runs';
import { testActor } from '@paved/testing';
import type { Actor } from '@paved/kernel';
import { onboardingPlatform } from './onboarding-platform.test-kit.ts';

const mira = person('mira', 'developer', ['group:default/shop']);
const omar = person('omar', 'developer', ['group:default/other']);
const pia = person('pia', 'platform-engineer');

const group = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name: 'shop', annotations: { 'github.com/team-slug': 'acme/shop' } },
  spec: { type: 'team', children: [] },
};
const packageJson = (name: string): string =>
  JSON.stringify({ name, version: '1.0.0', description: `The ${name}.`, dependencies: { fastify: '5' } });

const platform = async (): Promise<EditingPlatform> => {
  const set = await onboardingPlatform();
  await set.paved.service(catalog).put([group], 'api', testActor);
  return set;
};

async function hosted(set: EditingPlatform, slug: string, files: Record<string, string>) {
  const scm = set.paved.service(repositories);
  await scm.create({ slug, description: '', ownerRef: 'group:default/shop' }, testActor);
  await scm.commitFiles(slug, { branch: 'main', files, message: 'First' }, testActor);
}

const caller = (set: EditingPlatform) => {
  const ended = async (runId: string) => set.paved.service(runs).ended(runId);
  return {
    scan: async (body: object) => ended((await set.paved.request('POST', '/api/onboarding/scans', { body, as: pia })).json.runId),
    list: async (state = 'proposed', as: Actor = pia) =>
      (await set.paved.request('GET', `/api/onboarding/proposals?state=${state}`, { as })).json.items,
    open: async (ids: readonly string[], as: Actor = pia) => {
      const answer = await set.paved.request('POST', '/api/onboarding/pull-requests', { body: { ids }, as });
      return answer.status === 202
        ? { status: 202, output: (await ended(answer.json.runId)).output }
        : { status: answer.status, output: undefined };
    },
    change: async (id: string, body: object, as: Actor = pia) => set.paved.request('PUT', `/api/onboarding/proposals/${id}`, { body, as }),
  };
};

test('hosted repositories are looked through, proposed, opened, merged and then known', async () => {
  await using set = await platform();
  await hosted(set, 'shop/till', {
    'package.json': packageJson('till'),
    'api/openapi.yaml': 'openapi: 3.0.0\ninfo: { title: Till API }\npaths: {}\n',
    CODEOWNERS: '* @acme/shop\n',
  });
  await hosted(set, 'shop/known', { 'catalog-info.yaml': 'kind: Component\n' });
  await hosted(set, 'shop/broken', { 'package.json': '{ nothing', 'README.md': '# It\n' });
  const { scan, list, open } = caller(set);
  expect((await scan({ of: 'hosted' })).output).toEqual({ repositories: 3, proposed: 2, known: 1, failed: 0, failures: [] });
  const [till, broken] = await list();
  expect(till).toMatchObject({
    label: 'shop/till',
    confidence: 'high',
    ownerRef: 'group:default/shop',
    refs: ['component:default/till', 'api:default/till-api'],
    mayChange: true,
  });
  expect(broken).toMatchObject({ label: 'shop/broken', confidence: 'medium' });
  expect(await list('proposed', omar)).toMatchObject([{ mayChange: false }, { mayChange: false }]);
  expect(await open([till.id], omar)).toMatchObject({ status: 403 });

  expect((await open([till.id], mira)).output).toEqual({ opened: 1, failed: 0 });
  const [opened] = await list('opened');
  expect(opened.pullRequest).toEqual({ number: 1, href: '/repositories/shop/till/pull-requests/1' });
  await set.paved.request('POST', '/api/repositories/shop/till/pull-requests/1/merge', { body: {}, as: pia });
  await expect.poll(async () => (await list('merged')).length, { timeout: 10_000 }).toBe(1);
  await expect
    .poll(async () => (await set.paved.service(catalog).get('api:default/till-api'))?.spec?.['definition'], { timeout: 10_000 })
    .toContain('Till API');
  expect((await scan({ of: 'hosted' })).output).toMatchObject({ proposed: 1, known: 2 });
});

test('a forge’s organisation; one that fails holds nobody back; edits and dismissals stay', async () => {
  await using set = await platform();
  const { world, forge } = set;
  const { scan, list, open, change } = caller(set);
  for (const name of ['one', 'two', 'three'])
    world.push(world.add(name), 'main', { 'package.json': packageJson(name), '.github/CODEOWNERS': '* @acme/shop\n' });
  world.push(world.add('old', { archived: true }), 'main', { 'package.json': packageJson('old') });
  const input = { of: 'forge', integration: new URL(forge).host, owner: 'acme' };
  expect((await scan(input)).output).toEqual({ repositories: 3, proposed: 3, known: 0, failed: 0, failures: [] });
  const [one, three, two] = await list();
  expect([one.label, three.label, two.label]).toEqual(['acme/one', 'acme/three', 'acme/two']);

  const text = one.text.replace('name: one', 'name: number-one');
  expect((await change(one.id, { text })).json).toMatchObject({ edited: true, refs: ['component:default/number-one'] });
  await change(two.id, { text: 'kind: Component\n' });
  expect((await change(three.id, { state: 'dismissed' })).json.state).toBe('dismissed');
  await scan(input);
  expect((await list()).map((each: { text: string }) => each.text)).toContain(text);
  expect(await list('dismissed')).toHaveLength(1);

  expect((await open([one.id, two.id])).output).toEqual({ opened: 1, failed: 1 });
  expect(await list('opened')).toMatchObject([{ label: 'acme/one', pullRequest: { number: 1, href: `${forge}/acme/one/pull/1` } }]);
  expect(await list('proposed')).toMatchObject([{ label: 'acme/two', error: expect.stringContaining('apiVersion is missing') }]);
  expect(world.find('acme/one')?.pulls).toMatchObject([{ title: 'Describe acme/one for the catalog', base: 'main' }]);
  expect((await change(one.id, { text })).status).toBe(409);
});

test('an owner is written into many proposals at once, all or none', async () => {
  await using set = await platform();
  const { scan, list, open } = caller(set);
  for (const name of ['one', 'two']) set.world.push(set.world.add(name), 'main', { 'package.json': packageJson(name) });
  await scan({ of: 'forge', integration: new URL(set.forge).host, owner: 'acme' });
  const found = await list();
  expect(found.map((each: { ownerRef?: string }) => each.ownerRef)).toEqual([undefined, undefined]);
  const ids = found.map((each: { id: string }) => each.id);
  const write = (ownerRef: string, as: Actor = pia) => set.paved.request('POST', '/api/onboarding/owner', { body: { ids, ownerRef }, as });
  expect((await write('group:default/nobody')).json.detail).toBe('The catalog has no group:default/nobody.');
  expect((await write('shop', omar)).status).toBe(403);
  expect((await write('shop')).json.items).toMatchObject([
    { ownerRef: 'group:default/shop', edited: true },
    { ownerRef: 'group:default/shop', edited: true },
  ]);
  expect((await list()).every((each: { text: string }) => each.text.includes('owner: shop'))).toBe(true);
  expect((await open([ids[0]])).output).toEqual({ opened: 1, failed: 0 });
  expect(await write('shop')).toMatchObject({ status: 409 });
});

test('a list of addresses: what is no repository fails alone', async () => {
  await using set = await platform();
  await hosted(set, 'shop/till', { 'package.json': packageJson('till') });
  const { scan } = caller(set);
  const run = await scan({ of: 'list', addresses: ['https://nowhere.example/x/y', 'paved://repositories/shop/till'] });
  expect(run.output).toEqual({
    repositories: 2,
    proposed: 1,
    known: 0,
    failed: 1,
    failures: [
      {
        address: 'https://nowhere.example/x/y',
        label: 'https://nowhere.example/x/y',
        reason: expect.stringContaining('is no repository that is hosted here'),
      },
    ],
  });
  const refused = await set.paved.request('POST', '/api/onboarding/scans', { body: { of: 'forge', integration: 'x' }, as: pia });
  expect(refused.status).toBe(400);
});
