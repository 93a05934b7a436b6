import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { testActor } from '@paved/testing';
import { catalog } from '../../index.ts';
import { catalogPlatform, component, folderWith, write } from '../platform.test-kit.ts';

const datasetKind = (
  more = '',
  schema = '{classification: {enum: [public, internal]}, owner: {type: string}}',
): string => `apiVersion: paved.dev/v1alpha1
kind: EntityKind
metadata: {name: dataset, title: Data set}
spec:
  kind: Dataset
  apiVersions: [acme.com/v1]
  icon: database
  schema: {type: object, required: [classification], properties: ${schema}}
  relations: [{field: owner, type: ownedBy, reverse: ownerOf, defaultKind: Group}]
  columns: [{field: spec.classification}]
  form: {classification: {'ui:widget': radio}}
${more}`;
const dataset = (name: string, classification = 'internal'): string =>
  `apiVersion: acme.com/v1\nkind: Dataset\nmetadata: {name: ${name}}\nspec: {classification: ${classification}, owner: team-a}\n`;

it('takes a kind and its documents from one folder in one go, and carries changes of the schema through', async () => {
  await using platform = await catalogPlatform({ listen: true });
  const service = platform.service(catalog);
  const folder = folderWith({ 'a-data.yaml': `${dataset('plays')}---\n${dataset('users')}`, 'kinds.yaml': datasetKind() });
  const { entityRefs } = await service.addLocation({ type: 'file', target: `${folder}/*.yaml` }, testActor);
  expect(entityRefs.toSorted()).toEqual(['dataset:default/plays', 'dataset:default/users', 'entitykind:default/dataset']);
  expect((await service.get('dataset:plays'))?.relations).toEqual([{ type: 'ownedBy', targetRef: 'group:default/team-a' }]);
  const kinds = (await platform.request('GET', '/api/catalog/kinds')).json.items as { kind: string }[];
  expect(kinds.find((kind) => kind.kind === 'Dataset')).toMatchObject({
    apiVersion: 'acme.com/v1',
    title: 'Data set',
    plural: 'Data sets',
    icon: 'database',
    drawing: expect.arrayContaining([expect.stringMatching(/^M4 6/)]) as unknown,
    custom: true,
    declaredBy: ['entitykind:default/dataset'],
    columns: [{ field: 'spec.classification', title: 'Classification' }],
    form: { classification: { 'ui:widget': 'radio' } },
    computed: [],
  });
  expect(kinds.find((kind) => kind.kind === 'API')).toMatchObject({ custom: false, plural: 'APIs', apiVersion: 'backstage.io/v1alpha1' });

  // Changing the schema judges what is there again: nothing is dropped.
  write(folder, { 'kinds.yaml': datasetKind('', '{classification: {enum: [public]}, owner: {type: string}}') });
  await service.refresh({ type: 'file', target: `${folder}/*.yaml` });
  await expect
    .poll(async () => (await service.get('dataset:plays'))?.status?.items?.[0]?.message, { timeout: 50_000 })
    .toContain('spec.classification has a value that is not allowed');

  // Without its declaration, what is of the kind stays listed, with the reason.
  write(folder, { 'kinds.yaml': component('other') });
  await service.refresh({ type: 'file', target: `${folder}/*.yaml` });
  await expect
    .poll(async () => (await service.get('dataset:plays'))?.status?.items?.[0]?.message, { timeout: 50_000 })
    .toContain('is not declared any more: entitykind:default/dataset is gone');
  expect((await service.query({ filter: [{ kind: ['dataset'] }] })).totalItems).toBe(2);

  write(folder, { 'kinds.yaml': datasetKind() });
  await service.refresh({ type: 'file', target: `${folder}/*.yaml` });
  await expect.poll(async () => (await service.get('dataset:plays'))?.status, { timeout: 50_000 }).toBeUndefined();
});

