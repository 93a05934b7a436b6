import { expect, it } from 'vitest';
import { testCli } from '@paved/testing';
import { catalogPlatform, folderWith, write } from '../server/platform.test-kit.ts';
import { register } from './index.ts';

it('lists kinds and shows one with its fields, relations and computed properties', async () => {
  await using platform = await catalogPlatform({ listen: true });
  const paved = testCli({ server: platform.baseUrl(), register });
  const folder = folderWith({
    'kinds.yaml':
      'apiVersion: paved.dev/v1alpha1\nkind: EntityKind\nmetadata: {name: dataset, title: Data set}\nspec:\n  kind: Dataset\n  apiVersions: [acme.com/v1]\n  schema: {type: object, required: [owner], properties: {owner: {type: string, description: who answers for it}}}\n  relations: [{field: owner, type: ownedBy, reverse: ownerOf, defaultKind: Group}]\n  columns: [{field: relations.ownedBy, title: Owner}, {field: spec.size}, {field: computed.big}]\n  computed: [{name: big, calculate: entity.spec.size > 5}]\n',
  });
  await paved('catalog', 'apply', '-f', `${folder}/kinds.yaml`);
  const { text } = await paved('catalog', 'kinds');
  expect(text).toContain('Dataset | acme.com/v1 | ownedBy | big | entitykind:default/dataset');
  expect(text).toContain('API | backstage.io/v1alpha1, backstage.io/v1beta1 | ownedBy, partOf |  | built in');
  const one = (await paved('catalog', 'kinds', 'dataset')).text;
  expect(one).toContain('Title: Data set (Data sets)');
  expect(one).toContain('spec.owner: required: who answers for it');
  expect(one).toContain('ownedBy: from spec.owner, the other way ownerOf, group when no kind is named');
  expect(one).toContain('computed.big: entity.spec.size > 5');
  const data =
    'apiVersion: acme.com/v1\nkind: Dataset\nmetadata: {name: plays, title: Plays}\nspec: {owner: team-a, size: 9, note: "two\\nlines"}\n';
  write(folder, { 'data.yaml': data });
  await paved('catalog', 'apply', '-f', `${folder}/data.yaml`);
  // Its own columns, and all that it says.
  await expect
    .poll(async () => (await paved('catalog', 'list', 'dataset')).text, { timeout: 30_000 })
    .toContain('Dataset | plays | group:default/team-a | 9 | true | Plays');
  const shown = (await paved('catalog', 'get', 'dataset:plays')).text;
  expect(shown).toContain('spec.size: 9');
  expect(shown).toContain('computed.big: true');
  expect(shown).not.toContain('spec.note');
  // What follows the file of kinds is what is checked.
  await expect(paved('catalog', 'validate', '--kinds', `${folder}/kinds.yaml`, `${folder}/none.yaml`)).rejects.toThrow('none.yaml');
  expect((await paved('catalog', 'validate', '--kinds', `${folder}/kinds.yaml`, `${folder}/data.yaml`)).text).toContain(
    '1 document in 1 file',
  );
  await expect(paved('catalog', 'kinds', 'nope')).rejects.toThrow('There is no kind nope.');
});
