import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditCapability } from '@paved/audit/server';
import { catalog, STORED_BY_PEOPLE } from '@paved/catalog';
import { catalogCapability } from '@paved/catalog/server';
import { forges } from '@paved/forges';
import type { Actor, Entity } from '@paved/kernel';
import { repositories } from '@paved/repositories';
import { repositoriesCapability } from '@paved/repositories/server';
import { runs } from '@paved/runs';
import { runsCapability } from '@paved/runs/server';
import { testActor, testPlatform, type TestPlatform } from '@paved/testing';
import { ownershipCapability } from './index.ts';

const day = 86_400_000;
const entity = (kind: string, name: string, spec: Entity['spec'], metadata: Partial<Entity['metadata']> = {}): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name, ...metadata },
  ...(spec === undefined ? {} : { spec }),
});
const component = (name: string, owner?: string): Entity =>
  entity('Component', name, { type: 'service', lifecycle: 'production', ...(owner === undefined ? {} : { owner }) });
const person = (name: string, memberOf: string[], email: string): Entity =>
  entity('User', name, { memberOf, profile: { displayName: name, email } });
const mira: Actor = {
  ref: 'user:default/mira',
  displayName: 'Mira',
  role: 'developer',
  ownershipRefs: ['user:default/mira', 'group:default/playback'],
  door: 'portal',
};
const stranger: Actor = { ...mira, ref: 'user:default/otto', displayName: 'Otto', ownershipRefs: ['user:default/otto'] };