it('keeps what is of a kind whose declaration is deleted from a folder; folders that passed it over read it when it is declared', async () => {
  await using platform = await catalogPlatform({ listen: true });
  const service = platform.service(catalog);
  const [folder, other] = [
    folderWith({ 'data.yaml': dataset('plays'), 'kinds.yaml': datasetKind() }),
    folderWith({ 'data.yaml': `${dataset('users')}---\n${component('known')}` }),
  ];
  const analyzed = await platform.request('POST', '/api/catalog/sources/analyze', { body: { type: 'directory', target: folder } });
  expect(analyzed.json.entities.map((entity: { ref: string }) => entity.ref)).toEqual([
    'dataset:default/plays',
    'entitykind:default/dataset',
  ]);
  await service.addLocation({ type: 'directory', target: other }, testActor);
  expect(await service.get('dataset:users')).toBeUndefined();
  await service.addLocation({ type: 'directory', target: folder }, testActor);
  expect((await service.get('dataset:plays'))?.spec?.['classification']).toBe('internal');
  await expect.poll(async () => (await service.get('dataset:users'))?.metadata.name, { timeout: 30_000 }).toBe('users');
  rmSync(path.join(folder, 'kinds.yaml'));
  for (let i = 0; i < 2; i++) {
    await service.refresh({ type: 'directory', target: folder });
    await service.refresh({ type: 'directory', target: other });
    for (const ref of ['dataset:plays', 'dataset:users'])
      await expect
        .poll(async () => (await service.get(ref))?.status?.items?.[0]?.message, { timeout: 30_000 })
        .toContain('is not declared any more: entitykind:default/dataset is gone');
  }
  write(folder, { 'kinds.yaml': datasetKind() });
  await service.refresh({ type: 'directory', target: folder });
  for (const ref of ['dataset:plays', 'dataset:users'])
    await expect.poll(async () => (await service.get(ref))?.status, { timeout: 30_000 }).toBeUndefined();
});

it('reads documents of an unknown kind again as soon as it is declared, on every replica, whatever the source', async () => {
  await using platform = await catalogPlatform({ listen: true });
  await using replica = await catalogPlatform({ beside: platform, listen: true });
  const folder = folderWith({ 'data.yaml': `${dataset('plays')}---\n${component('known')}` });
  const { location } = await platform.service(catalog).addLocation({ type: 'file', target: `${folder}/data.yaml` }, testActor);
  expect(await platform.service(catalog).get('dataset:plays')).toBeUndefined();
  const declared = await replica.request('POST', '/api/catalog/apply', { body: { documents: datasetKind() } });
  expect(declared.json.items).toMatchObject([{ outcome: 'added' }]);
  await expect.poll(async () => (await platform.service(catalog).get('dataset:plays'))?.metadata.name, { timeout: 50_000 }).toBe('plays');
  expect((await platform.request('GET', `/api/catalog/problems?locationId=${location.id}`)).json.items).toEqual([]);
  for (const one of [platform, replica]) {
    const applied = await one.request('POST', '/api/catalog/apply', {
      body: { documents: dataset(`from-${one === platform ? 'a' : 'b'}`) },
    });
    expect(applied.json.items).toMatchObject([{ outcome: 'added' }]);
  }
  // Entities without a source are judged again in the store.
  await replica.request('POST', '/api/catalog/apply', { body: { documents: datasetKind('', '{classification: {enum: [public]}}') } });
  await expect
    .poll(async () => (await platform.service(catalog).get('dataset:from-a'))?.status?.items?.[0]?.message, { timeout: 50_000 })
    .toContain('not allowed');
  await platform.request('POST', '/api/catalog/apply', { body: { documents: datasetKind() } });
  await expect.poll(async () => (await replica.service(catalog).get('dataset:from-a'))?.status, { timeout: 50_000 }).toBeUndefined();
});

