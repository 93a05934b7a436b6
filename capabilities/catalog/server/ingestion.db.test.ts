import { rmSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import { PavedError } from '@paved/kernel';
import { catalog, sourceReaders } from '../index.ts';
import { catalogPlatform, component, folderWith, write } from './platform.test-kit.ts';

const add = (platform: TestPlatform, target: string, type: 'file' | 'directory' = 'directory') =>
  platform.service(catalog).addLocation({ type, target }, testActor);
const problems = async (platform: TestPlatform) => (await platform.request('GET', '/api/catalog/problems')).json.items;

describe('ingestion', () => {
  it('makes what a folder holds visible before addLocation answers, with relations on both ends', async () => {
    await using platform = await catalogPlatform();
    const folder = folderWith({
      'a/catalog-info.yaml': component('checkout', { spec: '  dependsOn: [resource:orders-db]\n' }),
      'b/teams.yaml':
        'apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team-a}\nspec: {type: team, children: []}\n---\napiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {name: orders-db}\nspec: {type: database, owner: team-a}\n',
      'docker-compose.yaml': 'services: {}\n',
    });
    const { entityRefs } = await add(platform, folder);
    expect(entityRefs.toSorted()).toEqual(['component:default/checkout', 'group:default/team-a', 'resource:default/orders-db']);
    const team = await platform.service(catalog).get('Group:team-a');
    expect(team?.relations).toEqual([
      { type: 'ownerOf', targetRef: 'component:default/checkout' },
      { type: 'ownerOf', targetRef: 'resource:default/orders-db' },
    ]);
    const db = await platform.service(catalog).get('resource:default/orders-db');
    expect(db?.relations).toContainEqual({ type: 'dependencyOf', targetRef: 'component:default/checkout' });
    expect(await problems(platform)).toEqual([]);
  });

  it('keeps neighbours of a broken document going and its last good version, marked stale with line and reason', async () => {
    await using platform = await catalogPlatform();
    const folder = folderWith({ 'catalog-info.yaml': `${component('one')}---\n${component('two')}---\n${component('three')}` });
    await add(platform, folder);
    write(folder, {
      'catalog-info.yaml': `${component('one', { metadata: '  title: New\n' })}---\n${component('two').replace('owner: team-a', 'owner: "team-a')}---\n${component('three').replace('  lifecycle: production\n', '')}---\n${component('four')}`,
    });
    await platform.service(catalog).refresh({ type: 'directory', target: folder });
    const [one, two, three, four] = await platform
      .service(catalog)
      .byRefs(['component:one', 'component:two', 'component:three', 'component:four']);
    expect(one?.metadata.title).toBe('New');
    expect(four).toBeDefined();
    expect(two?.status?.items?.[0]?.message).toMatch(/YAML error at line 19/);
    expect(three?.status?.items?.[0]?.message).toBe('component:default/three: spec.lifecycle is missing.');
    const found = await problems(platform);
    expect(found.map((p: { line: number; ref: string }) => [p.ref, p.line])).toEqual([
      ['component:default/two', 19],
      ['component:default/three', expect.any(Number)],
    ]);
    write(folder, { 'catalog-info.yaml': `${component('one')}---\n${component('two')}---\n${component('three')}` });
    await platform.service(catalog).refresh({ ref: 'component:default/one' });
    const healed = await platform.service(catalog).byRefs(['component:one', 'component:two', 'component:three', 'component:four']);
    expect(healed.map((entity) => entity?.status)).toEqual([undefined, undefined, undefined, undefined]);
    expect(healed[3]).toBeUndefined();
    expect(await problems(platform)).toEqual([]);
  });

  it('keeps the last good version of a document whose kind or name was misspelt', async () => {
    await using platform = await catalogPlatform();
    const folder = folderWith({ 'a.yaml': `${component('one')}---\n${component('two')}`, 'b.yaml': component('three') });
    await add(platform, folder);
    write(folder, { 'a.yaml': `${component('one').replace('kind: Component', 'kind: Componnent')}---\n${component('two')}` });
    rmSync(path.join(folder, 'b.yaml'));
    await platform.service(catalog).refresh({ type: 'directory', target: folder });
    const [one, two, three] = await platform.service(catalog).byRefs(['component:one', 'component:two', 'component:three']);
    expect(one?.status?.items?.[0]?.message).toContain('"Componnent" is not known');
    expect(two?.status).toBeUndefined();
    expect(three).toBeUndefined();
  });

  it('lets the first claimant of a name win and names both; the second takes over when the first goes', async () => {
    await using platform = await catalogPlatform();
    const [first, second] = [
      folderWith({ 'catalog-info.yaml': component('dup', { metadata: '  title: First\n' }) }),
      folderWith({ 'catalog-info.yaml': `${component('dup', { metadata: '  title: Second\n' })}---\n${component('other')}` }),
    ];
    const { location } = await add(platform, first);
    await add(platform, second);
    expect((await platform.service(catalog).get('component:dup'))?.metadata.title).toBe('First');
    const [conflict] = await problems(platform);
    expect(conflict).toMatchObject({
      kind: 'conflict',
      ref: 'component:default/dup',
      source: `file:${second}/catalog-info.yaml`,
      other: `file:${first}/catalog-info.yaml`,
    });
    // Whatever sort is asked for, the answer says how many there are of each.
    const broken = (await platform.request('GET', '/api/catalog/problems?kind=broken&limit=0')).json;
    expect([broken.totalItems, broken.items, broken.kinds]).toEqual([0, [], { conflict: 1 }]);
    await platform.service(catalog).removeLocation(location.id, testActor);
    await expect.poll(async () => (await platform.service(catalog).get('component:dup'))?.metadata.title).toBe('Second');
  });

  it('registers a source whose names all are taken, says so, and gives them to it when the other lets go', async () => {
    await using platform = await catalogPlatform();
    const titled = (title: string) => folderWith({ 'catalog-info.yaml': component('dup', { metadata: `  title: ${title}\n` }) });
    const [first, second] = [titled('First'), titled('Second')];
    const post = (query: string) =>
      platform.request('POST', `/api/catalog/locations${query}`, { body: { type: 'directory', target: second } });
    const { location } = await add(platform, first);
    expect(await post('?dryRun=true')).toMatchObject({ status: 201, json: { exists: false, entities: [{ metadata: { name: 'dup' } }] } });
    const { status, json } = await post('');
    expect([status, json.entities]).toEqual([201, []]);
    expect(await platform.service(catalog).addLocation({ type: 'directory', target: second }, testActor)).toMatchObject({
      conflicts: [
        `component:default/dup stands in file:${second}/catalog-info.yaml:1 and in file:${first}/catalog-info.yaml; the latter came first and is used.`,
      ],
    });
    expect(await problems(platform)).toMatchObject([{ kind: 'conflict', ref: 'component:default/dup', locationId: json.location.id }]);
    expect((await post('')).status).toBe(409);
    await platform.service(catalog).removeLocation(location.id, testActor);
    await expect.poll(async () => (await platform.service(catalog).get('component:dup'))?.metadata.title).toBe('Second');
    expect(await problems(platform)).toEqual([]);
  });

  it('a dry run refuses what registering would refuse', async () => {
    await using platform = await catalogPlatform();
    const body = {
      type: 'directory',
      target: folderWith({ 'catalog-info.yaml': component('x').replace('kind: Component', 'kind: Componnent') }),
    };
    const [dry, real] = [
      await platform.request('POST', '/api/catalog/locations?dryRun=true', { body }),
      await platform.request('POST', '/api/catalog/locations', { body }),
    ];
    expect([dry.status, dry.json.detail, dry.json.problems]).toEqual([400, real.json.detail, real.json.problems]);
  });

  it('removes what a source drops and the relations with it', async () => {
    await using platform = await catalogPlatform();
    const folder = folderWith({
      'a/catalog-info.yaml': component('a', { spec: '  dependsOn: [component:b]\n' }),
      'b/catalog-info.yaml': component('b'),
    });
    await add(platform, folder);
    rmSync(path.join(folder, 'a'), { recursive: true });
    await platform.service(catalog).refresh({ type: 'directory', target: folder });
    expect(await platform.service(catalog).get('component:a')).toBeUndefined();
    expect((await platform.service(catalog).get('component:b'))?.relations).toEqual([
      { type: 'ownedBy', targetRef: 'group:default/team-a' },
    ]);
  });

  it('follows Location documents, fills placeholders and refuses to leave the source', async () => {
    await using platform = await catalogPlatform();
    const folder = folderWith({
      'all.yaml':
        'apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec:\n  targets: [./apis/*.yaml, ./missing.yaml]\n---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: maybe}\nspec: {target: ./nothing.yaml, presence: optional}\n',
      'apis/petstore.yaml':
        'apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: petstore}\nspec:\n  type: openapi\n  lifecycle: production\n  owner: team-a\n  definition:\n    $text: ./petstore.oas.json\n',
      'apis/petstore.oas.json': '{"openapi":"3.1.0"}',
      'apis/thief.yaml':
        'apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: thief}\nspec:\n  type: openapi\n  lifecycle: production\n  owner: team-a\n  definition:\n    $text: ../../../../../../etc/passwd\n',
    });
    await add(platform, path.join(folder, 'all.yaml'), 'file');
    expect((await platform.service(catalog).get('api:petstore'))?.spec?.['definition']).toBe('{"openapi":"3.1.0"}');
    expect(await platform.service(catalog).get('api:thief')).toBeUndefined();
    const found = await problems(platform);
    expect(found.map((p: { message: string }) => p.message)).toEqual([
      expect.stringContaining('missing.yaml does not exist'),
      expect.stringContaining('outside this repository'),
    ]);
    const ancestry = (await platform.request('GET', '/api/catalog/entities/by-name/api/default/petstore/ancestry')).json;
    expect(ancestry.items.map((i: { entity: { metadata: { name: string } } }) => i.entity.metadata.name.slice(0, 9))).toEqual([
      'petstore',
      'all',
      'generated',
    ]);
  });

  it('refuses a location in which nothing can be read, with the reasons, and keeps nothing of it', async () => {
    await using platform = await catalogPlatform();
    const folder = folderWith({ 'catalog-info.yaml': component('x').replace('kind: Component', 'kind: Componnent') });
    await expect(add(platform, folder)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('"Componnent" is not known'),
      fix: 'Did you mean Component?',
    });
    expect((await platform.request('GET', '/api/catalog/locations')).json).toEqual([]);
  });

  it('watches a folder', async () => {
    const folder = folderWith({ 'catalog-info.yaml': component('seen') });
    await using platform = await catalogPlatform({
      config: { catalog: { locations: [{ type: 'directory', target: folder }] } },
      listen: true,
    });
    await expect.poll(async () => platform.service(catalog).get('component:seen'), { timeout: 10_000 }).toBeDefined();
    // The watcher opens after the first read; writing again and again asks only that it opens in time.
    let n = 0;
    await expect
      .poll(
        async () => {
          write(folder, { 'new/catalog-info.yaml': `# ${n++}\n${component('new')}` });
          return platform.service(catalog).get('component:new');
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBeDefined();
  });

  it('is whole after each transaction: relations symmetric, nothing doubled, also when a sync is cut off', async () => {
    await using platform = await catalogPlatform();
    const many = Array.from({ length: 300 }, (_, i) => component(`c${i}`, { spec: `  dependsOn: [component:c${(i * 7) % 300}]\n` })).join(
      '---\n',
    );
    const folder = folderWith({ 'catalog-info.yaml': many });
    await add(platform, folder);
    write(folder, { 'catalog-info.yaml': many.replaceAll('owner: team-a', 'owner: team-b') });
    const syncing = platform.service(catalog).refresh({ type: 'directory', target: folder });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await sql`select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
      platform.platform.db,
    );
    await syncing.catch(() => {});
    await expect.poll(() => asymmetric(platform)).toEqual([]);
    await platform.service(catalog).refresh({ type: 'directory', target: folder });
    expect(await asymmetric(platform)).toEqual([]);
    expect(
      (await platform.service(catalog).query({ filter: [{ kind: ['component'], 'relations.ownedBy': ['group:default/team-b'] }] }))
        .totalItems,
    ).toBe(300);
  });
});

/** Pairs of relations of which only one end is there, and names that stand twice. */
async function asymmetric(platform: TestPlatform): Promise<unknown[]> {
  const entities = await platform.service(catalog).ofKind('component');
  const reverse: Record<string, string> = { dependsOn: 'dependencyOf', dependencyOf: 'dependsOn' };
  const byRef = new Map(
    entities.map((e) => [`component:default/${e.metadata.name}`, new Set(e.relations?.map((r) => `${r.type} ${r.targetRef}`))]),
  );
  const bad: unknown[] = entities.length === byRef.size ? [] : ['doubled'];
  for (const [ref, relations] of byRef)
    for (const relation of relations) {
      const [type = '', target = ''] = relation.split(' ');
      if (reverse[type] !== undefined && byRef.get(target)?.has(`${reverse[type]} ${ref}`) !== true) bad.push([ref, relation]);
    }
  return bad;
}

describe('repositories', () => {
  it('reads what a SourceReader serves, follows targets inside it, and no file of another repository', async () => {
    await using platform = await catalogPlatform();
    const files: Record<string, string> = {
      'paved://repositories/acme/shop/catalog-info.yaml': `${component('shop')}---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more}\nspec: {type: file, target: ./more/api.yaml}\n`,
      'paved://repositories/acme/shop/more/api.yaml':
        'apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: shop}\nspec: {type: openapi, lifecycle: production, owner: a, definition: {$text: ../openapi.yaml}}\n---\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: thief}\nspec: {type: openapi, lifecycle: production, owner: a, definition: {$text: ../../secret/plan.txt}}\n',
      'paved://repositories/acme/shop/openapi.yaml': 'openapi: 3.1.0\n',
      'paved://repositories/acme/secret/plan.txt': 'secret',
    };
    let reads = 0;
    platform.service(sourceReaders).add({
      serves: (target) => target.startsWith('paved://repositories/'),
      async read(target) {
        reads++;
        const url = target.endsWith('/shop') ? `${target}/catalog-info.yaml` : target;
        if (files[url] === undefined) throw new PavedError('not_found', `There is no ${url}.`);
        return { revision: 'r', files: [{ path: url, url, text: files[url] }] };
      },
    });
    const { entityRefs } = await platform
      .service(catalog)
      .addLocation({ type: 'git', target: 'paved://repositories/acme/shop' }, testActor);
    expect(entityRefs.toSorted()).toEqual(['api:default/shop', 'component:default/shop', 'location:default/more']);
    expect((await problems(platform)).map((p: { message: string }) => p.message)).toEqual([
      expect.stringContaining('only files of the same repository'),
    ]);
    const shop = await platform.service(catalog).get('api:shop');
    expect(shop?.spec?.['definition']).toBe('openapi: 3.1.0\n');
    expect(shop?.metadata.annotations).toMatchObject({
      'backstage.io/managed-by-location': 'url:paved://repositories/acme/shop/more/api.yaml',
      'backstage.io/managed-by-origin-location': 'git:paved://repositories/acme/shop',
      'backstage.io/source-location': 'url:paved://repositories/acme/shop/more/',
    });
    const before = reads;
    await platform.service(catalog).refresh({ type: 'url', target: 'paved://repositories/acme/shop/more/api.yaml' });
    expect(reads).toBeGreaterThan(before);
    await expect(platform.service(catalog).addLocation({ type: 'url', target: 'svn://example.com/x.yaml' }, testActor)).rejects.toThrow(
      'Nothing here reads "svn://example.com/x.yaml".',
    );
  });
});
