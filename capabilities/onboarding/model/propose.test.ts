import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { directoryOf } from '@paved/ownership';
import type { Entity } from '@paved/kernel';
import { propose } from './propose.ts';
import { filesToRead, type RepositoryFacts } from './repository-facts.ts';

const group: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name: 'shop', annotations: { 'github.com/team-slug': 'acme/shop-team' } },
  spec: { type: 'team', children: [] },
};
const directory = directoryOf([], [group]);
const facts = (texts: Record<string, string>, more: Partial<RepositoryFacts> = {}): RepositoryFacts => ({
  label: 'acme/till',
  paths: Object.keys(texts),
  texts,
  ownerRefs: [],
  ...more,
});
const documents = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as Entity);

test('a Node service with an OpenAPI file and code owners is described whole, with the evidence', () => {
  const found = propose(
    facts({
      'package.json': JSON.stringify({
        name: '@acme/checkout',
        description: 'Takes money.',
        version: '0.3.0',
        dependencies: { fastify: '5' },
      }),
      'README.md': '[![ci](x)](y)\n\n# The till\n\nTakes the money of customers. And more.\n',
      '.github/CODEOWNERS': '*.md @someone\n* @acme/shop-team\n',
      'api/openapi.yaml': 'openapi: 3.0.0\ninfo:\n  title: Checkout API\npaths: {}\n',
      'mkdocs.yml': 'site_name: x',
    }),
    directory,
    () => false,
  );
  expect(documents(found.text)).toEqual([
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'checkout',
        title: 'The till',
        description: 'Takes money.',
        annotations: { 'backstage.io/techdocs-ref': 'dir:.' },
        tags: ['javascript'],
      },
      spec: { type: 'service', lifecycle: 'experimental', owner: 'shop', providesApis: ['checkout-api'] },
    },
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'API',
      metadata: { name: 'checkout-api', title: 'Checkout API' },
      spec: { type: 'openapi', lifecycle: 'experimental', owner: 'shop', definition: { $text: './api/openapi.yaml' } },
    },
  ]);
  expect(found).toMatchObject({
    confidence: 'high',
    ownerRef: 'group:default/shop',
    refs: ['component:default/checkout', 'api:default/checkout-api'],
  });
  expect(found.evidence).toContainEqual({
    field: 'spec.owner',
    value: 'group:default/shop',
    from: '.github/CODEOWNERS',
    words: 'line 2: @acme/shop-team',
  });
  expect(found.evidence).toContainEqual({ field: 'spec.type', value: 'service', from: 'package.json', words: 'it depends on fastify' });
});

test.each([
  [
    { 'pyproject.toml': '[project]\nname = "ledger"\ndependencies = ["flask>=3"]\n' },
    { name: 'ledger', type: 'service', tags: ['python'] },
  ],
  [
    { 'pyproject.toml': '[tool.poetry]\nname = "tools"\n[tool.poetry.dependencies]\nclick = "8"\n' },
    { name: 'tools', type: 'library', tags: ['python'] },
  ],
  [
    { 'go.mod': 'module example.com/acme/gate/v2\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.0\n)\n' },
    { name: 'gate', type: 'service', tags: ['go'] },
  ],
  [
    { 'pom.xml': '<project><parent><artifactId>spring-boot-starter-parent</artifactId></parent><artifactId>orders</artifactId></project>' },
    { name: 'orders', type: 'service', tags: ['java'] },
  ],
  [{ 'Cargo.toml': '[package]\nname = "fast"\nversion = "1.0.0"\n' }, { name: 'fast', type: 'library', tags: ['rust'] }],
  [{ 'package.json': '{"name":"web","dependencies":{"react-dom":"19"}}' }, { name: 'web', type: 'website', tags: ['javascript'] }],
  [{ Dockerfile: 'FROM scratch' }, { name: 'till', type: 'service', tags: undefined }],
  [{ 'package.json': '{ broken' }, { name: 'till', type: 'other', tags: undefined }],
])('%j', (texts, expected) => {
  const [component] = documents(propose(facts(texts as unknown as Record<string, string>), directory, () => false).text);
  expect({ name: component?.metadata.name, type: component?.spec?.['type'], tags: component?.metadata.tags }).toEqual(expected);
});

test('a taken name gives way, and without evidence nobody owns it', () => {
  const found = propose(facts({ 'package.json': '{"name":"checkout"}' }), directory, (ref) => ref === 'component:default/checkout');
  expect(found.refs).toEqual(['component:default/till']);
  expect(found).toMatchObject({ confidence: 'low' });
  expect(found.ownerRef).toBeUndefined();
  expect(propose(facts({}, { ownerRefs: ['group:default/shop'] }), directory, () => false)).toMatchObject({
    ownerRef: 'group:default/shop',
    confidence: 'medium',
  });
});

test('files of others are not read', () => {
  expect(
    filesToRead([
      'package.json',
      'node_modules/x/openapi.yaml',
      'tests/openapi.json',
      'api/v1/payments.proto',
      'src/main.ts',
      'docs/CODEOWNERS',
    ]),
  ).toEqual(['package.json', 'docs/CODEOWNERS', 'api/v1/payments.proto']);
});