it('refuses kinds from developers, but takes their entities of declared kinds', async () => {
  await using platform = await catalogPlatform({ listen: true });
  const developer = { ...testActor, ref: 'user:default/dev', role: 'developer' as const, ownershipRefs: ['user:default/dev'] };
  const service = platform.service(catalog);
  const folder = folderWith({ 'kinds.yaml': `${datasetKind()}---\n${component('known')}`, 'data.yaml': dataset('plays') });
  const { location } = await service.addLocation({ type: 'file', target: `${folder}/kinds.yaml` }, developer);
  expect(await service.get('entitykind:dataset')).toBeUndefined();
  expect((await platform.request('GET', `/api/catalog/problems?locationId=${location.id}`)).json.items[0].message).toContain(
    'EntityKind is not taken',
  );
  await platform.request('POST', '/api/catalog/apply', { body: { documents: datasetKind() } });
  await service.addLocation({ type: 'file', target: `${folder}/data.yaml` }, developer);
  expect((await service.get('dataset:plays'))?.spec?.['classification']).toBe('internal');
  await platform.request('POST', '/api/catalog/apply', { body: { documents: datasetKind('  sources: platform\n') } });
  await expect
    .poll(async () => (await service.get('dataset:plays'))?.status?.items?.[0]?.message, { timeout: 50_000 })
    .toContain('not taken from a source that a developer registered');
});

it('takes a kind and what is of it in one request, all or none', async () => {
  await using platform = await catalogPlatform({ listen: true });
  const both = async (documents: string) => (await platform.request('POST', '/api/catalog/apply', { body: { documents } })).json;
  expect((await both(`${dataset('plays', 'secret')}---\n${datasetKind()}`)).items).toMatchObject([
    { outcome: 'refused', problems: [{ at: '/spec/classification' }] },
    { outcome: 'added' },
  ]);
  expect(await platform.service(catalog).get('entitykind:dataset')).toBeUndefined();
  expect((await both(`${dataset('plays')}---\n${datasetKind()}`)).applied).toBe(true);
  expect((await platform.service(catalog).get('dataset:plays'))?.relations).toEqual([
    { type: 'ownedBy', targetRef: 'group:default/team-a' },
  ]);
});

it('keeps the first of two that are at odds, and names the reason on the other', async () => {
  await using platform = await catalogPlatform({ listen: true });
  const facts = (name: string, kind: string, computed: string): string =>
    `apiVersion: paved.dev/v1alpha1\nkind: EntityKind\nmetadata: {name: ${name}}\nspec:\n  extends: ${kind}\n  computed: [${computed}]\n`;
  // Each is fine alone; together they go in a circle.
  const folder = folderWith({
    'kinds.yaml': `${facts('a', 'System', '{name: worst, aggregate: {through: hasPart, function: max, value: it.computed.risk}}')}---\n${facts('b', 'Component', '{name: risk, mirror: {through: partOf, value: it.computed.worst}}')}`,
  });
  const { location } = await platform.service(catalog).addLocation({ type: 'file', target: `${folder}/kinds.yaml` }, testActor);
  await expect
    .poll(async () => (await platform.service(catalog).get('entitykind:b'))?.status?.items?.[0]?.message, { timeout: 50_000 })
    .toContain('go in a circle: System.worst → Component.risk → System.worst');
  expect((await platform.service(catalog).get('entitykind:a'))?.status).toBeUndefined();
  expect((await platform.request('GET', `/api/catalog/problems?locationId=${location.id}`)).json.items).toMatchObject([
    { kind: 'broken', ref: 'entitykind:default/b', path: '/spec/computed', fix: expect.any(String) },
  ]);
  const kinds = (await platform.request('GET', '/api/catalog/kinds')).json;
  expect(kinds.refused).toMatchObject([{ ref: 'entitykind:default/b', reason: expect.stringContaining('circle') }]);
  expect(kinds.items.find((kind: { kind: string }) => kind.kind === 'System').computed).toMatchObject([
    { name: 'worst', declaredBy: 'entitykind:default/a' },
  ]);

  for (const [documents, message] of [
    [datasetKind().replace('kind: Dataset', 'kind: Component').replace('name: dataset', 'name: component'), 'built in'],
    [datasetKind('', '{a: {type: strng}}'), '/spec/schema/properties/a/type'],
    [datasetKind().replace('name: dataset', 'name: data'), 'Write name: dataset'],
  ] as const) {
    const { json } = await platform.request('POST', '/api/catalog/apply', { body: { documents } });
    expect(JSON.stringify(json.items), message).toContain(message);
    expect(json.items[0].outcome).toBe('refused');
  }
});
