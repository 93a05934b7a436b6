import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entity } from '@paved/kernel';
import { catalog } from '@paved/catalog';
import { testActor } from '@paved/testing';
import { goldenPathPlatform } from './testing/golden-path-platform.ts';

const acme = fileURLToPath(new URL('../../../examples/acme/catalog-info.yaml', import.meta.url));
let platform: Awaited<ReturnType<typeof goldenPathPlatform>>;
let refs: readonly string[];

beforeAll(async () => {
  platform = await goldenPathPlatform({ kinds: ['Environment', 'ResourceDefinition', 'Pipeline'] });
  await platform.service(catalog).addLocation({ type: 'file', target: acme }, testActor);
  refs = (await platform.service(catalog).query({ limit: 500 })).items.map((entity) =>
    `${entity.kind}:${entity.metadata.namespace ?? 'default'}/${entity.metadata.name}`.toLowerCase(),
  );
});
afterAll(() => platform[Symbol.asyncDispose]());

const count = (kind: string): number => refs.filter((ref) => ref.startsWith(`${kind}:`)).length;
const all = async (kind: string): Promise<Entity[]> => platform.service(catalog).ofKind(kind);

test('the company is there, whole', () => {
  expect(count('group')).toBeGreaterThanOrEqual(8);
  expect(count('user')).toBeGreaterThanOrEqual(12);
  expect(count('domain')).toBe(2);
  expect(count('system')).toBeGreaterThanOrEqual(4);
  expect(count('component') + count('api') + count('resource')).toBeGreaterThanOrEqual(15);
  expect(count('environment')).toBe(3);
  expect(count('pipeline')).toBeGreaterThanOrEqual(1);
  expect(count('template')).toBe(4);
  expect(count('entitykind')).toBe(4);
  expect(count('dataset')).toBe(4);
});

test('every relation leads to something that exists', async () => {
  for (const kind of ['Group', 'User', 'Domain', 'System', 'Component', 'API', 'Resource', 'Template', 'Dataset']) {
    for (const entity of await all(kind)) {
      expect(entity.status?.items ?? [], entity.metadata.name).toEqual([]);
      for (const { type, targetRef } of entity.relations ?? [])
        expect(refs, `${entity.kind} ${entity.metadata.name} ${type}`).toContain(targetRef);
    }
  }
});

test('the demo offers a developer, a platform engineer and a security person', async () => {
  const offered = (await all('User')).filter((user) => user.metadata.annotations?.['paved.dev/demo-sign-in'] !== undefined);
  expect(offered.map((user) => user.metadata.annotations?.['paved.dev/role'] ?? '').sort((a, b) => a.localeCompare(b))).toEqual([
    'developer',
    'developer',
    'platform-engineer',
  ]);
  expect((await platform.service(catalog).groupsOf('user:default/sana.iqbal')).includes('group:default/security')).toBe(true);
  expect(await platform.service(catalog).groupsOf('user:default/mira.voss')).toEqual(
    expect.arrayContaining(['group:default/playback', 'group:default/product', 'group:default/acme']),
  );
});

test.each(['http-service', 'worker', 'scheduled-job', 'static-site'])('%s can be used, and its preview is complete', async (name) => {
  const { json } = await platform.request('POST', `/api/templates/default/${name}/preview`, {
    body: { values: { name: 'concert-alerts', owner: 'group:default/discovery', system: 'system:default/search', title: 'Gigs' } },
  });
  expect(json).toMatchObject({
    valid: true,
    problems: [],
    repository: 'discovery/concert-alerts',
    entities: expect.arrayContaining([expect.objectContaining({ ref: 'component:default/concert-alerts' })]),
  });
  expect(json.steps.every((step: { status: string }) => step.status === 'completed')).toBe(true);
  const card = (await platform.request('GET', `/api/templates/default/${name}`)).json.card;
  expect(card).toMatchObject({ owner: 'group:default/platform', problems: [] });
});

test('an empty form has a preview that says what is missing', async () => {
  const { status, json } = await platform.request('POST', '/api/templates/default/http-service/preview', { body: { values: {} } });
  expect(status).toBe(200);
  expect(json.valid).toBe(false);
  expect(json.entities.map((entity: { kind: string }) => entity.kind)).not.toContain('Component');
});

test('an HTTP service is created, registered with its API and database, and deployed', async () => {
  const { json } = await platform.request('POST', '/api/templates/default/http-service/execute', {
    body: { values: { name: 'gig-finder', owner: 'group:default/discovery' } },
  });
  const { runs } = await import('@paved/runs');
  const run = await platform.service(runs).ended(json.runId, 30_000);
  expect(run).toMatchObject({ status: 'succeeded', title: 'HTTP service: gig-finder' });
  expect(await platform.service(catalog).get('component:default/gig-finder')).toMatchObject({
    relations: expect.arrayContaining([{ type: 'ownedBy', targetRef: 'group:default/discovery' }]),
  });
  expect((await platform.service(catalog).get('api:default/gig-finder'))?.spec?.['definition']).toContain('"/api/tracks"');
  expect(await platform.service(catalog).get('resource:default/gig-finder-db')).toBeDefined();
  expect(platform.deployed.requests).toMatchObject([{ component: 'component:default/gig-finder', environment: 'dev' }]);
});
