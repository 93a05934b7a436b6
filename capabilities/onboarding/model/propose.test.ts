import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { directoryOf } from '@paved/ownership';
import type { Entity } from '@paved/kernel';
import { propose } from './propose.ts';
import { describesItself, filesToRead, type RepositoryFacts } from './repository-facts.ts';

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
  [
    { 'Orders.Api.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><Version>2.0.0</Version></PropertyGroup></Project>' },
    { name: 'orders.api', type: 'service', tags: ['csharp'] },
  ],
  [
    { 'Money.fsproj': '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><PackageId>Acme.Money</PackageId></PropertyGroup></Project>' },
    { name: 'acme.money', type: 'library', tags: ['fsharp'] },
  ],
  [
    {
      'settings.gradle.kts': 'rootProject.name = "billing"\n',
      'build.gradle.kts':
        'plugins {\n  kotlin("jvm") version "2.0"\n  id("org.springframework.boot") version "3.3.0"\n}\nversion = "0.1.0"\n',
    },
    { name: 'billing', type: 'service', tags: ['java', 'kotlin'] },
  ],
  [{ 'build.gradle': "plugins { id 'java-library' }\n" }, { name: 'till', type: 'library', tags: ['java'] }],
  [
    { Gemfile: "source 'https://rubygems.org'\ngem 'rails', '~> 8.0'\n", 'config.ru': 'run App' },
    { name: 'till', type: 'service', tags: ['ruby'] },
  ],
  [
    { 'acme-money.gemspec': "Gem::Specification.new do |spec|\n  spec.name = 'acme-money'\n  spec.summary = 'Sums.'\nend\n" },
    { name: 'acme-money', type: 'library', tags: ['ruby'] },
  ],
  [{ 'composer.json': '{"name":"acme/shop","require":{"laravel/framework":"^11"}}' }, { name: 'shop', type: 'service', tags: ['php'] }],
  [{ 'requirements.txt': '# web\nFlask==3.0\ngunicorn\n' }, { name: 'till', type: 'service', tags: ['python'] }],
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

test('each package of a monorepo becomes a component, with its own owner and interfaces', () => {
  const other: Entity = { ...group, metadata: { name: 'web' } };
  const found = propose(
    facts({
      'package.json': '{"name":"mono","private":true,"workspaces":["apps/*","packages/*"]}',
      'apps/api/package.json':
        '{"name":"@acme/api","description":"Answers.","dependencies":{"fastify":"5"},"devDependencies":{"typescript":"5"}}',
      'apps/api/openapi.yaml': 'openapi: 3.1.0\ninfo: { title: Orders }\n',
      'apps/web/package.json': '{"name":"@acme/web","dependencies":{"react-dom":"19"}}',
      'packages/money/package.json': '{"name":"@acme/money"}',
      'tools/gen/go.mod': 'module example.com/gen\n',
      CODEOWNERS: '* @acme/shop-team\n/apps/web/ @acme/web\n',
    }),
    directoryOf([], [group, other]),
    (ref) => ref === 'component:default/money',
  );
  expect(documents(found.text).map(({ kind, metadata, spec }) => [kind, metadata.name, spec?.['type'], spec?.['owner']])).toEqual([
    ['Component', 'api', 'service', 'shop'],
    ['API', 'orders', 'openapi', 'shop'],
    ['Component', 'web', 'website', 'web'],
    ['Component', 'till-money', 'library', 'shop'],
    ['Component', 'gen', 'library', 'shop'],
  ]);
  expect(documents(found.text)[0]?.spec).toMatchObject({ providesApis: ['orders'] });
  expect(documents(found.text)[1]?.spec).toMatchObject({ definition: { $text: './apps/api/openapi.yaml' } });
  expect(found.confidence).toBe('medium');
  expect(found.ownerRef).toBeUndefined();
});

test.each([
  [
    {
      'pom.xml': '<project><artifactId>parent</artifactId><modules><module>a</module></modules></project>',
      'a/pom.xml': '<project><artifactId>a</artifactId></project>',
      'b/pom.xml': '<project><artifactId>b</artifactId></project>',
    },
    ['a', 'b'],
  ],
  [
    {
      'settings.gradle': "rootProject.name = 'all'\ninclude 'a', 'b'\n",
      'a/build.gradle': "plugins { id 'application' }",
      'b/build.gradle': "plugins { id 'java' }",
    },
    ['a', 'b'],
  ],
  [
    {
      'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\n',
      'a/Cargo.toml': '[package]\nname = "one"\n',
      'b/Cargo.toml': '[package]\nname = "two"\n',
    },
    ['one', 'two'],
  ],
  [{ 'go.work': 'use ./a\n', 'a/go.mod': 'module x/one\n', 'b/go.mod': 'module x/two\n' }, ['one', 'two']],
  [
    {
      'Acme.sln': '',
      'src/Api/Api.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"/>',
      'src/Core/Core.csproj': '<Project/>',
      'src/Api.Tests/Api.Tests.csproj': '<Project><ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk"/></ItemGroup></Project>',
    },
    ['api', 'core'],
  ],
  // One package in a folder is the repository; a package with parts of its own is one.
  [{ 'backend/go.mod': 'module x/one\n' }, ['one']],
  [{ 'package.json': '{"name":"one"}', 'client/package.json': '{"name":"client"}' }, ['one']],
])('parts of %j', (texts, names) => {
  const { refs } = propose(facts(texts as unknown as Record<string, string>), directory, () => false);
  expect(refs).toEqual(names.map((name) => `component:default/${name}`));
});

test('a repository that describes itself in a folder is left alone; examples of others are none', () => {
  expect(describesItself(['services/a/catalog-info.yaml'])).toBe(true);
  expect(describesItself(['examples/catalog-info.yaml', 'README.md'])).toBe(false);
});