describe('ownership', () => {
  let platform: TestPlatform;
  const ask = (method: string, url: string, options: { body?: unknown; as?: Actor } = {}) =>
    platform.request(method, `/api/ownership${url}`, options);

  beforeAll(async () => {
    platform = await testPlatform({
      capabilities: [auditCapability, runsCapability, catalogCapability, repositoriesCapability, ownershipCapability],
      provide: [[forges, { place: () => undefined }]],
      authorize: (actor, permission, resource) =>
        permission === 'ownership.entity.confirm' &&
        actor.role === 'developer' &&
        !(resource?.ownerRefs ?? []).some((ref) => actor.ownershipRefs.includes(ref))
          ? { allowed: false, reason: 'Only the owners may confirm.' }
          : { allowed: true },
    });
    await platform
      .service(catalog)
      .put(
        [
          entity('Group', 'media', { type: 'department', children: ['playback', 'ghosts'] }),
          entity(
            'Group',
            'playback',
            { type: 'team', children: [] },
            { links: [{ url: 'https://pager.example/playback', title: 'On-call' }] },
          ),
          entity('Group', 'ghosts', { type: 'team', children: [] }),
          person('mira', ['playback'], 'mira@acme.example'),
          person('jon', ['playback'], 'jon@acme.example'),
          component('player', 'playback'),
          component('archive', 'ghosts'),
          component('lost', 'team-that-left'),
          component('studio', 'media'),
          entity('System', 'streaming', { owner: 'playback' }),
        ],
        'test',
        testActor,
      );
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  it('says who owns a thing, whether somebody stands behind it, and who is on call', async () => {
    expect((await ask('GET', '/entities/component/default/player', { as: mira })).json).toMatchObject({
      owners: [{ ref: 'group:default/playback', living: true, people: 2 }],
      trust: { state: 'due' },
      onCall: { title: 'On-call', href: 'https://pager.example/playback', from: 'group:default/playback' },
      mayConfirm: true,
    });
    expect((await ask('GET', '/entities/component/default/archive', { as: mira })).json).toMatchObject({
      owners: [{ living: false, reason: 'nobody in it', people: 0 }],
      mayConfirm: false,
    });
    expect((await ask('GET', '/entities/component/default/studio')).json.owners).toMatchObject([{ living: true, people: 2 }]);
    expect((await ask('GET', '/entities/component/default/nope')).status).toBe(404);
  });

  it('lists what nobody owns, with why', async () => {
    const { items, totalItems } = (await ask('GET', '/unowned')).json;
    expect(items.map(({ ref, reason }: { ref: string; reason: string }) => [ref, reason])).toEqual([
      ['component:default/archive', 'nobody in it'],
      ['component:default/lost', 'unknown owner'],
    ]);
    expect(totalItems).toBe(2);
    expect((await ask('GET', '/unowned?kind=system')).json.items).toEqual([]);
    // Somebody joins: it is owned again, at once.
    await platform.service(catalog).put([person('gus', ['ghosts'], 'gus@acme.example')], 'test', testActor);
    await expect.poll(async () => (await ask('GET', '/unowned')).json.totalItems).toBe(1);
    await platform.service(catalog).remove(['user:default/gus'], 'test', testActor);
    await expect.poll(async () => (await ask('GET', '/unowned')).json.totalItems).toBe(2);
  });

  it('of what may name no owner, people answer for their own, not for what the platform brought', async () => {
    const { put, remove } = platform.service(catalog);
    const dataset = (name: string): Entity => ({ ...entity('Dataset', name, {}), apiVersion: 'acme.com/v1' });
    platform.service(catalog).defineKind({
      kind: 'Dataset',
      apiVersion: 'acme.com/v1',
      spec: { type: 'object', properties: { owner: { type: 'string' } } },
      relations: [{ field: 'owner', type: 'ownedBy', reverse: 'ownerOf', defaultKind: 'Group' }],
    });
    await put([dataset('brought')], 'orchestrator', testActor);
    await put([dataset('plays')], STORED_BY_PEOPLE, testActor);
    expect((await ask('GET', '/unowned?kind=dataset')).json.items).toMatchObject([{ ref: 'dataset:default/plays', reason: 'names none' }]);
    await remove(['dataset:default/brought'], 'orchestrator', testActor);
    await remove(['dataset:default/plays'], STORED_BY_PEOPLE, testActor);
  });

  it('asks owners, takes their word, and asks again when it is old or the owner is another one', async () => {
    const due = async (as: Actor = mira) => (await ask('GET', '/confirmations', { as })).json.items.map(({ ref }: { ref: string }) => ref);
    expect(await due()).toEqual(['component:default/player', 'system:default/streaming']);
    const service = platform.service(runs);
    const asked = await service.ended(
      (await service.start({ kind: 'ownership.confirmations.ask', input: {}, actor: testActor, cause: { type: 'user' } })).id,
    );
    // Archive and lost have nobody to ask.
    expect(asked).toMatchObject({ status: 'succeeded', output: { entities: 3, owners: 2 } });
    const again = await service.ended(
      (await service.start({ kind: 'ownership.confirmations.ask', input: {}, actor: testActor, cause: { type: 'user' } })).id,
    );
    expect(again.output).toEqual({ entities: 0, owners: 0 });

    const refused = await ask('POST', '/confirmations', { as: stranger, body: { refs: ['component:player'] } });
    expect([refused.status, refused.json.detail]).toEqual([403, 'Only the owners may confirm.']);
    const half = await ask('POST', '/confirmations', { as: mira, body: { refs: ['component:player', 'component:archive'] } });
    expect(half.status).toBe(403);
    expect(await due()).toHaveLength(2);

    const said = await ask('POST', '/confirmations', { as: mira, body: { refs: ['component:player'] } });
    expect(said.json.items).toMatchObject([{ ref: 'component:default/player', trust: { state: 'confirmed', by: 'Mira' } }]);
    expect(await due()).toEqual(['system:default/streaming']);
    const audited = (await platform.request('GET', '/api/audit?action=ownership.entity.confirm')).json.items;
    expect(audited.map(({ subject }: { subject: string }) => subject)).toEqual(['component:default/player']);

    platform.advance(40 * day);
    expect((await ask('GET', '/confirmations', { as: mira })).json.items).toMatchObject([{ trust: { state: 'overdue' } }]);
    platform.advance(145 * day);
    expect(await due()).toEqual(['system:default/streaming', 'component:default/player']);
    await ask('POST', '/confirmations', { as: mira, body: { refs: ['component:player', 'system:streaming'] } });
    expect(await due()).toEqual([]);
    await platform.service(catalog).put([component('player', 'media')], 'test', testActor);
    expect((await ask('GET', '/entities/component/default/player')).json.trust.state).toBe('due');
    await platform.service(catalog).put([component('player', 'playback')], 'test', testActor);
  });

  it('what owners give back waits for another owner, with their note', async () => {
    await ask('POST', '/confirmations', {
      as: mira,
      body: { refs: ['system:streaming'], verdict: 'disowned', note: 'Went to studio in May.' },
    });
    expect((await ask('GET', '/unowned?kind=system')).json.items).toMatchObject([
      { ref: 'system:default/streaming', reason: 'disowned', note: 'Went to studio in May.' },
    ]);
    await ask('POST', '/confirmations', { as: mira, body: { refs: ['system:streaming'] } });
    expect((await ask('GET', '/unowned?kind=system')).json.items).toEqual([]);
  });

  it('counts the same everywhere, over entities of every kind, now and for a time of the past', async () => {
    const { put, remove, defineKind } = platform.service(catalog);
    const figures = async (at?: Date) =>
      (await platform.request('GET', `/api/catalog/statistics${at === undefined ? '' : `?at=${at.toISOString()}`}`)).json.unowned;
    const listed = async (query = '') => (await ask('GET', `/unowned${query}`)).json;
    defineKind({
      kind: 'Shared',
      apiVersion: 'acme.com/v1',
      spec: { type: 'object', properties: { owners: { type: 'array', items: { type: 'string' } } } },
      relations: [{ field: 'owners', type: 'ownedBy', reverse: 'ownerOf', defaultKind: 'Group' }],
    });
    const shared = (name: string, owners: string[]): Entity => ({ ...entity('Shared', name, { owners }), apiVersion: 'acme.com/v1' });
    const before = await listed();
    expect(await figures()).toBe(before.totalItems);
    const api = (name: string, owner: string) => entity('API', name, { type: 'openapi', lifecycle: 'production', owner, definition: '-' });
    const every = [
      api('a-owned', 'playback'),
      api('a-lost', 'team-that-left'),
      entity('Resource', 'r-dead', { type: 'bucket', owner: 'ghosts' }),
      entity('System', 's-lost', { owner: 'user:gone' }),
      entity('Domain', 'd-owned', { owner: 'user:mira' }),
      { ...entity('Template', 't-none', { type: 'service', steps: [] }), apiVersion: 'scaffolder.backstage.io/v1beta3' },
      entity('Location', 'l-none', { targets: [] }),
      shared('one-lives', ['ghosts', 'playback']),
      shared('none-lives', ['ghosts', 'team-that-left']),
      shared('names-none', []),
    ];
    await put(every, STORED_BY_PEOPLE, testActor);
    const lost = [
      'api:default/a-lost',
      'resource:default/r-dead',
      'shared:default/names-none',
      'shared:default/none-lives',
      'system:default/s-lost',
      'template:default/t-none',
    ];
    const { items, totalItems } = await listed();
    expect(totalItems).toBe(before.totalItems + lost.length);
    expect(
      items
        .map(({ ref }: { ref: string }) => ref)
        .filter((ref: string) => !before.items.some((item: { ref: string }) => item.ref === ref))
        .sort(),
    ).toEqual(lost);
    expect(await figures()).toBe(totalItems);
    // Page by page it is the same list, and a kind alone counts its own.
    const paged = [];
    for (let offset = 0; offset < totalItems; offset += 3) paged.push(...(await listed(`?limit=3&offset=${offset}`)).items);
    expect(paged).toEqual(items);
    expect((await listed('?kind=Shared')).totalItems).toBe(2);
    expect((await listed('?kind=User')).totalItems).toBe(0);

    // What its owners give back counts too, once.
    const said = await ask('POST', '/confirmations', {
      as: mira,
      body: { refs: ['api:a-owned', 'system:streaming'], verdict: 'disowned' },
    });
    const given = await listed('?limit=3');
    expect(given.items.map(({ reason }: { reason: string }) => reason).slice(0, 2)).toEqual(['disowned', 'disowned']);
    expect(given.items).toHaveLength(3);
    expect([given.totalItems, await figures()]).toEqual([totalItems + 2, totalItems + 2]);
    const then = new Date(Date.parse(said.json.items[0].trust.at) + 5000);
    platform.advance(10_000);
    await put([api('a-owned', 'ghosts')], STORED_BY_PEOPLE, testActor);
    expect([(await listed()).totalItems, await figures()]).toEqual([totalItems + 2, totalItems + 2]);
    await ask('POST', '/confirmations', { as: mira, body: { refs: ['system:streaming'] } });
    await remove(
      every.map((one) => `${one.kind.toLowerCase()}:default/${one.metadata.name}`),
      STORED_BY_PEOPLE,
      testActor,
    );
    expect([(await listed()).totalItems, await figures()]).toEqual([before.totalItems, before.totalItems]);
    expect(await figures(then)).toBe(totalItems + 2);
  });

  it('shows teams with everybody below them and what they own', async () => {
    const { items } = (await ask('GET', '/teams')).json;
    const team = (name: string) => items.find(({ ref }: { ref: string }) => ref === `group:default/${name}`);
    expect(team('media')).toMatchObject({ people: 0, everybody: 2, owns: 1 });
    expect(team('playback')).toMatchObject({
      parent: 'group:default/media',
      people: 2,
      everybody: 2,
      owns: 2,
      onCall: { title: 'On-call' },
    });
    expect(team('ghosts')).toMatchObject({ everybody: 0, owns: 1 });
    const some = (await ask('GET', '/teams?refs=group:default/playback,group:default/nowhere,user:default/mira')).json;
    expect(some).toEqual({ items: [team('playback')], totalItems: 1, pageInfo: {} });
  });

  it('suggests owners from CODEOWNERS and commits, with the evidence', async () => {
    const scm = platform.service(repositories);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-owners-'));
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder });
    const commit = (name: string, email: string, file: string) => {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), `${name} ${Math.random()}\n`);
      git('add', '-A');
      git('-c', `user.name=${name}`, '-c', `user.email=${email}`, 'commit', '-qm', `Change ${file}`);
    };
    git('init', '-q', '-b', 'main');
    writeFileSync(path.join(folder, 'catalog-info.yaml'), JSON.stringify(component('orphan', 'team-that-left')));
    mkdirSync(path.join(folder, '.github'));
    writeFileSync(path.join(folder, '.github/CODEOWNERS'), '# owners\n* @acme/playback\n');
    for (let i = 0; i < 3; i++) commit('Jon', 'jon@acme.example', `src/${i}.ts`);
    commit('Somebody Else', 'else@elsewhere.example', 'src/x.ts');
    await scm.importFrom(folder, { slug: 'acme/orphan', description: '', ownerRef: 'group:default/playback' }, testActor);
    await platform.service(catalog).addLocation({ type: 'git', target: 'paved://repositories/acme/orphan' }, testActor);
    const { items } = (await ask('GET', '/suggestions?ref=component:orphan')).json;
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ ownerRef: 'group:default/playback', title: 'playback' });
    expect(items[0].confidence).toBeGreaterThan(0.9);
    expect(items[0].evidence.map(({ text }: { text: string }) => text)).toEqual([
      '.github/CODEOWNERS line 2 says * @acme/playback',
      'jon wrote 3 of the last 4 commits there',
    ]);
    expect((await ask('GET', '/suggestions?ref=component:player')).json.items).toEqual([]);
  });
});
