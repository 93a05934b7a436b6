import { expect, test } from 'vitest';
import type { CatalogKind } from '../kinds.ts';
import { fromForm, kindForm, toForm } from './kind-form.ts';

const kind: CatalogKind = {
  kind: 'API',
  apiVersion: 'v1',
  apiVersions: ['v1'],
  title: 'API',
  plural: 'APIs',
  icon: 'IconApi',
  custom: false,
  relations: [
    { field: 'owner', type: 'ownedBy', reverse: 'ownerOf', defaultKind: 'Group' },
    { field: 'dependsOn', type: 'dependsOn', reverse: 'dependencyOf' },
  ],
  schema: {
    type: 'object',
    required: ['owner', 'type'],
    properties: {
      type: { type: 'string' },
      owner: { type: 'string' },
      definition: { type: 'string' },
      dependsOn: { type: 'array', items: { type: 'string' } },
      steps: { type: 'array', items: { type: 'object', properties: { deep: { type: 'object' } } } },
    },
  },
};
const document = {
  kind: 'API',
  metadata: { name: 'a', annotations: { 'x/y': 'z' }, custom: 1, tags: [] },
  spec: { type: 'openapi', owner: 'shop', definition: { $text: './a.yaml' }, steps: [{ deep: {} }], more: true },
};

test('the form shows what is simple, and leaves the rest to the YAML', () => {
  const form = kindForm(kind, document.spec as never, false);
  expect(form.fields).toEqual(['type', 'owner', 'dependsOn']);
  expect(form.left).toEqual(['definition', 'steps', 'more']);
});

test('there and back again changes nothing; emptied fields go, unknown ones stay', () => {
  const form = kindForm(kind, document.spec as never, false);
  const data = toForm(document as never, form);
  expect(fromForm(document as never, form, data)).toEqual(document);
  const after = fromForm(document as never, form, {
    ...data,
    annotations: [],
    'spec:type': 'grpc',
    'spec:dependsOn': ['', 'a:b/c'],
  });
  expect(after).toEqual({
    kind: 'API',
    metadata: { name: 'a', custom: 1, tags: [] },
    spec: { ...document.spec, type: 'grpc', dependsOn: ['a:b/c'] },
  });
});
