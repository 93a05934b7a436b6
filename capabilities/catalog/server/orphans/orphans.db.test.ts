import { describe, expect, it } from 'vitest';
import { testActor, type TestPlatform } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform, component, folderWith, write } from '../platform.test-kit.ts';

const location = (...targets: string[]) =>
  `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: ${JSON.stringify(targets)}}\n`;
const keep = { config: { catalog: { orphans: 'keep' as const } } };
const orphans = async (platform: TestPlatform) => (await platform.request('GET', '/api/catalog/orphans')).json;
const get = (platform: TestPlatform, ref: string) => platform.service(catalog).get(ref);

describe('orphans', () => {
  it('are kept, marked and explained: who named them, where, until when; whoever names them again has them', async () => {
    await using platform = await catalogPlatform(keep);
    const folder = folderWith({
      'all.yaml': location('./a.yaml', './b.yaml'),
      'a.yaml': component('a', { spec: '  dependsOn: [component:b]\n' }),
      'b.yaml': component('b'),
    });
    const target = `${folder}/all.yaml`;
    const { location: source } = await platform.service(catalog).addLocation({ type: 'file', target }, testActor);
    write(folder, { 'all.yaml': location('./b.yaml') });
    await platform.service(catalog).refresh({ type: 'file', target });
    expect((await get(platform, 'component:a'))?.metadata.annotations?.['backstage.io/orphan']).toBe('true');
    expect((await get(platform, 'component:b'))?.relations).toContainEqual({ type: 'dependencyOf', targetRef: 'component:default/a' });
    const { items, policy } = await orphans(platform);
    expect(policy).toBe('keep');
    expect(items).toMatchObject([
      {
        ref: 'component:default/a',
        location: `file:${target}`,
        namedBy: 'location:default/all',
        source: `file:${folder}/a.yaml`,
        lastNamedAt: expect.any(String),
      },
    ]);
    expect(items[0].reason).toMatch(/^file:.*all\.yaml named it through location:default\/all in file:.*a\.yaml:1 until 20/);
    // It stays one, and is found by its annotation.
    await platform.service(catalog).refresh({ type: 'file', target });
    const found = await platform.service(catalog).query({ filter: [{ 'metadata.annotations.backstage.io/orphan': ['true'] }] });
    expect(found.items.map((entity) => entity.metadata.name)).toEqual(['a']);
    // Another source takes the name over, without a conflict.
    const other = folderWith({ 'catalog-info.yaml': component('a', { metadata: '  title: Taken over\n' }) });
    await platform.service(catalog).addLocation({ type: 'directory', target: other }, testActor);
    const taken = await get(platform, 'component:a');
    expect(taken?.metadata.title).toBe('Taken over');
    expect(taken?.metadata.annotations?.['backstage.io/orphan']).toBeUndefined();
    expect((await orphans(platform)).items).toEqual([]);
    await platform.service(catalog).removeLocation(source.id, testActor);
    expect(await get(platform, 'component:a')).toBeDefined();
  });

  it('give their name to a source that waited for it, and go when someone says so or with their source', async () => {
    await using platform = await catalogPlatform(keep);
    const [first, second] = [
      folderWith({ 'a.yaml': component('a'), 'b.yaml': component('b') }),
      folderWith({ 'a.yaml': `${component('a', { metadata: '  title: Second\n' })}---\n${component('z')}` }),
    ];
    const { location: source } = await platform.service(catalog).addLocation({ type: 'directory', target: first }, testActor);
    await platform.service(catalog).addLocation({ type: 'file', target: `${second}/*.yaml` }, testActor);
    write(first, { 'a.yaml': component('c'), 'b.yaml': component('d') });
    await platform.service(catalog).refresh({ type: 'directory', target: first });
    await expect.poll(async () => (await get(platform, 'component:a'))?.metadata.title).toBe('Second');
    expect((await orphans(platform)).items.map((o: { ref: string }) => o.ref)).toEqual(['component:default/b']);
    const answer = await platform.request('POST', '/api/catalog/orphans/remove', {
      body: { refs: ['component:default/b', 'component:default/c'] },
    });
    expect(answer.json).toEqual({ removed: ['component:default/b'] });
    expect(await get(platform, 'component:c')).toBeDefined();
    write(first, { 'a.yaml': component('e') });
    await platform.service(catalog).refresh({ type: 'directory', target: first });
    expect((await orphans(platform)).items.length).toBeGreaterThan(0);
    await platform.service(catalog).removeLocation(source.id, testActor);
    expect((await orphans(platform)).items).toEqual([]);
    expect(await get(platform, 'component:c')).toBeUndefined();
  });

  it('go at once when the policy says so', async () => {
    await using platform = await catalogPlatform();
    const folder = folderWith({ 'a.yaml': component('a'), 'b.yaml': component('b') });
    await platform.service(catalog).addLocation({ type: 'directory', target: folder }, testActor);
    write(folder, { 'a.yaml': component('c') });
    await platform.service(catalog).refresh({ type: 'directory', target: folder });
    expect(await get(platform, 'component:a')).toBeUndefined();
    expect(await orphans(platform)).toMatchObject({ items: [], policy: 'remove' });
  });
});
